#include "norm_bend.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"

#include <algorithm>
#include <cmath>

namespace layercert {

NormBend norm_bend(const SquareNorms &expansion, const Hull &hull) {
  assert_upward();
  const std::size_t d = hull.lower.size();
  std::array<double, kMaxDimension> width{};  // w_j
  std::array<double, kMaxDimension> factor{}; // b_j
  std::array<double, kMaxDimension> growth{}; // at least 1/(1 - a_j)^(1/p)
  const bool below_two = expansion.exponent() < 2;
  double all = 0; // || W k ||
  for (std::size_t j = 0; j < d; ++j) {
    const double longest = std::max(std::fabs(hull.lower[j]), std::fabs(hull.upper[j]));
    const double left = sub_down(1.0, longest);
    width[j] = sub_up(hull.upper[j], hull.lower[j]);
    factor[j] = div_up(below_two ? 1.0 : 0.5, left);
    growth[j] = below_two ? div_up(1.0, left) : sqrt_up(div_up(1.0, left));
    all = add_up(all, mul_up(longest, expansion.slope_upper(j)));
  }
  NormBend bend;
  double sum = 0;
  for (std::size_t j = 0; j < d; ++j) {
    for (std::size_t k = 0; k < d; ++k) {
      double curvature = mul_up(std::min(growth[j], growth[k]), expansion.second_slope_upper(j, k));
      curvature = add_up(curvature, mul_up(factor[j], mul_up(growth[k], expansion.slope_upper(k))));
      curvature = add_up(curvature, mul_up(factor[k], mul_up(growth[j], expansion.slope_upper(j))));
      curvature = add_up(curvature, mul_up(mul_up(factor[j], factor[k]), all));
      sum = add_up(sum, mul_up(mul_up(width[j], width[k]), curvature));
      bend.weight[j] += width[k] * curvature;
    }
  }
  bend.upper = known_upper(add_up(mul_up(0.125, sum), mul_up(4.0, expansion.distance_upper())));
  return bend;
}

} // namespace layercert
