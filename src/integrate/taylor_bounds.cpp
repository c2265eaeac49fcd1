#include "taylor_bounds.hpp"

#include "power_mean.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"

#include <boost/math/tools/toms748_solve.hpp>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

namespace layercert {

namespace {

bool all_bounded(ConstSeries series) {
  return std::all_of(series.begin(), series.end(), [](const Interval &x) { return bounded(x); });
}

double magnitude_upper(const Interval &x) { return abs_range(x).upper(); }

// The mean of |g|^p from || P || and || R ||.
Interval mean_of_power(const Exponent &p, const Interval &mean_of_polynomial, double remainder_upper) {
  const Interval norm = p.root(
      {largest_lower(0.0, mean_of_polynomial.lower()), largest_upper(0.0, mean_of_polynomial.upper())});
  return p.power({largest_lower(0.0, sub_down(norm.lower(), remainder_upper)),
                  known_upper(add_up(norm.upper(), remainder_upper))});
}

} // namespace

TaylorTables::TaylorTables(const Exponent &p, std::size_t dimension, int degree)
    : p_(p.for_size(1)), unit_(p.unit()), monomials_(dimension, degree), p_range_(enclosure(p.exact())) {
  assert(degree >= 2);
  if (p.exact().get_den() == 1 && p.exact() <= 255) {
    const int n = static_cast<int>(p.exact().get_num().get_si());
    if (PowerMean::affordable(dimension, degree, n)) {
      whole_ = true;
      even_ = n % 2 == 0;
      power_mean_ = std::make_unique<PowerMean>(dimension, degree, n);
    }
  }
  for (std::size_t a = 0; a < monomials_.count(); ++a) {
    mpq_class mean_p = 1; // E |t^a|^p
    mpq_class mean_1 = 1;
    for (std::size_t j = 0; j < dimension; ++j) {
      mean_p /= p.exact() * monomials_.exponent(a, j) + 1;
      mean_1 /= monomials_.exponent(a, j) + 1;
    }
    norms_upper_.push_back(p_.root(enclosure(mean_p)).upper());
    first_norms_upper_.push_back(enclosure(mean_1).upper());
    means_.push_back(monomial_mean(monomials_, a));
  }
  for (int k = 0; k <= degree; ++k) {
    after_p_.push_back(enclosure(mpq_class(p.exact() + k + 1)));
  }
}

TaylorTables::~TaylorTables() = default;

TaylorBounds::TaylorBounds(const Expression &f, std::size_t dimension,
                           std::shared_ptr<const TaylorTables> tables)
    : d_(dimension), tables_(std::move(tables)), evaluator_(f, dimension, tables_->degree()),
      sampler_(f, dimension), low_(evaluator_.monomials().begin_of(tables_->degree())) {
  const std::size_t count = evaluator_.monomials().count();
  scale_.resize(count);
  polynomial_.resize(count);
  radii_upper_.resize(count);
  power_.resize(count);
  power_over_box_.resize(count);
}

// P and the bounds of R of an expansion: the coefficients of degree < m stand in polynomial_ already, those
// of degree m are given.
void TaylorBounds::split_remainder(ConstSeries over_box) {
  for (std::size_t a = low_; a < over_box.size(); ++a) {
    const Interval &range = over_box[a];
    const double middle = range.lower() / 2 + range.upper() / 2;
    const double radius_upper = largest_upper(sub_up(range.upper(), middle), sub_up(middle, range.lower()));
    polynomial_[a] = Interval(middle) * scale_[a];
    radii_upper_[a] = mul_up(radius_upper, scale_[a].upper());
  }
}

void TaylorBounds::to_units(std::vector<Interval> &series) const {
  if (tables_->unit() != 1) {
    const Interval unit(tables_->unit());
    std::transform(series.begin(), series.end(), series.begin(), [&](const Interval &x) { return x / unit; });
  }
}

Interval TaylorBounds::range_of_polynomial() const {
  assert_upward();
  double spread_upper = 0;
  for (std::size_t a = 1; a < polynomial_.size(); ++a) {
    spread_upper = add_up(spread_upper, magnitude_upper(polynomial_[a]));
  }
  for (std::size_t a = low_; a < polynomial_.size(); ++a) {
    spread_upper = add_up(spread_upper, radii_upper_[a]);
  }
  return polynomial_[0] + Interval(-spread_upper, spread_upper);
}

// A whole p; `sign` is that of g on the box if p is odd.
std::optional<Interval> TaylorBounds::mean_by_polynomial(int sign) const {
  const Exponent &p = tables_->exponent();
  double remainder_upper = 0;
  double first_upper = 0;
  double sup_upper = 0;
  for (std::size_t a = low_; a < polynomial_.size(); ++a) {
    remainder_upper = add_up(remainder_upper, mul_up(radii_upper_[a], tables_->norms_upper_[a]));
    first_upper = add_up(first_upper, mul_up(radii_upper_[a], tables_->first_norms_upper_[a]));
    sup_upper = add_up(sup_upper, radii_upper_[a]);
  }
  Interval mean = (*tables_->power_mean_)(polynomial_);
  if (sign < 0 && !tables_->even_) {
    mean = -mean;
  }
  if (has_nan(mean) || !std::isfinite(remainder_upper)) {
    return std::nullopt;
  }
  if (p.exact() == 1) {
    return mean + Interval(-first_upper, first_upper);
  }
  if (!tables_->even_) {
    mean += Interval(0.0, (2.0 * p.power(Interval(sup_upper))).upper());
  }
  return mean_of_power(p, mean, remainder_upper);
}

// g > 0 or g < 0 on the box, with that range.
std::optional<Interval> TaylorBounds::mean_by_power(int sign, const Interval &range) {
  const auto signed_by = [&](std::vector<Interval> &series) {
    if (sign < 0) {
      std::transform(series.begin(), series.end(), series.begin(), [](const Interval &x) { return -x; });
    }
  };
  signed_by(at_centre_);
  signed_by(over_box_);
  over_box_[0] = sign < 0 ? -range : range;
  if (!(over_box_[0].lower() > 0) || !(at_centre_[0].lower() > 0)) {
    return std::nullopt;
  }
  const Exponent &p = tables_->exponent();
  SeriesArithmetic &arithmetic = evaluator_.arithmetic();
  const Series at_centre = Series(power_).first(low_);
  arithmetic.power(at_centre_, tables_->p_range_, p.power(at_centre_[0]), at_centre);
  arithmetic.power(over_box_, tables_->p_range_, p.power(over_box_[0]), power_over_box_);
  if (!all_bounded(at_centre) || !all_bounded(power_over_box_)) {
    return std::nullopt;
  }
  for (std::size_t a = 0; a < low_; ++a) {
    polynomial_[a] = at_centre[a] * scale_[a];
  }
  split_remainder(power_over_box_);
  Interval mean(0.0);
  for (std::size_t a = 0; a < polynomial_.size(); ++a) {
    mean += polynomial_[a] * tables_->means_[a];
  }
  double remainder_upper = 0;
  for (std::size_t a = low_; a < polynomial_.size(); ++a) {
    remainder_upper = add_up(remainder_upper, mul_up(radii_upper_[a], tables_->first_norms_upper_[a]));
  }
  return mean + Interval(-remainder_upper, remainder_upper);
}

std::optional<TaylorBounds::Result> TaylorBounds::operator()(const Box &box, const Interval &c) {
  assert_upward();
  std::array<Interval, kMaxDimension> centre;
  std::array<Interval, kMaxDimension> whole;
  std::array<Interval, kMaxDimension> radius;
  for (std::size_t j = 0; j < d_; ++j) {
    whole[j] = Interval(box.lower[j], box.upper[j]);
    centre[j] = (Interval(box.lower[j]) + Interval(box.upper[j])) / 2.0;
    radius[j] = (Interval(box.upper[j]) - Interval(box.lower[j])) / 2.0;
  }
  if (!evaluator_.expand({centre.data(), d_}, {whole.data(), d_})) {
    return std::nullopt;
  }
  const Monomials &monomials = evaluator_.monomials();
  at_centre_.assign(evaluator_.at_centre().begin(), evaluator_.at_centre().end());
  over_box_.assign(evaluator_.over_box().begin(), evaluator_.over_box().end());
  at_centre_[0] -= c;
  over_box_[0] -= c;
  to_units(at_centre_);
  to_units(over_box_);
  scale_[0] = Interval(1.0);
  for (std::size_t a = 1; a < scale_.size(); ++a) {
    scale_[a] = scale_[monomials.parent(a)] * radius[monomials.parent_variable(a)];
  }
  for (std::size_t a = 0; a < low_; ++a) {
    polynomial_[a] = at_centre_[a] * scale_[a];
  }
  split_remainder(over_box_);
  const Interval natural = over_box_[0];
  const Interval both = intersect(natural, range_of_polynomial());
  const Interval range = has_nan(both) ? natural : both;
  const int sign = range.lower() >= 0 ? 1 : range.upper() <= 0 ? -1 : 0;
  std::optional<Interval> mean;
  if (tables_->even_ || (tables_->whole_ && sign != 0)) {
    mean = mean_by_polynomial(sign);
  } else if (sign != 0) {
    mean = mean_by_power(sign, range);
  }
  if (!mean && d_ == 1) { // also where g only touches 0
    const std::optional<IntegralBounds> bounds = beside_zeros(box.lower[0], box.upper[0], c);
    return bounds ? std::optional(Result{*bounds, 0}) : std::nullopt;
  }
  if (!mean || has_nan(*mean)) {
    return std::nullopt;
  }
  Result result{};
  const Interval measure = volume(d_, box);
  result.bounds = {largest_lower(0.0, mul_down(largest_lower(0.0, mean->lower()), measure.lower())),
                   mul_up(largest_upper(0.0, mean->upper()), measure.upper())};
  double most = -1;
  for (std::size_t j = 0; j < d_; ++j) {
    double score = 0;
    for (std::size_t a = low_; a < monomials.count(); ++a) {
      score += radii_upper_[a] * monomials.exponent(a, j);
    }
    if (score > most) {
      most = score;
      result.direction = j;
    }
  }
  return result;
}

// Need not be exact, nor a zero: doubles in whatever rounding mode.
double TaylorBounds::near_zero(double from, double to, const Interval &c) {
  const double constant = c.lower() / 2 + c.upper() / 2;
  const auto g = [&](double x) { return sampler_.sample(std::span(&x, 1)) - constant; };
  const double g_from = g(from);
  const double g_to = g(to);
  if (!(g_from * g_to < 0) || !std::isfinite(g_from * g_to)) {
    return std::fabs(g_from) < std::fabs(g_to) ? from : to;
  }
  std::uintmax_t most_steps = 40;
  const auto [low, high] = boost::math::tools::toms748_solve(
      g, from, to, g_from, g_to,
      [](double a, double b) { return std::fabs(b - a) <= 0x1p-52 * std::fabs(a); }, most_steps);
  const double z = std::fabs(g(low)) < std::fabs(g(high)) ? low : high;
  return std::min(to, std::max(from, z));
}

std::optional<IntegralBounds> TaylorBounds::beside_zeros(double from, double to, const Interval &c) {
  const double z = near_zero(from, to, c);
  if (std::isnan(z)) {
    return std::nullopt;
  }
  IntegralBounds sum;
  for (const double end : {from, to}) {
    if (end == z) {
      continue;
    }
    const std::optional<IntegralBounds> side = beside_zero(z, end, c);
    if (!side) {
      return std::nullopt;
    }
    sum.lower = add_down(sum.lower, side->lower);
    sum.upper = add_up(sum.upper, side->upper);
  }
  return sum;
}

// Over the segment from z to `end`, y = |x - z|.
std::optional<IntegralBounds> TaylorBounds::beside_zero(double z, double end, const Interval &c) {
  const Interval centre(z);
  const Interval segment(std::min(z, end), std::max(z, end));
  if (!evaluator_.expand(std::span(&centre, 1), std::span(&segment, 1))) {
    return std::nullopt;
  }
  const ConstSeries at_z = evaluator_.at_centre();
  const ConstSeries over_segment = evaluator_.over_box();
  const double value_upper = div_up(magnitude_upper(at_z[0] - c), tables_->unit()); // |g(z)|
  const bool rising = over_segment[1].lower() > 0 && at_z[1].lower() > 0;
  if (!rising && !(over_segment[1].upper() < 0 && at_z[1].upper() < 0)) {
    return std::nullopt;
  }
  // |s| as a function of y: degree n - 1 and less at z, degree n over the segment.
  const auto n = static_cast<std::size_t>(tables_->degree()) - 1;
  at_centre_.resize(n);
  over_box_.resize(n + 1);
  for (std::size_t k = 0; k <= n; ++k) {
    const bool negated = rising == (end < z && k % 2 == 1);
    over_box_[k] = negated ? -over_segment[k + 1] : over_segment[k + 1];
    if (k < n) {
      at_centre_[k] = negated ? -at_z[k + 1] : at_z[k + 1];
    }
  }
  to_units(at_centre_);
  to_units(over_box_);
  const Exponent &p = tables_->exponent();
  SeriesArithmetic &arithmetic = evaluator_.arithmetic();
  Series at_start = Series(power_).first(n);
  Series everywhere = Series(power_over_box_).first(n + 1);
  if (p.exact() == 1) {
    std::copy(at_centre_.begin(), at_centre_.end(), at_start.begin());
    std::copy(over_box_.begin(), over_box_.end(), everywhere.begin());
  } else {
    arithmetic.power(at_centre_, tables_->p_range_, p.power(at_centre_[0]), at_start);
    arithmetic.power(over_box_, tables_->p_range_, p.power(over_box_[0]), everywhere);
  }
  if (!all_bounded(at_start) || !all_bounded(everywhere)) {
    return std::nullopt;
  }
  // The mean over the segment of y^p (sum of s_k y^k).
  const Interval length = Interval(segment.upper()) - Interval(segment.lower());
  Interval factor = p.power(length);
  Interval mean(0.0);
  for (std::size_t k = 0; k <= n; ++k) {
    mean += (k < n ? at_start[k] : everywhere[k]) * factor / tables_->after_p_[k];
    factor *= length;
  }
  if (has_nan(mean)) {
    return std::nullopt;
  }
  const Interval with_value = mean_of_power(p, mean, value_upper);
  return IntegralBounds{mul_down(with_value.lower(), length.lower()),
                        mul_up(with_value.upper(), length.upper())};
}

} // namespace layercert
