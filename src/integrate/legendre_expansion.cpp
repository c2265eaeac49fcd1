// A polynomial near f is found in floating point, by sampling at Gauss's nodes. How near it is gets proved
// cell by cell, and every shift's norm is then a few small matrix products: no function of f is evaluated any
// more.
#include "legendre_expansion.hpp"

#include "function/batch_evaluator.hpp"
#include "function/taylor_evaluator.hpp"
#include "integrate/box_bounds.hpp"
#include "integrate/cells.hpp"
#include "integrate/in_parallel.hpp"
#include "integrate/legendre_powers.hpp"
#include "integrate/legendre_tensor.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"
#include "numeric/stop_request.hpp"
#include "square_norms.hpp"

#include <boost/math/special_functions/legendre.hpp>
#include <oneapi/tbb/enumerable_thread_specific.h>

#include <algorithm>
#include <cassert>
#include <cmath>

namespace layercert {

namespace {

// Coefficients along an axis that are tried, and the most by dimension: beyond, one norm costs as much as an
// integral over boxes.
constexpr std::size_t kCounts[] = {7, 11, 15, 19, 25, 33};
constexpr std::size_t kMostCounts[] = {33, 33, 19, 11};
// Parts of the tolerance times || f - mean ||_2: the two highest degrees, where the degree is high enough,
// and where none is.
constexpr double kTail = 1e-4;
constexpr double kLargestTail = 1e-2;
// What the remainders may add to eta: 4 eta is then a tenth of the tolerance for a norm of 4 percent of || f
// - mean ||_2.
constexpr double kRemainder = 1e-3;
constexpr std::uint64_t kMostProducts = std::uint64_t{1} << 26; // on the cells of a level: about a second
constexpr std::uint64_t kMostNumbers = std::uint64_t{1} << 22;  // that are held at a time
// Of f on the cells: higher than where one integral is wanted, as the remainder must be a thousandth of the
// tolerance.
constexpr int kTaylorDegrees[] = {12, 8, 8, 8};
constexpr std::size_t kMostCells = 4096; // each takes about as long as a norm
constexpr std::uint64_t kProductsABox = 250;
// For p other than 2, parts of the tolerance: the gap of a norm, and what is left out of g on a part, times
// || f - mean ||_2. 0.03, 0.1 and 0.25 took 2.4, 1.5 and 1.1 s for cos(5 x) sin(4 y), p = 3/2; Franke's
// function, p = 1, took 18, 17 and 25 CPU s.
constexpr double kGapOfPowers = 0.1;
constexpr double kGapOfSlopes = 0.1;        // of their norms: pieces of shifts are small already
constexpr std::size_t kMostParts = 1 << 14; // of the cube, and as many for each of these cells:
constexpr std::size_t kMostPartsACell = 256;
constexpr std::uint64_t kCostOfPowers = 128; // in boxes, about

std::size_t power_of(std::size_t count, std::size_t d) {
  std::size_t result = 1;
  for (std::size_t j = 0; j < d; ++j) {
    result *= count;
  }
  return result;
}

// What follows is no bound: coefficients near those of f, rounded to nearest.
class Sampling {
public:
  Sampling(const Expression &f, std::size_t d) : d_(d), evaluator_(f, d), exact_(f, d) {}

