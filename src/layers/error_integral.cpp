// A bounder for integrate_by(): forms of Phi for the whole batch, an expansion of f for each box, and the
// norm of their difference.
#include "error_integral.hpp"

#include "layer_forms.hpp"
#include "precise_layers.hpp"

#include "function/equal_forms.hpp"
#include "function/null_set_forms.hpp"
#include "function/taylor_evaluator.hpp"
#include "integrate/cells.hpp"
#include "integrate/models.hpp"
#include "integrate/power_mean.hpp"
#include "integrate/singular_models.hpp"
#include "layercert/error.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"
#include "numeric/stop_request.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <optional>
#include <queue>

namespace layercert {

namespace {

constexpr std::size_t kPreciseBatch = 4;
constexpr double kTie = 1.5;
constexpr int kProbes = 16; // points at which sizes and rounding are looked at
constexpr double kProbeWidth = 0x1p-30;
constexpr double kRoundingThatMatters =
    1e-5; // of f - Phi, more than which rounding must not lose at most points
constexpr std::size_t kPlaces = 10;
// With MPFR a term and coordinate of a box takes about 8 ns for each of kBitsOfAnyNumber + its bits (the
// construction of 58 parameters on 5,219 boxes).
constexpr double kPreciseWork = 2e9;
constexpr double kLeastPreciseBoxes = 4096;
constexpr double kTermsOfAUnit = 2; // that its activation and its bias take
constexpr double kBitsOfAnyNumber = 256;

// Higher degrees take fewer boxes and longer for each. These reach 1 percent on the networks of
// docs/networks.md in well below a second; others were not tried.
int degree_of_forms(std::size_t dimension) {
  return dimension == 1 ? 8 : dimension == 2 ? 5 : dimension == 3 ? 4 : dimension <= 5 ? 2 : 1;
}

bool is_piecewise_linear(const LayeredNetwork &network, Slot slot) {
  const std::vector<bool> needed = needed_units(network, slot);
  for (std::size_t i = 0; i < network.units.size(); ++i) {
    const LayerUnit &unit = network.units[i];
    if (needed[i] && (unit.factor >= 0 ||
                      (unit.activation != Activation::Relu && unit.activation != Activation::Identity))) {
      return false;
    }
  }
  return true;
}

Interval midpoint_and_radius(const Interval &x, double &radius_upper) {
  const double middle = x.lower() / 2 + x.upper() / 2;
  radius_upper = largest_upper(sub_up(x.upper(), middle), sub_up(middle, x.lower()));
  return Interval(middle);
}

// g on a box: the polynomial in t, and the remainder.
struct Difference {
  std::vector<Interval> terms;
  double remainder_upper = kInfinity;
  Interval range = whole_line();
  double integral_upper = kInfinity; // of |g|^p, where g has no bound
  std::size_t direction = 0;
};

} // namespace

struct LayerErrors::Parts {
  Parts(const Target &of_target, const mpq_class &exact_p, const LayeredNetwork &of_network,
        std::size_t of_readout)
      : target(of_target), network(of_network), slot(of_network.readouts[of_readout].slot),
        d(of_network.dimension),
        f(with_differences_as_products(
            without_null_sets(with_decided_comparisons(of_target.expression()), of_network.dimension))),
        p(exact_p), plain(exact_p), degree(std::max(2, degree_of_forms(d))),
        degree_of_network(is_piecewise_linear(of_network, slot) ? 1 : degree_of_forms(d)),
        monomials(d, degree), zero([](const Box &) { return Interval(0.0); }) {
    const mpq_class &exact = p.exact();
    if (exact.get_den() == 1 && exact <= 255) {
      const int n = static_cast<int>(exact.get_num().get_si());
      if (PowerMean::affordable(d, degree, n)) {
        power_mean = std::make_unique<PowerMean>(d, degree, n);
      }
    }
  }

