#include "layers_rounding.hpp"

#include "integrate/box_bounds.hpp"
#include "integrate/cells.hpp"
#include "integrate/in_parallel.hpp"
#include "layercert/error.hpp"
#include "layercert/numeric/mpfr_interval.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "layers/precise_layers.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <queue>

namespace layercert {

namespace {

// Boxes of a bound: so many weights in all, a second or so, but at least and at most so many boxes.
constexpr double kWeightsInAll = 4e6;
constexpr double kLeastBoxes = 16;
constexpr double kMostBoxes = 4096;

double size_of(const Interval &x) { return largest_upper(std::fabs(x.lower()), std::fabs(x.upper())); }
Interval about_zero(double radius) { return {-radius, radius}; }
Interval known(const Interval &x) { return has_nan(x) ? whole_line() : x; }

// 1 + tanh falls and rises with its argument; directed functions of doubles are correctly rounded.
Interval tanh_of(const Interval &x) { return {tanh_down(x.lower()), tanh_up(x.upper())}; }
Interval sigmoid_of(const Interval &x) { return Interval(0.5) + Interval(0.5) * tanh_of(Interval(0.5) * x); }
// max(t, 0) + log(1 + e^-|t|) rises, and lies within log 2 above max(t, 0).
Interval softplus_of(const Interval &x) {
  const auto rest_upper = [](double t) { return log_up(add_up(1.0, exp_up(-std::fabs(t)))); };
  return {std::max(x.lower(), 0.0), add_up(std::max(x.upper(), 0.0), rest_upper(x.upper()))};
}

Interval value_of(Activation activation, const Interval &z) {
  switch (activation) {
  case Activation::Relu:
    return {std::max(z.lower(), 0.0), std::max(z.upper(), 0.0)};
  case Activation::Sine:
    return sin_range(z);
  case Activation::Cosine:
    return cos_range(z);
  case Activation::Tanh:
    return tanh_of(z);
  case Activation::Sigmoid:
    return sigmoid_of(z);
  case Activation::Softplus:
    return softplus_of(z);
  case Activation::Identity:
    break;
  }
  return z;
}

Interval slope_of(Activation activation, const Interval &z) {
  switch (activation) {
  case Activation::Relu:
    return {z.lower() > 0 ? 1.0 : 0.0, z.upper() < 0 ? 0.0 : 1.0};
  case Activation::Sine:
    return cos_range(z);
  case Activation::Cosine:
    return -sin_range(z);
  case Activation::Tanh:
  case Activation::Sigmoid: {
    // 1 - tanh^2 is largest where |argument| is least.
    const bool half = activation == Activation::Sigmoid;
    const Interval at = abs_range(tanh_of(half ? Interval(0.5) * z : z));
    const Interval slope =
        Interval(1.0) - Interval(mul_down(at.lower(), at.lower()), mul_up(at.upper(), at.upper()));
    const Interval limited(std::max(0.0, slope.lower()), std::min(1.0, slope.upper()));
    return half ? Interval(0.25) * limited : limited;
  }
  case Activation::Softplus:
    return sigmoid_of(z);
  case Activation::Identity:
    break;
  }
  return Interval(1.0);
}

bool is_function(Activation activation) {
  return activation != Activation::Relu && activation != Activation::Identity;
}

// The format's number next to x, and a bound of what rounding to it changes.
struct Rounding {
  double u;
  double eta; // half the spacing below the normal numbers, rounded up
  double largest;

  explicit Rounding(const FloatFormat &format)
      : u(std::ldexp(1.0, -format.bits)), eta(std::max(std::ldexp(1.0, format.least_exponent - format.bits),
                                                       std::numeric_limits<double>::denorm_min())),
        largest(format.largest) {}