  std::vector<double> coefficients(std::size_t count) {
    const NearestScope nearest;
    std::vector<double> nodes; // in [-1, 1]
    for (const double zero : boost::math::legendre_p_zeros<double>(static_cast<int>(count))) {
      nodes.push_back(zero);
      if (zero != 0) {
        nodes.push_back(-zero);
      }
    }
    std::vector<double> weights(count * count); // (2 n + 1) P_n times the weight of the node
    for (std::size_t q = 0; q < count; ++q) {
      const double slope = boost::math::legendre_p_prime<double>(static_cast<int>(count), nodes[q]);
      const double weight = 1 / ((1 - nodes[q] * nodes[q]) * slope * slope);
      for (std::size_t n = 0; n < count; ++n) {
        weights[n * count + q] = weight * static_cast<double>(2 * n + 1) *
                                 boost::math::legendre_p<double>(static_cast<int>(n), nodes[q]);
      }
    }
    std::vector<double> values = sampled(nodes);
    for (std::size_t j = 0; j < d_; ++j) {
      const std::size_t others = values.size() / count;
      std::vector<double> next(values.size());
      for (std::size_t n = 0; n < count; ++n) {
        for (std::size_t other = 0; other < others; ++other) {
          double sum = 0;
          for (std::size_t q = 0; q < count; ++q) {
            sum += weights[n * count + q] * values[other * count + q];
          }
          next[n * others + other] = sum;
        }
      }
      values = std::move(next);
    }
    return values;
  }

private:
  std::vector<double> sampled(const std::vector<double> &nodes) {
    const std::size_t count = nodes.size();
    const std::size_t all = power_of(count, d_);
    std::vector<std::vector<double>> points(d_, std::vector<double>(all));
    std::vector<const double *> axes;
    std::size_t stride = 1;
    for (std::vector<double> &axis : points) {
      for (std::size_t i = 0; i < all; ++i) {
        axis[i] = (1 + nodes[i / stride % count]) / 2;
      }
      axes.push_back(axis.data());
      stride *= count;
    }
    std::vector<double> values(all);
    evaluator_.sample(axes, values);
    std::vector<Interval> point(d_);
    for (std::size_t i = 0; i < all; ++i) { // doubles have no value of sin(x)/x at 0
      if (std::isfinite(values[i])) {
        continue;
      }
      for (std::size_t j = 0; j < d_; ++j) {
        point[j] = Interval(points[j][i]);
      }
      const UpwardScope upward;
      const Range value = exact_.range(point);
      values[i] = value.undefined ? values[i] : value.value.lower() / 2 + value.value.upper() / 2;
    }
    return values;
  }

  std::size_t d_;
  BatchEvaluator evaluator_;
  ExpressionEvaluator exact_;
};

// About || f - mean ||_2, and how much of it is in the two highest degrees of any coordinate.
struct Size {
  double all = 0;
  double highest = 0;
};

Size size_of(const std::vector<double> &coefficients, std::size_t count) {
  Size size;
  for (std::size_t i = 1; i < coefficients.size(); ++i) {
    double square = coefficients[i] * coefficients[i];
    bool high = false;
    for (std::size_t rest = i; rest > 0; rest /= count) {
      square /= static_cast<double>(2 * (rest % count) + 1);
      high = high || rest % count + 2 >= count;
    }
    size.all += square;
    size.highest += high ? square : 0;
  }
  return {std::sqrt(size.all), std::sqrt(size.highest)};
}

// Of |f - g| on a cell.
struct Distance {
  double low_upper = 0;          // the terms of degree < m
  double rest_upper = kInfinity; // the others: these fall as the cell does
  std::size_t direction = 0;     // along which they fall most
};

class CellDistance {
public:
  CellDistance(const Expression &f, std::size_t d, std::size_t count,
               const std::vector<Interval> &coefficients)
      : d_(d), count_(count), coefficients_(coefficients), evaluator_(f, d, kTaylorDegrees[d - 1]),
        place_(evaluator_.monomials().count(), kNone), degree_(coefficients.size(), 0) {
    const Monomials &monomials = evaluator_.monomials();
    for (std::size_t i = 0; i < degree_.size(); ++i) {
      for (std::size_t rest = i; rest > 0; rest /= count) {
        degree_[i] += rest % count;
      }
    }
    for (std::size_t a = 0; a < place_.size(); ++a) {
      std::size_t place = 0;
      bool inside = true;
      for (std::size_t j = d; j-- > 0;) {
        const auto exponent = static_cast<std::size_t>(monomials.exponent(a, j));
        inside = inside && exponent < count;
        place = place * count + exponent;
      }
      place_[a] = inside ? place : kNone;
    }
  }

