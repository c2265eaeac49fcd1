// How large a part of a box lies below a hypersurface that is nearly flat there: enclosed by half spaces,
// whose parts are known exactly.
//
// Let c have slopes in the intervals G_j on the box, of half widths r_j, and u = (x - middle) / r, so that u
// runs over [-1,1]^d. With any numbers t_j,
//
//     | c(x) - (c(middle) + sum_j t_j u_j) |  <=  rho := sum_j sup | G_j r_j - t_j |,
//
// so { c <= 0 } lies between { sum t_j u_j < -c(middle) - rho } and { sum t_j u_j <= -c(middle) + rho }. For
// t_j > 0 and u uniform, with z_+ = max(z, 0),
//
//     P( sum_(j<=n) t_j u_j <= z )  =  sum over S of (-1)^|S| ( z + sum_j t_j - 2 sum_(j in S) t_j )_+^n / ( n! 2^n prod_j t_j ),
//
// the n-fold integral of a difference of n steps. It is monotone in z, and 1 - P at -z; and by u_n in [-1,1],
// it lies between the same for n - 1 at z - t_n and at z + t_n, which helps where t_n is so small that the
// sum cancels.
#pragma once

#include "box_bounds.hpp"

namespace layercert {

// c(x) = middle + sum_j rise_j u_j + r, |r| <= radius_upper; at most kMostRises of the rise_j are not 0.
struct NearlyAffine {
  static constexpr std::size_t kMostRises = 3;
  Interval middle;
  std::array<double, kMaxDimension> rise{};
  double radius_upper = 0;
};

// Requires: bounded slopes and value; an open UpwardScope.
NearlyAffine nearly_affine(std::size_t dimension, const Box &box, const Interval &at_midpoint,
                           const std::array<Interval, kMaxDimension> &gradient);

// c on the face of the box where u_axis is `side`, 1 or -1.
NearlyAffine on_face(const NearlyAffine &c, std::size_t axis, int side);

// Holds the part, in [0, 1], of the box on which c < 0, and the part on which c <= 0. Requires: an open
// UpwardScope.
Interval part_below_zero(const NearlyAffine &c);

} // namespace layercert