  double moved_upper(double size) const { return add_up(mul_up(u, size), eta); }
};

bool is_exact_in(const FloatFormat &format, double x) {
  if (x == 0) {
    return true;
  }
  int exponent = 0;
  const double fraction = std::frexp(std::fabs(x), &exponent); // in [1/2, 1)
  const int bits = std::min(format.bits, format.bits + (exponent - 1) - format.least_exponent);
  const double scaled = bits > 0 ? std::ldexp(fraction, bits) : 0.5;
  return scaled == std::floor(scaled) && std::fabs(x) <= format.largest;
}

// (1) to (4) for one readout in one format.
class Analysis {
public:
  Analysis(const LayeredNetwork &network, Slot slot, const FloatFormat &format, double ulps)
      : network_(network), slot_(static_cast<std::size_t>(slot)), needed_(needed_units(network, slot)),
        rounding_(format), ulps_(ulps), d_(network.dimension) {
    for (const LinearTerm &term : network.terms) {
      exact_weights_.push_back(is_exact_in(format, term.weight));
    }
    for (const LayerUnit &unit : network.units) {
      exact_biases_.push_back(is_exact_in(format, unit.bias));
    }
    nodes_.resize(d_ + network.units.size());
  }

  // Over the box; infinite where something may be beyond the largest number.
  double bound_upper(const Box &box) {
    may_overflow_ = false;
    for (std::size_t j = 0; j < d_; ++j) {
      Node &input = nodes_[j];
      input = Node();
      input.value = Interval(box.lower[j], box.upper[j]);
      input.own = rounding_.moved_upper(size_of(input.value));
      input.error = input.own;
    }
    for (std::size_t i = 0; i < needed_.size(); ++i) {
      if (needed_[i]) {
        forward(i);
      }
    }
    const double carried = nodes_[slot_].error;
    return may_overflow_ ? kInfinity : least_upper(carried, backward());
  }

private:
  struct Node {
    Interval value{0.0};     // exact
    double error = 0;        // |v^ - v|
    double own = 0;          // |q|
    double in_sum = 0;       // |r|
    Interval slope{1.0};     // ds/dz over all between
    Interval activated{0.0}; // s(z), over all between, where there is a factor
    Interval factor{1.0};    // likewise
    Interval adjoint{0.0};   // dPhi/dv

    double reach() const { return add_up(size_of(value), error); } // |v^|
  };

  void forward(std::size_t i) {
    const LayerUnit &unit = network_.units[i];
    Node &node = nodes_[d_ + i];
    node = Node();
    Interval z(unit.bias);
    double terms_upper = std::fabs(unit.bias); // sum of |w^| V and |b^|
    double moved_upper = 0;                    // by rounded weights
    double carried = 0;
    if (!exact_biases_[i]) {
      moved_upper = rounding_.moved_upper(std::fabs(unit.bias));
      terms_upper = add_up(terms_upper, moved_upper);
    }
    may_overflow_ = may_overflow_ || !(terms_upper <= rounding_.largest);
    for (std::size_t k = unit.first_term; k < unit.first_term + unit.term_count; ++k) {
      const LinearTerm &term = network_.terms[k];
      const Node &source = nodes_[static_cast<std::size_t>(term.source)];
      const double weight = std::fabs(term.weight);
      const double reach = source.reach();
      z += Interval(term.weight) * source.value;
      carried = add_up(carried, mul_up(weight, source.error));
      double rounded_weight = weight;
      if (!exact_weights_[k]) {
        const double moved = rounding_.moved_upper(weight);
        moved_upper = add_up(moved_upper, mul_up(moved, reach));
        rounded_weight = add_up(weight, moved);
      }
      may_overflow_ = may_overflow_ || !(rounded_weight <= rounding_.largest);
      terms_upper = add_up(terms_upper, mul_up(rounded_weight, reach));
    }
    const auto count = static_cast<double>(unit.term_count);
    const double grows = sub_up(power_upper(add_up(1.0, rounding_.u), unit.term_count + 2), 1.0);
    node.in_sum = add_up(add_up(moved_upper, mul_up(grows, terms_upper)), mul_up(2 * count, rounding_.eta));
    may_overflow_ = may_overflow_ || !(add_up(terms_upper, node.in_sum) <= rounding_.largest);
    const double error_of_sum = known_upper(add_up(carried, node.in_sum));
    const Interval between = known(z + about_zero(error_of_sum));
    node.value = known(value_of(unit.activation, known(z)));
    node.slope = known(slope_of(unit.activation, between));
    const double size = size_of(known(value_of(unit.activation, between)));
    if (is_function(unit.activation)) {
      node.own = mul_up(ulps_, mul_up(2.0, add_up(mul_up(rounding_.u, size), rounding_.eta)));
    }
    node.error = known_upper(add_up(mul_up(size_of(node.slope), error_of_sum), node.own));
    if (unit.factor >= 0) {
      // v^ = s^ f^ (1 + u): s^ has the error so far.
      const Node &other = nodes_[static_cast<std::size_t>(unit.factor)];
      const double reach = add_up(size, node.own);
      const double rounded = rounding_.moved_upper(mul_up(reach, other.reach()));
      node.activated = about_zero(reach);
      node.factor = known(other.value + about_zero(other.error));
      // All between, and what the function's own error becomes.
      node.error =
          known_upper(add_up(add_up(mul_up(node.error, other.reach()), mul_up(reach, other.error)), rounded));
      node.own = add_up(mul_up(node.own, other.reach()), rounded);
      node.value = known(node.value * other.value);
      may_overflow_ = may_overflow_ || !(add_up(size_of(node.value), node.error) <= rounding_.largest);
    }
    may_overflow_ = may_overflow_ || !(node.reach() <= rounding_.largest);
  }