  const Target &target;
  const LayeredNetwork &network;
  Slot slot;
  std::size_t d;
  Expression f;
  Exponent p;     // in a unit of the size of f - Phi
  Exponent plain; // in the unit 1
  int degree;     // of the polynomial, and of f's expansion
  int degree_of_network;
  Monomials monomials;
  std::function<Interval(const Box &)> zero;
  std::unique_ptr<PowerMean> power_mean; // of a whole p
  mpfr_prec_t precision = 0;             // 0: doubles do
};

namespace {

// Differences on the boxes of a batch, in doubles. One a task.
class Differences {
public:
  Differences(const Expression &f, const Exponent &p, const std::function<Interval(const Box &)> &zero,
              const LayeredNetwork &network, Slot slot, int degree, int degree_of_network)
      : d_(network.dimension), forms_(network, slot, degree_of_network),
        taylor_(f, network.dimension, degree), plain_model_(function_modeller(f, network.dimension, zero)()),
        singular_model_(singular_function_modeller(p, f, network.dimension,
                                                   [this](const Box &) { return constant_; })()) {}

  std::span<const Difference> operator()(std::span<const Box> boxes) {
    forms_.evaluate(boxes);
    differences_.resize(std::max(differences_.size(), boxes.size()));
    rough_.clear();
    rough_boxes_.clear();
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      if (!expand(boxes[i], i)) {
        rough_.push_back(i);
        rough_boxes_.push_back(boxes[i]);
      }
    }
    if (!rough_.empty()) {
      models_.resize(std::max(models_.size(), rough_.size()));
      plain_model_(rough_boxes_, std::span(models_).first(rough_.size()));
      for (std::size_t k = 0; k < rough_.size(); ++k) {
        take_model(rough_boxes_[k], models_[k], rough_[k]);
      }
    }
    return {differences_.data(), boxes.size()};
  }

private:
  // Minus the network's form.
  Difference &begin(std::size_t i) {
    Difference &g = differences_[i];
    const std::size_t count = taylor_.monomials().count();
    g.terms.assign(count, Interval(0.0));
    g.remainder_upper = forms_.remainder_upper(i);
    g.range = whole_line();
    g.integral_upper = kInfinity;
    if (std::isfinite(g.remainder_upper)) {
      for (std::size_t a = 0; a < forms_.monomials().count(); ++a) {
        g.terms[a] = Interval(-forms_.coefficient(a, i));
      }
    }
    return g;
  }

  bool expand(const Box &box, std::size_t i) {
    std::array<Interval, kMaxDimension> centre;
    std::array<Interval, kMaxDimension> whole;
    std::array<Interval, kMaxDimension> radius;
    for (std::size_t j = 0; j < d_; ++j) {
      whole[j] = Interval(box.lower[j], box.upper[j]);
      centre[j] = (Interval(box.lower[j]) + Interval(box.upper[j])) / 2.0;
      radius[j] = (Interval(box.upper[j]) - Interval(box.lower[j])) / 2.0;
    }
    if (!taylor_.expand({centre.data(), d_}, {whole.data(), d_})) {
      return false;
    }
    const Monomials &monomials = taylor_.monomials();
    const std::size_t low = monomials.begin_of(monomials.degree());
    scale_.assign(monomials.count(), Interval(1.0));
    for (std::size_t a = 1; a < scale_.size(); ++a) {
      scale_[a] = scale_[monomials.parent(a)] * radius[monomials.parent_variable(a)];
    }
    Difference &g = begin(i);
    std::array<double, kMaxDimension> score{};
    for (std::size_t a = 0; a < monomials.count(); ++a) {
      double weight = 0; // of the monomial's coordinates, in the choice where to cut
      if (a < low) {
        g.terms[a] += taylor_.at_centre()[a] * scale_[a];
      } else {
        double radius_upper = 0;
        g.terms[a] += midpoint_and_radius(taylor_.over_box()[a], radius_upper) * scale_[a];
        const double lost = mul_up(radius_upper, scale_[a].upper());
        g.remainder_upper = add_up(g.remainder_upper, lost);
        weight = lost;
      }
      weight += weight_of_form(a, i);
      for (std::size_t j = 0; j < d_; ++j) {
        score[j] += weight * monomials.exponent(a, j);
      }
    }
    g.remainder_upper = known_upper(g.remainder_upper);
    finish(g, box, score);
    return true;
  }