  Distance operator()(const Box &box) {
    std::array<Interval, kMaxDimension> centre;
    std::array<Interval, kMaxDimension> sides;
    std::array<Interval, kMaxDimension> radius;
    Distance distance;
    std::vector<Interval> tensor = coefficients_;
    for (std::size_t j = 0; j < d_; ++j) {
      const Interval lower(box.lower[j]);
      const Interval upper(box.upper[j]);
      sides[j] = Interval(box.lower[j], box.upper[j]);
      centre[j] = (lower + upper) / Interval(2.0);
      radius[j] = (upper - lower) / Interval(2.0);
      if (box.upper[j] - box.lower[j] > box.upper[distance.direction] - box.lower[distance.direction]) {
        distance.direction = j;
      }
    }
    if (!evaluator_.expand({centre.data(), d_}, {sides.data(), d_})) {
      return distance;
    }
    for (std::size_t j = 0; j < d_; ++j) {
      contract(tensor, substituted(count_, radius[j] * Interval(2.0),
                                   centre[j] * Interval(2.0) - Interval(1.0), times_in_powers));
    }
    // f less g, by powers of t.
    const Monomials &monomials = evaluator_.monomials();
    const auto degree = static_cast<std::size_t>(monomials.degree());
    const std::size_t low = monomials.begin_of(monomials.degree());
    std::vector<Interval> scale(place_.size(), Interval(1.0));
    std::array<double, kMaxDimension> shares{};
    double rest = 0;
    for (std::size_t a = 0; a < place_.size(); ++a) {
      if (a > 0) {
        scale[a] = scale[monomials.parent(a)] * radius[monomials.parent_variable(a)];
      }
      const Interval of_f = a < low ? evaluator_.at_centre()[a] : evaluator_.over_box()[a];
      const Interval of_g = place_[a] == kNone ? Interval(0.0) : tensor[place_[a]];
      const double part = abs_range(of_f * scale[a] - of_g).upper();
      if (a < low) {
        distance.low_upper = add_up(distance.low_upper, part);
        continue;
      }
      rest = add_up(rest, part);
      for (std::size_t j = 0; j < d_; ++j) {
        shares[j] += part * monomials.exponent(a, j);
      }
    }
    for (std::size_t i = 0; i < tensor.size(); ++i) {
      if (degree_[i] <= degree) {
        continue;
      }
      const double part = abs_range(tensor[i]).upper();
      rest = add_up(rest, part);
      for (std::size_t j = 0, digits = i; j < d_; ++j, digits /= count_) {
        shares[j] += part * static_cast<double>(digits % count_);
      }
    }
    distance.low_upper = known_upper(distance.low_upper);
    distance.rest_upper = known_upper(rest);
    if (std::isfinite(rest)) {
      distance.direction = static_cast<std::size_t>(
          std::max_element(shares.begin(), shares.begin() + static_cast<std::ptrdiff_t>(d_)) -
          shares.begin());
    }
    return distance;
  }

private:
  static constexpr std::size_t kNone = ~std::size_t{0};