  // (3).
  double backward() {
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      nodes_[i].adjoint = Interval(0.0);
    }
    nodes_[slot_].adjoint = Interval(1.0);
    double sum = 0;
    for (std::size_t i = needed_.size(); i-- > 0;) {
      if (!needed_[i]) {
        continue;
      }
      const LayerUnit &unit = network_.units[i];
      const Node &node = nodes_[d_ + i];
      sum = add_up(sum, mul_up(size_of(node.adjoint), node.own));
      Interval of_sum = known(node.adjoint * node.slope);
      if (unit.factor >= 0) {
        Interval &other = nodes_[static_cast<std::size_t>(unit.factor)].adjoint;
        other = known(other + node.adjoint * node.activated);
        of_sum = known(of_sum * node.factor);
      }
      sum = add_up(sum, mul_up(size_of(of_sum), node.in_sum));
      if (of_sum.lower() == 0 && of_sum.upper() == 0) {
        continue;
      }
      for (const LinearTerm &term : network_.terms_of(unit)) {
        Interval &source = nodes_[static_cast<std::size_t>(term.source)].adjoint;
        source = known(source + Interval(term.weight) * of_sum);
      }
    }
    for (std::size_t j = 0; j < d_; ++j) {
      sum = add_up(sum, mul_up(size_of(nodes_[j].adjoint), nodes_[j].own));
    }
    return known_upper(sum);
  }

  static double power_upper(double base, std::size_t n) {
    double result = 1;
    for (double square = base; n != 0; n /= 2, square = mul_up(square, square)) {
      result = n % 2 == 1 ? mul_up(result, square) : result;
    }
    return result;
  }