  // f by its mean value form, or by its range, or not at all.
  void take_model(const Box &box, const LocalModel &model, std::size_t i) {
    Difference &g = begin(i);
    const Interval of_form = range_of(g);
    std::array<double, kMaxDimension> score{};
    const Monomials &monomials = taylor_.monomials();
    if (model.differentiable) {
      g.terms[0] += model.at_midpoint;
      for (std::size_t j = 0; j < d_; ++j) {
        const Interval half = (Interval(box.upper[j]) - Interval(box.lower[j])) / 2.0;
        double radius_upper = 0;
        g.terms[monomials.variable(j)] += midpoint_and_radius(model.gradient[j], radius_upper) * half;
        const double lost = mul_up(radius_upper, half.upper());
        g.remainder_upper = known_upper(add_up(g.remainder_upper, lost));
        score[j] += lost;
      }
    } else if (bounded(model.range)) {
      double radius_upper = 0;
      g.terms[0] += midpoint_and_radius(model.range, radius_upper);
      g.remainder_upper = known_upper(add_up(g.remainder_upper, radius_upper));
    } else {
      constant_ = -of_form;
      LocalModel singular;
      singular_model_(std::span(&box, 1), std::span(&singular, 1));
      g.remainder_upper = kInfinity;
      g.integral_upper = singular.integral_upper;
    }
    for (std::size_t j = 0; j < d_; ++j) {
      const double width = box.upper[j] - box.lower[j];
      if (!model.differentiable && !bounded(model.gradient[j])) {
        score[j] += width * 1e200; // along which f jumps
      }
      for (std::size_t a = 0; a < forms_.monomials().count(); ++a) {
        score[j] += weight_of_form(a, i) * monomials.exponent(a, j);
      }
    }
    finish(g, box, score);
    if (bounded(model.range)) {
      const Interval natural = model.range + of_form;
      const Interval both = intersect(natural, g.range);
      g.range = has_nan(both) ? g.range : both;
    }
  }

  // Where Phi is piecewise linear, kinks lie across its slope; else terms of degree 2 and more tell where it
  // bends.
  double weight_of_form(std::size_t a, std::size_t i) const {
    const Monomials &monomials = forms_.monomials();
    const int least = monomials.degree() == 1 ? 1 : 2;
    if (a >= monomials.count() || monomials.degree_of(a) < least) {
      return 0;
    }
    const double weight = std::fabs(forms_.coefficient(a, i));
    return std::isfinite(weight) ? weight : 0;
  }

  Interval range_of(const Difference &g) const {
    if (!std::isfinite(g.remainder_upper)) {
      return whole_line();
    }
    double spread = g.remainder_upper;
    for (std::size_t a = 1; a < g.terms.size(); ++a) {
      spread = add_up(spread, abs_range(g.terms[a]).upper());
    }
    const Interval range(sub_down(g.terms[0].lower(), spread), add_up(g.terms[0].upper(), spread));
    return has_nan(range) ? whole_line() : range;
  }

  void finish(Difference &g, const Box &box, const std::array<double, kMaxDimension> &score) const {
    g.range = range_of(g);
    double best = -1;
    for (std::size_t j = 0; j < d_; ++j) {
      const double width = box.upper[j] - box.lower[j];
      const double longest = box.upper[g.direction] - box.lower[g.direction];
      const double value = (std::isfinite(score[j]) ? score[j] : 1e300) + 1e-300 * width;
      if (best < 0 || value > kTie * best || (value * kTie >= best && width > longest)) {
        best = value;
        g.direction = j;
      }
    }
  }

  std::size_t d_;
  LayerForms forms_;
  TaylorEvaluator taylor_;
  Modeller plain_model_;
  Interval constant_{0.0}; // of the singular model: holds -Phi's values on the box
  Modeller singular_model_;
  std::vector<Difference> differences_;
  std::vector<std::size_t> rough_;
  std::vector<Box> rough_boxes_;
  std::vector<LocalModel> models_;
  std::vector<Interval> scale_;
};

// || g || over the box, as the mean of |g|^p has it, from P and R.
class NormOfDifference {
public:
  NormOfDifference(const Exponent &p, const Exponent &plain, const Monomials &monomials,
                   const PowerMean *power_mean)
      : p_(p), plain_(plain), monomials_(monomials), power_mean_(power_mean) {}

