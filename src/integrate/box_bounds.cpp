#include "box_bounds.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"

#include <cmath>

namespace layercert {

Interval volume(std::size_t dimension, const Box &box) {
  assert_upward();
  Interval result(1.0);
  for (std::size_t j = 0; j < dimension; ++j) {
    result *= Interval(box.upper[j]) - Interval(box.lower[j]);
  }
  return result;
}

IntegralBounds integral_of_power(const Exponent &p, std::size_t dimension, const Box &box,
                                 const LocalModel &model) {
  assert_upward();
  const Interval measure = volume(dimension, box);
  const Interval range = abs_range(model.range);
  double norm_lower = known_lower(range.lower()); // of (mean of |g|^p)^(1/p)
  double norm_upper = known_upper(range.upper());
  if (model.differentiable) {
    // g(x) = g(mid) + sum_j G_j(x) u_j, u = x - mid; with the slopes s_j inside G_j,
    // |g - (g(mid) + sum s_j u_j)| <= sum rad(G_j) |u_j|, and || u_j ||_p = (p+1)^(-1/p) r_j.
    std::array<Interval, kMaxDimension> t;
    double remainder_upper = 0;
    for (std::size_t j = 0; j < dimension; ++j) {
      const Interval half_width = (Interval(box.upper[j]) - Interval(box.lower[j])) / Interval(2.0);
      const Interval &slope = model.gradient[j];
      const double middle = slope.lower() / 2 + slope.upper() / 2;
      const double radius_upper = largest_upper(sub_up(slope.upper(), middle), sub_up(middle, slope.lower()));
      t[j] = Interval(std::fabs(middle)) * half_width;
      remainder_upper =
          add_up(remainder_upper, mul_up(mul_up(radius_upper, half_width.upper()), p.uniform_norm_upper()));
    }
    if (std::isfinite(remainder_upper) && bounded(model.at_midpoint)) {
      const Interval norm = p.affine_norm(model.at_midpoint, std::span<const Interval>(t.data(), dimension));
      norm_upper = least_upper(norm_upper, add_up(norm.upper(), remainder_upper));
      norm_lower = largest_lower(norm_lower, sub_down(norm.lower(), remainder_upper));
    }
  }
  if (!(norm_upper < kInfinity)) { // where g has no bound, it may have one from below all the same
    const double mean = p.power(Interval(std::max(0.0, norm_lower))).lower();
    return {least_upper(mul_down(mean, measure.lower()), model.integral_upper), model.integral_upper};
  }
  const Interval mean = p.power(Interval(std::max(0.0, std::min(norm_lower, norm_upper)), norm_upper));
  return {mul_down(mean.lower(), measure.lower()), mul_up(mean.upper(), measure.upper())};
}

} // namespace layercert