  const LayeredNetwork &network_;
  std::size_t slot_;
  std::vector<bool> needed_;
  Rounding rounding_;
  double ulps_;
  std::size_t d_;
  std::vector<bool> exact_weights_;
  std::vector<bool> exact_biases_;
  std::vector<Node> nodes_;
  bool may_overflow_ = false;
};

// The boxes whose bounds are largest are halved.
double bound_over_cube(Analysis &analysis, std::size_t dimension, std::size_t weights) {
  struct Open {
    double bound;
    Box box;
    bool operator<(const Open &other) const { return bound < other.bound; }
  };
  const auto most = static_cast<std::size_t>(
      std::clamp(kWeightsInAll / (static_cast<double>(weights) + 1), kLeastBoxes, kMostBoxes));
  std::priority_queue<Open> open;
  const Box cube = unit_cube(dimension);
  open.push({analysis.bound_upper(cube), cube});
  for (std::size_t boxes = 1; boxes < most; ++boxes) {
    Open worst = open.top();
    open.pop();
    std::size_t longest = 0;
    for (std::size_t j = 1; j < dimension; ++j) {
      longest = worst.box.upper[j] - worst.box.lower[j] > worst.box.upper[longest] - worst.box.lower[longest]
                    ? j
                    : longest;
    }
    Box half = worst.box;
    const double middle = worst.box.lower[longest] / 2 + worst.box.upper[longest] / 2;
    half.upper[longest] = middle;
    // What holds on a box holds on its halves.
    open.push({std::min(worst.bound, analysis.bound_upper(half)), half});
    half = worst.box;
    half.lower[longest] = middle;
    open.push({std::min(worst.bound, analysis.bound_upper(half)), half});
  }
  return open.top().bound;
}

// ---- what a program computes ----

class Program {
public:
  Program(const LayeredNetwork &network, Slot slot, const FloatFormat &format)
      : network_(network), slot_(static_cast<std::size_t>(slot)), needed_(needed_units(network, slot)),
        format_(format) {}

  // Every operation rounded to nearest, term by term, the bias first. Requires: no open scope of another
  // rounding mode matters, as MPFR rounds.
  double value(std::span<const double> point) {
    const auto d = network_.dimension;
    std::vector<double> values(d + network_.units.size(), 0.0);
    for (std::size_t j = 0; j < d; ++j) {
      values[j] = rounded(point[j]);
    }
    for (std::size_t i = 0; i < needed_.size(); ++i) {
      if (!needed_[i]) {
        continue;
      }
      const LayerUnit &unit = network_.units[i];
      double sum = rounded(unit.bias);
      for (const LinearTerm &term : network_.terms_of(unit)) {
        sum = plus(sum, times(rounded(term.weight), values[static_cast<std::size_t>(term.source)]));
      }
      double v = function(unit.activation, sum);
      if (unit.factor >= 0) {
        v = times(v, values[static_cast<std::size_t>(unit.factor)]);
      }
      values[d + i] = v;
    }
    return values[slot_];
  }

private:
  // Of a number in MPFR, to nearest in the format.
  double to_format(MpfrNumber &x) {
    const mpfr_prec_t full = format_.bits;
    mpfr_prec_t bits = full;
    if (mpfr_regular_p(x.get()) != 0) {
      const mpfr_exp_t below = format_.least_exponent + 1 - mpfr_get_exp(x.get());
      bits = below > 0 ? full - below : full;
    }
    if (bits < 1) {
      return 0;
    }
    mpfr_prec_round(x.get(), std::max<mpfr_prec_t>(bits, 1), MPFR_RNDN);
    const double result = mpfr_get_d(x.get(), MPFR_RNDN);
    return std::fabs(result) > format_.largest ? std::copysign(kInfinity, result) : result;
  }
  template <class F> double operation(const F &f) {
    MpfrNumber x = MpfrNumber::with_precision(kExact);
    f(x);
    return to_format(x);
  }
  double rounded(double x) {
    return operation([&](MpfrNumber &r) { mpfr_set_d(r.get(), x, MPFR_RNDN); });
  }
  double times(double a, double b) {
    return operation([&](MpfrNumber &r) { // exact
      mpfr_set_d(r.get(), a, MPFR_RNDN);
      mpfr_mul_d(r.get(), r.get(), b, MPFR_RNDN);
    });
  }
  double plus(double a, double b) {
    return operation([&](MpfrNumber &r) { // nearly exact
      mpfr_set_d(r.get(), a, MPFR_RNDN);
      mpfr_add_d(r.get(), r.get(), b, MPFR_RNDN);
    });
  }
  double function(Activation activation, double z) {
    if (activation == Activation::Identity) {
      return z;
    }
    if (activation == Activation::Relu) {
      return z > 0 ? z : 0.0;
    }
    return operation([&](MpfrNumber &r) {
      mpfr_set_d(r.get(), z, MPFR_RNDN);
      switch (activation) {
      case Activation::Sine:
        mpfr_sin(r.get(), r.get(), MPFR_RNDN);
        break;
      case Activation::Cosine:
        mpfr_cos(r.get(), r.get(), MPFR_RNDN);
        break;
      case Activation::Tanh:
        mpfr_tanh(r.get(), r.get(), MPFR_RNDN);
        break;
      case Activation::Sigmoid: // 1 / (1 + e^-z)
        mpfr_neg(r.get(), r.get(), MPFR_RNDN);
        mpfr_exp(r.get(), r.get(), MPFR_RNDN);
        mpfr_add_ui(r.get(), r.get(), 1, MPFR_RNDN);
        mpfr_ui_div(r.get(), 1, r.get(), MPFR_RNDN);
        break;
      default: // log(1 + e^z)
        mpfr_exp(r.get(), r.get(), MPFR_RNDN);
        mpfr_log1p(r.get(), r.get(), MPFR_RNDN);
      }
    });
  }