  IntegralBounds operator()(std::size_t dimension, const Box &box, const Difference &g) {
    const Interval measure = volume(dimension, box);
    const Interval range = abs_range(g.range);
    double lower = known_lower(range.lower());
    double upper = known_upper(range.upper());
    const auto take = [&](const Interval &norm, double radius) {
      if (!has_nan(norm)) {
        lower = largest_lower(lower, sub_down(norm.lower(), radius));
        upper = least_upper(upper, add_up(norm.upper(), radius));
      }
    };
    const double r = g.remainder_upper;
    if (std::isfinite(r)) {
      const auto d = dimension;
      std::array<Interval, kMaxDimension> t;
      for (std::size_t j = 0; j < d; ++j) {
        t[j] = abs_range(g.terms[monomials_.variable(j)]);
      }
      double rest = r;
      for (std::size_t a = monomials_.begin_of(2); a < g.terms.size(); ++a) {
        rest = add_up(rest, abs_range(g.terms[a]).upper());
      }
      if (std::isfinite(rest) && bounded(g.terms[0])) {
        take(p_.affine_norm(g.terms[0], {t.data(), d}), rest);
      }
      const int sign = g.range.lower() >= 0 ? 1 : g.range.upper() <= 0 ? -1 : 0;
      if (power_mean_ != nullptr && (plain_.is_even() || sign != 0) && std::isfinite(rest)) {
        by_polynomial(g, sign, take);
      }
    }
    if (!(upper < kInfinity)) {
      return {0, g.integral_upper};
    }
    const Interval mean = p_.power(Interval(std::max(0.0, std::min(lower, upper)), upper));
    return {mul_down(mean.lower(), measure.lower()), mul_up(mean.upper(), measure.upper())};
  }

private:
  template <class Take> void by_polynomial(const Difference &g, int sign, const Take &take) {
    const Interval unit(p_.unit()); // powers of large numbers would leave the range of doubles
    scaled_.assign(g.terms.begin(), g.terms.end());
    if (p_.unit() != 1) {
      for (Interval &term : scaled_) {
        term = term / unit;
      }
    }
    Interval mean = (*power_mean_)(scaled_);
    const double r = g.remainder_upper;
    if (!plain_.is_even()) {
      mean = sign < 0 ? -mean : mean;
      if (plain_.exact() == 1) {
        take(unit * mean, r);
        return;
      }
      const double scaled = div_up(r, unit.lower());
      mean += Interval(0.0, mul_up(2.0, plain_.power_upper(scaled)));
    }
    if (!bounded(mean)) {
      return;
    }
    const Interval norm = plain_.root(Interval(std::max(0.0, mean.lower()), std::max(0.0, mean.upper())));
    take(unit * norm, r);
  }