  std::size_t d_;
  std::size_t count_;
  const std::vector<Interval> &coefficients_;
  TaylorEvaluator evaluator_;
  std::vector<std::size_t> place_;  // of u^a in the tensor
  std::vector<std::size_t> degree_; // in all, of a place in the tensor
};

// eta, and the supremum of |f - g|.
struct WholeDistance {
  double norm_upper;
  double sup_upper;
};

// Where every cell's remainder is at most `remainder`; nothing where that takes too many cells.
std::optional<WholeDistance> distance_of(const Expression &f, std::size_t d, std::size_t count,
                                         const std::vector<Interval> &coefficients, double remainder) {
  oneapi::tbb::enumerable_thread_specific<CellDistance> distances(
      [&] { return CellDistance(f, d, count, coefficients); });
  std::vector<Box> open{unit_cube(d)};
  double square_upper = 0;
  double sup_upper = 0;
  std::size_t cells = 0;
  while (!open.empty()) {
    cells += open.size();
    if (cells > kMostCells) {
      return std::nullopt;
    }
    std::vector<Distance> found(open.size());
    in_parallel(open.size(), [&](std::size_t i) { found[i] = distances.local()(open[i]); });
    std::vector<Box> next;
    for (std::size_t i = 0; i < open.size(); ++i) {
      const Distance &distance = found[i];
      if (distance.rest_upper <= remainder) {
        const double height = add_up(distance.low_upper, distance.rest_upper);
        const double measure = volume(d, open[i]).upper();
        square_upper = add_up(square_upper, mul_up(measure, mul_up(height, height)));
        sup_upper = largest_upper(sup_upper, height);
        continue;
      }
      const std::size_t j = distance.direction;
      Box lower = open[i];
      Box upper = open[i];
      lower.upper[j] = upper.lower[j] = open[i].lower[j] / 2 + open[i].upper[j] / 2;
      next.push_back(lower);
      next.push_back(upper);
    }
    open = std::move(next);
  }
  return WholeDistance{known_upper(sqrt_up(square_upper)), sup_upper};
}

} // namespace

LegendreExpansion::LegendreExpansion(std::size_t dimension, std::size_t count,
                                     const std::vector<double> &coefficients, const mpq_class &p)
    : dimension_(dimension), p_(p), count_(count) {
  for (std::size_t i = 0; i < coefficients.size(); ++i) {
    coefficients_.emplace_back(coefficients[i]);
    Interval square(1.0);
    for (std::size_t rest = i; rest > 0; rest /= count) {
      square /= whole(2 * (rest % count) + 1);
    }
    squares_.push_back(square);
  }
}

// By P_n' = 2 sum (2 k + 1) P_k over the k < n for which n - k is odd.
void LegendreExpansion::find_slopes() {
  std::vector<Row> slopes(count_, Row(count_, Interval(0.0)));
  std::vector<Row> same(count_, Row(count_, Interval(0.0)));
  for (std::size_t n = 0; n < count_; ++n) {
    same[n][n] = Interval(1.0);
    for (std::size_t k = (n + 1) % 2; k < n; k += 2) {
      slopes[n][k] = whole(2 * (2 * k + 1));
    }
  }
  const auto derivative = [&](std::vector<Interval> tensor, std::size_t axis) {
    for (std::size_t j = 0; j < dimension_; ++j) {
      contract(tensor, j == axis ? slopes : same);
    }
    return tensor;
  };
  const auto norm_upper = [&](const std::vector<Interval> &tensor) {
    if (p_.exact() > 2) { // below, the norm for 2 is no less, as the cube has measure 1
      return norm_of_powers(tensor, Interval(1.0), kGapOfSlopes).upper();
    }
    Interval sum(0.0);
    for (std::size_t i = 0; i < tensor.size(); ++i) {
      sum += square_of(tensor[i]) * squares_[i];
    }
    return widened_root(sum, 0).upper();
  };
  for (std::size_t j = 0; j < dimension_; ++j) {
    const std::vector<Interval> slope = derivative(coefficients_, j);
    slopes_upper_.push_back(norm_upper(slope));
    steepest_upper_ = add_up(steepest_upper_, mul_up(slopes_upper_.back(), slopes_upper_.back()));
    for (std::size_t k = 0; k < dimension_; ++k) {
      second_slopes_upper_.push_back(norm_upper(derivative(slope, k)));
    }
  }
  steepest_upper_ = sqrt_up(steepest_upper_); // by the inequality of Cauchy and Schwarz
}

std::optional<LegendreExpansion> LegendreExpansion::of(const Expression &f, std::size_t dimension,
                                                       double tolerance, int degree, const mpq_class &p) {
  assert_upward();
  assert(p >= 1 && p <= kLargestPower);
  assert(degree >= 0 && tolerance > 0);
  const auto d = dimension;
  if (d > std::size(kMostCounts)) {
    return std::nullopt;
  }
  Sampling sampling(f, d);
  std::vector<std::size_t> counts(std::begin(kCounts), std::end(kCounts));
  if (degree > 0) {
    counts = {static_cast<std::size_t>(degree) + 1};
  }
  for (const std::size_t count : counts) {
    throw_if_stopped();
    const bool last = degree > 0 || count == kMostCounts[d - 1];
    const std::vector<double> coefficients = sampling.coefficients(count);
    const Size size = size_of(coefficients, count);
    if (!std::isfinite(size.all) || !(size.all > 0)) {
      return std::nullopt;
    }
    if (degree == 0 && size.highest > (last ? kLargestTail : kTail) * tolerance * size.all) {
      if (last) {
        return std::nullopt;
      }
      continue;
    }
    LegendreExpansion result(dimension, count, coefficients, p);
    const std::optional<WholeDistance> distance =
        distance_of(f, d, count, result.coefficients_, kRemainder * tolerance * size.all);
    if (!distance) {
      return std::nullopt;
    }
    result.distance_upper_ = p == 2 ? distance->norm_upper : distance->sup_upper;
    result.negligible_ = kRemainder * tolerance * size.all;
    result.gap_ = kGapOfPowers * tolerance;
    result.find_slopes();
    return result;
  }
  return std::nullopt;
}

std::uint64_t LegendreExpansion::cost() const {
  return 1 + dimension_ * count_ * coefficients_.size() / kProductsABox +
         (p_.exact() == 2 ? 0 : kCostOfPowers);
}

// || g ||_p of a polynomial g on the cube, times `measure` to the power of 1/p; `gap` is of the norm.
Interval LegendreExpansion::norm_of_powers(std::vector<Interval> tensor, const Interval &measure,
                                           double gap) const {
  PolynomialPart whole;
  whole.tensor = std::move(tensor);
  whole.count = count_;
  std::vector<PolynomialPart> parts;
  parts.push_back(std::move(whole));
  const PolynomialPowers powers =
      integrate_powers(std::move(parts), dimension_, p_, gap * p_.exact().get_d(), kMostParts, negligible_);
  const Interval root = p_.root(Interval(powers.lower, powers.upper));
  // What is left out counts on Omega_h, whose measure is at most 1.
  const Interval norm = root * p_.root_of_measure(measure);
  return {largest_lower(0.0, sub_down(norm.lower(), powers.rest_upper)),
          known_upper(add_up(norm.upper(), powers.rest_upper))};
}

// Every cell is a part to begin with.
std::optional<CellIntegrals> LegendreExpansion::cell_powers(int N, int level,
                                                            const std::vector<Interval> &values) const {
  if (!may_integrate_cells(N, level)) {
    return std::nullopt;
  }
  const std::uint64_t side = cells_along_axis(N, level);
  const auto slabs = static_cast<std::size_t>(side);
  const Interval width = Interval(1.0) / whole(slabs);
  std::vector<std::vector<Row>> on_slab;
  for (std::size_t i = 0; i < slabs; ++i) {
    on_slab.push_back(
        substituted(count_, width, whole(2 * i + 1) * width - Interval(1.0), times_in_legendre));
  }
  Interval measure(1.0);
  for (std::size_t j = 0; j < dimension_; ++j) {
    measure *= width;
  }
  std::vector<PolynomialPart> parts(values.size());
  in_parallel(values.size(), [&](std::size_t cell) {
    PolynomialPart &part = parts[cell];
    const CellIndex index = index_of_cell(cell, dimension_, N, level);
    part.tensor = coefficients_;
    for (std::size_t j = 0; j < dimension_; ++j) {
      contract(part.tensor, on_slab[static_cast<std::size_t>(index[j])]);
    }
    part.tensor[0] -= values[cell];
    part.count = count_;
    part.measure = measure;
    part.cell = cell;
  });
  const PolynomialPowers powers =
      integrate_powers(std::move(parts), dimension_, p_, gap_ * p_.exact().get_d(),
                       kMostParts + kMostPartsACell * values.size(), negligible_);
  const double apart = add_up(distance_upper_, powers.rest_upper);
  CellIntegrals result;
  result.boxes = powers.parts.size();
  result.share_upper.assign(values.size(), 0.0);
  for (const PolynomialPart &part : powers.parts) {
    result.share_upper[part.cell] = add_up(result.share_upper[part.cell], part.upper);
  }
  for (double &share : result.share_upper) {
    share = p_.power_upper(add_up(p_.root_upper(share), apart));
  }
  const Interval norm = p_.root(Interval(powers.lower, powers.upper));
  result.lower =
      largest_lower(0.0, p_.power(Interval(largest_lower(0.0, sub_down(norm.lower(), apart)))).lower());
  result.upper = p_.power_upper(known_upper(add_up(norm.upper(), apart)));
  return result;
}

Interval LegendreExpansion::difference_norm(std::span<const double> h) const {
  assert_upward();
  assert(h.size() == dimension_);
  std::vector<Interval> there = coefficients_;
  std::vector<Interval> here = coefficients_;
  Interval measure(1.0);
  for (const double step : h) {
    const Interval left = Interval(1.0) - Interval(std::fabs(step));
    contract(there, substituted(count_, left, Interval(step), times_in_legendre));
    contract(here, substituted(count_, left, Interval(-step), times_in_legendre));
    measure *= left;
  }
  if (p_.exact() != 2) {
    for (std::size_t m = 0; m < there.size(); ++m) {
      there[m] -= here[m];
    }
    const Interval norm = norm_of_powers(std::move(there), measure, gap_);
    const double apart = mul_up(2.0, distance_upper_);
    return {largest_lower(0.0, sub_down(norm.lower(), apart)), known_upper(add_up(norm.upper(), apart))};
  }
  Interval sum(0.0);
  for (std::size_t m = 0; m < there.size(); ++m) {
    sum += square_of(there[m] - here[m]) * squares_[m];
  }
  return widened_root(sum * measure, mul_up(2.0, distance_upper_));
}

bool LegendreExpansion::may_integrate_cells(int N, int level) const {
  const std::uint64_t side = cells_along_axis(N, level);
  const std::uint64_t numbers = p_.exact() == 2 ? 0
                                                : cells_in_cube(dimension_, N, level) *
                                                      coefficients_.size(); // that are held by cell_powers()
  return side <= kMostNumbers && numbers <= kMostNumbers &&
         (p_.exact() != 2 || side * count_ * coefficients_.size() <= kMostProducts);
}

std::optional<CellIntegrals> LegendreExpansion::cell_integrals(int N, int level,
                                                               const std::vector<Interval> &values) const {
  assert_upward();
  if (p_.exact() != 2) {
    return cell_powers(N, level, values);
  }
  if (!may_integrate_cells(N, level)) {
    return std::nullopt;
  }
  const std::uint64_t side = cells_along_axis(N, level);
  const auto slabs = static_cast<std::size_t>(side);
  const Interval width = Interval(1.0) / whole(slabs);
  std::vector<std::vector<Row>> on_slab; // of every axis: slab i is [i, i + 1] / K
  for (std::size_t i = 0; i < slabs; ++i) {
    on_slab.push_back(
        substituted(count_, width, whole(2 * i + 1) * width - Interval(1.0), times_in_legendre));
  }
  // How much of g is in P_m along x_j, in all slabs together.
  std::vector<std::vector<Interval>> parts(dimension_, std::vector<Interval>(count_, Interval(0.0)));
  std::vector<Interval> turned = coefficients_; // its fastest index is that of x_j
  const std::size_t others = coefficients_.size() / count_;
  for (std::size_t j = 0; j < dimension_; ++j) {
    for (const std::vector<Row> &rows : on_slab) {
      throw_if_stopped();
      std::vector<Interval> slab;
      contract_to(turned, rows, count_, slab);
      for (std::size_t i = 0; i < slab.size(); ++i) { // squares_ is the same for any order of the axes
        parts[j][i / others] += square_of(slab[i]) * squares_[i] * width;
      }
    }
    std::vector<Interval> next;
    for (std::size_t n = 0; n < count_; ++n) {
      for (std::size_t other = 0; other < others; ++other) {
        next.push_back(turned[other * count_ + n]);
      }
    }
    turned = std::move(next);
  }
  // The least M that leaves out next to nothing.
  std::size_t most = count_;
  double left_out = 0;
  std::vector<Interval> without(dimension_, Interval(0.0)); // || g - Q_j g ||^2
  for (std::size_t m = count_; m-- > 1;) {
    double sum = 0;
    for (std::size_t j = 0; j < dimension_; ++j) {
      without[j] += parts[j][m];
      sum = add_up(sum, sqrt_up(known_upper(without[j].upper())));
    }
    if (!(sum <= negligible_)) {
      break;
    }
    most = m;
    left_out = sum;
  }
  std::uint64_t numbers = 1;
  for (std::size_t j = 0; j < dimension_; ++j) {
    numbers *= side * most;
    if (numbers > kMostNumbers || numbers * count_ > kMostProducts) {
      return std::nullopt;
    }
  }
  std::vector<Interval> tensor = coefficients_;
  for (std::size_t j = 0; j < dimension_; ++j) {
    std::vector<Interval> next;
    next.reserve(slabs * most * (tensor.size() / count_));
    for (const std::vector<Row> &rows : on_slab) {
      throw_if_stopped();
      contract_to(tensor, rows, most, next);
    }
    tensor = std::move(next);
  }
  // Along every axis, the index of a coefficient is that of the slab times M, and m.
  CellIntegrals result;
  result.boxes = values.size();
  result.share_upper.resize(values.size());
  const double apart = add_up(distance_upper_, left_out);
  const std::size_t of_cell = power_of(most, dimension_);
  Interval measure(1.0);
  for (std::size_t j = 0; j < dimension_; ++j) {
    measure *= width;
  }
  Interval all(0.0);
  for (std::size_t cell = 0; cell < values.size(); ++cell) {
    throw_if_stopped();
    const CellIndex index = index_of_cell(cell, dimension_, N, level);
    Interval sum(0.0);
    for (std::size_t m = 0; m < of_cell; ++m) {
      std::size_t place = 0;
      std::size_t stride = 1;
      std::size_t in_squares = 0;
      std::size_t stride_of_squares = 1;
      for (std::size_t j = 0, digits = m; j < dimension_; ++j, digits /= most) {
        place += (static_cast<std::size_t>(index[j]) * most + digits % most) * stride;
        stride *= slabs * most;
        in_squares += digits % most * stride_of_squares;
        stride_of_squares *= count_;
      }
      const Interval coefficient = m == 0 ? tensor[place] - values[cell] : tensor[place];
      sum += square_of(coefficient) * squares_[in_squares];
    }
    sum *= measure;
    all += sum;
    const double height = widened_root(sum, apart).upper();
    result.share_upper[cell] = known_upper(mul_up(height, height));
  }
  const Interval norm = widened_root(all, apart);
  result.lower = largest_lower(0.0, mul_down(norm.lower(), norm.lower()));
  result.upper = known_upper(mul_up(norm.upper(), norm.upper()));
  return result;
}

} // namespace layercert