  static constexpr mpfr_prec_t kExact = 160; // of products and, but for far apart ones, of sums
  const LayeredNetwork &network_;
  std::size_t slot_;
  std::vector<bool> needed_;
  const FloatFormat &format_;
};

// The largest difference at points that fill the cube evenly.
void observe(const LayeredNetwork &network, Slot slot, LayersRounding &result, std::uint64_t points) {
  constexpr mpfr_prec_t kBits = 160;
  const PreciseLayers exact(network, slot, kBits);
  Program program(network, slot, *result.format);
  const auto d = network.dimension;
  std::vector<double> point(d, 0.5);
  for (std::uint64_t i = 0; i < points; ++i) {
    const double computed = program.value(point);
    const MpfrInterval value = exact.value(point);
    const double lower = double_lower(value);
    const double upper = double_upper(value);
    const double least = largest_lower(sub_down(computed, upper), sub_down(lower, computed));
    result.observed_lower = std::isnan(computed) ? kInfinity : largest_lower(result.observed_lower, least);
    ++result.points;
    for (std::size_t j = 0; j < d; ++j) {
      point[j] += 0.6180339887498949 + 0.0713 * static_cast<double>(j);
      point[j] -= std::floor(point[j]);
    }
  }
}

} // namespace

const std::vector<FloatFormat> &float_formats() {
  static const std::vector<FloatFormat> formats = {{"fp16", 11, -14, 65504.0},
                                                   {"bf16", 8, -126, 0x1.fep+127},
                                                   {"fp32", 24, -126, 0x1.fffffep+127},
                                                   {"fp64", 53, -1022, 0x1.fffffffffffffp+1023}};
  return formats;
}

std::vector<LayersRounding> layers_rounding(const LayeredNetwork &network,
                                            const LayersRoundingOptions &options, const std::string &name) {
  assert(options.ulps >= 0.5);
  if (!network.forms.empty()) {
    throw InputError(name, 0, "has weights that are no doubles; expected a network whose weights are");
  }
  std::vector<LayersRounding> results;
  for (const LayerReadout &readout : network.readouts) {
    for (const FloatFormat &format : float_formats()) {
      LayersRounding result;
      result.readout = readout.name;
      result.format = &format;
      results.push_back(result);
    }
  }
  in_parallel(results.size(), [&](std::size_t i) {
    LayersRounding &result = results[i];
    const Slot slot = network.readouts[i / float_formats().size()].slot;
    Analysis analysis(network, slot, *result.format, options.ulps);
    result.bound_upper = bound_over_cube(analysis, network.dimension, network.terms.size());
    observe(network, slot, result, options.points);
  });
  return results;
}

} // namespace layercert