  const Exponent &p_;
  const Exponent &plain_;
  const Monomials &monomials_;
  const PowerMean *power_mean_;
  std::vector<Interval> scaled_;
};

// f - Phi by mean value forms, Phi in MPFR.
ModellerFactory precise_modeller(const Expression &f, const std::function<Interval(const Box &)> &zero,
                                 const LayeredNetwork &network, Slot slot, mpfr_prec_t precision) {
  return [&f, &zero, &network, slot, precision]() -> Modeller {
    const auto layers = std::make_shared<PreciseLayers>(network, slot, precision);
    return [layers, d = network.dimension, model_of_f = function_modeller(f, network.dimension, zero)()](
               std::span<const Box> boxes, std::span<LocalModel> models) {
      model_of_f(boxes, models);
      for (std::size_t i = 0; i < boxes.size(); ++i) {
        const LocalModel of_network = layers->model(boxes[i]);
        LocalModel &g = models[i];
        const auto minus = [](const Interval &a, const Interval &b) {
          const Interval difference = a - b;
          return has_nan(difference) ? whole_line() : difference;
        };
        g.range = minus(g.range, of_network.range);
        g.differentiable = g.differentiable && of_network.differentiable;
        if (g.differentiable) {
          g.at_midpoint = g.at_midpoint - of_network.at_midpoint;
        }
        for (std::size_t j = 0; j < d; ++j) {
          g.gradient[j] = minus(g.gradient[j], of_network.gradient[j]);
        }
      }
    };
  };
}

// Points spread over the cube, as boxes so small that what is lost on them is rounding.
std::vector<Box> probes(std::size_t d) {
  std::vector<Box> boxes(kProbes);
  double number = 0.5;
  for (Box &box : boxes) {
    for (std::size_t j = 0; j < d; ++j) {
      number += 0.6180339887498949 + 0.0137 * static_cast<double>(j);
      number -= std::floor(number);
      box.lower[j] = std::min(number, 1 - kProbeWidth);
      box.upper[j] = box.lower[j] + kProbeWidth;
    }
  }
  return boxes;
}

// The places of a dyadic grid with the largest shares of the sum.
std::vector<PlaceShare> largest_places(std::size_t dimension, const IntegralResult &integral) {
  const auto d = dimension;
  const int bits = d == 1 ? 6 : d == 2 ? 3 : d == 3 ? 2 : 1;
  const std::size_t along = std::size_t{1} << bits;
  std::vector<double> sums(std::size_t{1} << (static_cast<std::size_t>(bits) * d), 0.0);
  for (std::size_t i = 0; i < integral.boxes.size(); ++i) {
    // A box that holds several places counts for each of them.
    std::vector<std::size_t> places{0};
    for (std::size_t j = 0; j < d; ++j) {
      const auto first =
          static_cast<std::size_t>(std::floor(integral.boxes.lower(i, j) * static_cast<double>(along)));
      const auto last =
          static_cast<std::size_t>(std::ceil(integral.boxes.upper(i, j) * static_cast<double>(along)));
      std::vector<std::size_t> next;
      for (const std::size_t place : places) {
        for (std::size_t k = first; k < std::max(last, first + 1) && k < along; ++k) {
          next.push_back(place * along + k);
        }
      }
      places = std::move(next);
    }
    for (const std::size_t place : places) {
      sums[place] = add_up(sums[place], integral.bounds[i].upper);
    }
  }
  std::vector<std::size_t> order(sums.size());
  for (std::size_t k = 0; k < order.size(); ++k) {
    order[k] = k;
  }
  const std::size_t kept = std::min(kPlaces, order.size());
  std::partial_sort(
      order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept), order.end(),
      [&](std::size_t a, std::size_t b) { return sums[a] != sums[b] ? sums[a] > sums[b] : a < b; });
  std::vector<PlaceShare> result;
  for (std::size_t k = 0; k < kept; ++k) {
    PlaceShare place;
    place.side = 1.0 / static_cast<double>(along);
    place.lower.resize(d);
    std::size_t number = order[k];
    for (std::size_t j = d; j-- > 0; number /= along) {
      place.lower[j] = static_cast<double>(number % along) * place.side;
    }
    place.share = integral.upper > 0 ? div_up(sums[order[k]], integral.upper) : 0;
    if (std::isnan(place.share)) { // of an infinite sum
      place.share = std::isinf(sums[order[k]]) ? 1 : 0;
    }
    result.push_back(std::move(place));
  }
  return result;
}

} // namespace

LayerErrors::LayerErrors(const Target &target, const mpq_class &p, const LayeredNetwork &network,
                         std::size_t readout, const std::string &name) {
  assert_upward();
  assert(!target.is_table() && target.dimension == network.dimension);
  parts_ = std::make_unique<Parts>(target, p, network, readout);
  Parts &parts = *parts_;
  bool doubles = suits_doubles(network);
  double size = 0;
  if (doubles) {
    Differences differences(parts.f, parts.plain, parts.zero, network, parts.slot, parts.degree,
                            parts.degree_of_network);
    const std::vector<Box> boxes = probes(parts.d);
    LayerForms forms(network, parts.slot, 1);
    forms.evaluate(boxes);
    const std::span<const Difference> found = differences(boxes);
    for (const Difference &g : found) {
      const double magnitude = abs_range(g.range).upper();
      size = std::isfinite(magnitude) ? std::max(size, magnitude) : size;
    }
    int bad = 0;
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      bad += forms.remainder_upper(i) <= kRoundingThatMatters * size ? 0 : 1;
    }
    doubles = 4 * bad <= kProbes || size == 0;
  }
  if (!doubles) {
    parts.precision = sufficient_precision(network, parts.slot);
    if (parts.precision == 0) {
      throw InputError(name, 0,
                       "the readout " + network.readouts[readout].name +
                           " is so sensitive to its weights that 2^20 bits do not give its values");
    }
    const Modeller model = precise_modeller(parts.f, parts.zero, network, parts.slot, parts.precision)();
    for (const Box &box : probes(parts.d)) {
      LocalModel g;
      model(std::span(&box, 1), std::span(&g, 1));
      const double magnitude = abs_range(g.range).upper();
      size = std::isfinite(magnitude) ? std::max(size, magnitude) : size;
    }
  }
  parts.p = parts.plain.for_size(size);
}

LayerErrors::~LayerErrors() = default;

bool LayerErrors::is_precise() const { return parts_->precision != 0; }
long LayerErrors::bits() const { return parts_->precision; }

std::size_t LayerErrors::affordable_boxes() const {
  if (!is_precise()) {
    return std::numeric_limits<std::size_t>::max();
  }
  double terms = 0;
  const std::vector<bool> needed = needed_units(parts_->network, parts_->slot);
  for (std::size_t i = 0; i < needed.size(); ++i) {
    terms += needed[i] ? static_cast<double>(parts_->network.units[i].term_count) + kTermsOfAUnit : 0;
  }
  const double of_a_box = terms * static_cast<double>(2 + parts_->d) *
                          (static_cast<double>(parts_->precision) + kBitsOfAnyNumber);
  return static_cast<std::size_t>(std::max(kLeastPreciseBoxes, kPreciseWork / of_a_box));
}

// Branch and bound: |g| <= sup|range| on a box, and |g| >= |P(0)| - R near its centre, almost everywhere.
LayerError LayerErrors::supremum(const Refinement &refinement) const {
  assert_upward();
  const Parts &parts = *parts_;
  struct Open {
    double upper;
    Box box;
    std::size_t direction;
    bool operator<(const Open &other) const { return upper < other.upper; }
  };
  struct Sides {
    double lower, upper;
    std::size_t direction;
  };
  std::vector<Sides> sides;
  std::function<void(std::span<const Box>)> look; // fills `sides`
  if (is_precise()) {
    look = [&sides, d = parts.d,
            model = precise_modeller(parts.f, parts.zero, parts.network, parts.slot, parts.precision)()](
               std::span<const Box> boxes) {
      std::vector<LocalModel> models(boxes.size());
      model(boxes, models);
      sides.clear();
      for (std::size_t i = 0; i < boxes.size(); ++i) {
        const Interval all = abs_range(models[i].range);
        const bool known = models[i].differentiable;
        std::size_t longest = 0;
        for (std::size_t j = 1; j < d; ++j) {
          const Box &box = boxes[i];
          longest = box.upper[j] - box.lower[j] > box.upper[longest] - box.lower[longest] ? j : longest;
        }
        sides.push_back({largest_lower(all.lower(), known ? abs_range(models[i].at_midpoint).lower() : 0.0),
                         known_upper(all.upper()), longest});
      }
    };
  } else {
    look = [&sides, differences = std::make_shared<Differences>(
                        parts.f, parts.p, parts.zero, parts.network, parts.slot, parts.degree,
                        parts.degree_of_network)](std::span<const Box> boxes) {
      sides.clear();
      for (const Difference &g : (*differences)(boxes)) {
        const Interval all = abs_range(g.range);
        const double centre = sub_down(abs_range(g.terms[0]).lower(), g.remainder_upper);
        sides.push_back({largest_lower(all.lower(), centre), known_upper(all.upper()), g.direction});
      }
    };
  }
  constexpr std::size_t kHalved = LayerForms::kCapacity / 2; // at once
  const std::size_t most = std::min(refinement.most_boxes, affordable_boxes());
  LayerError error;
  std::priority_queue<Open> open;
  double settled_upper = 0; // of boxes that are not looked at again
  std::vector<Box> boxes{unit_cube(parts.d)};
  for (;;) {
    throw_if_stopped();
    look(boxes);
    error.boxes += boxes.size();
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      error.lower = largest_lower(error.lower, sides[i].lower);
      open.push({sides[i].upper, boxes[i], sides[i].direction});
    }
    error.upper = largest_upper(settled_upper, open.empty() ? 0.0 : open.top().upper);
    if (error.boxes >= most || open.empty() ||
        (std::isfinite(error.upper) &&
         sub_up(error.upper, error.lower) <= refinement.relative_gap * error.upper)) {
      break;
    }
    boxes.clear();
    while (boxes.size() < 2 * kHalved && !open.empty()) {
      Open worst = open.top();
      open.pop();
      if (worst.upper <= error.lower) {
        settled_upper = largest_upper(settled_upper, worst.upper);
        continue;
      }
      const double middle = worst.box.lower[worst.direction] / 2 + worst.box.upper[worst.direction] / 2;
      Box half = worst.box;
      half.upper[worst.direction] = middle;
      boxes.push_back(half);
      half = worst.box;
      half.lower[worst.direction] = middle;
      boxes.push_back(half);
    }
    if (boxes.empty()) {
      error.upper = settled_upper;
      break;
    }
  }
  const double remainder = parts.target.remainder_upper();
  error.lower = largest_lower(0.0, sub_down(error.lower, remainder));
  error.upper = known_upper(add_up(error.upper, remainder));
  return error;
}

LayerError LayerErrors::bounds(const Refinement &refinement) const {
  assert_upward();
  const Parts &parts = *parts_;
  const BoxList cube(parts.d, std::vector<Box>{unit_cube(parts.d)});
  IntegralResult integral;
  if (is_precise()) {
    const Refinement affordable{refinement.relative_gap, std::min(refinement.most_boxes, affordable_boxes())};
    integral = integrate_by(
        cube,
        mean_value_bounder(parts.p, parts.d,
                           precise_modeller(parts.f, parts.zero, parts.network, parts.slot, parts.precision)),
        kPreciseBatch, affordable);
  } else {
    const BounderFactory factory = [&parts]() -> Bounder {
      const auto differences = std::make_shared<Differences>(
          parts.f, parts.p, parts.zero, parts.network, parts.slot, parts.degree, parts.degree_of_network);
      const auto norm =
          std::make_shared<NormOfDifference>(parts.p, parts.plain, parts.monomials, parts.power_mean.get());
      return [differences, norm, d = parts.d](std::span<const Box> boxes, std::span<IntegralBounds> bounds,
                                              std::span<std::uint8_t> directions) {
        const std::span<const Difference> found = (*differences)(boxes);
        for (std::size_t i = 0; i < boxes.size(); ++i) {
          bounds[i] = (*norm)(d, boxes[i], found[i]);
          directions[i] = static_cast<std::uint8_t>(found[i].direction);
        }
      };
    };
    integral = integrate_by(cube, factory, LayerForms::kCapacity, refinement);
  }
  LayerError error;
  const double remainder = parts.target.remainder_upper();
  error.lower =
      std::isfinite(integral.lower) ? parts.p.root(Interval(std::max(0.0, integral.lower))).lower() : 0;
  error.upper = parts.p.root_upper(integral.upper);
  error.lower = largest_lower(0.0, sub_down(error.lower, remainder));
  error.upper = known_upper(add_up(error.upper, remainder));
  error.boxes = integral.boxes.size();
  error.places = largest_places(parts.d, integral);
  error.halvings = std::move(integral.halvings);
  error.is_last = error.boxes >= affordable_boxes();
  return error;
}

} // namespace layercert
