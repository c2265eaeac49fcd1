// How far || f(. + h) - f ||_2 may rise above its values at the corners of a piece of shifts, from norms of
// slopes over the cube that hold for all pieces.
//
// In the notation of modulus_search.hpp, for p = 2 and the polynomial g of integrate/legendre_expansion.hpp,
// kappa = W k, W = prod_j (1 - a_j)^(1/2), k = g(x + h) - g(x). As an element of L^2 of the cube, kappa(., h)
// differs from the convex combination of its values at the corners by at most
//
//     1/8 sum_jk w_j w_k sup || kappa_jk ||,   kappa_jk = W (k_jk - b_j k_k - b_k k_j + b_j b_k k),   b_j = 1/(2 (1 - a_j)),
//
// by Taylor's formula, since sum_i l_i |v_i - h|_j |v_i - h|_k <= w_j w_k / 4. (For j = k, W_jj = b_j (b_j -
// 1/(1 - a_j)) W = -b_j^2 W has the same size.) Let h_j >= 0; the other case is its mirror image. Then k_j =
// (1 - y_j) g_j(x + h) + y_j g_j(x), a mean with weights, and by Jensen's inequality
//
//     || W k_j ||^2 <= int (1 - y_j) |g_j(x + h)|^2 + y_j |g_j(x)|^2 dx  over Omega_h.
//
// There y_j = x_j / (1 - a_j), and 1 - y_j = (1 - z_j) / (1 - a_j) for z = x + h. With z for x as well, the
// weights of |g_j(z)|^2 add up to at most 1 / (1 - a_j): || W k_j || <= || g_j || / (1 - a_j)^(1/2). In k_jk
// the weights are products of two such, with a sum of at most 1, and || W k_jk || <= || g_jk || / (1 -
// a_i)^(1/2) for i = j and i = k. Last, || W k || = || g(. + h) - g || <= sum_j a_j || g_j ||.
//
// For another p >= 1, W = prod_j (1 - a_j)^(1/p), and the same holds with || ||_p: Jensen's
// inequality for |.|^p gives || W k_j ||_p <= || g_j ||_p / (1 - a_j)^(1/p).
// There W_j = -W / (p (1 - a_j)), and W_jj = (1/p) (1/p - 1) W / (1 - a_j)^2, of a size of at most
// W / (4 (1 - a_j)^2): b_j = max(1/2, 1/p) / (1 - a_j) bounds both.
//
// For f, the norms at h and at the corners each differ from those of g by at most 2 eta: so || f(. + h) - f
// || is at most its largest value at a corner, plus that sum, plus 4 eta.
#pragma once

#include "shift_spread.hpp"

#include "integrate/square_norms.hpp"

#include <array>

namespace layercert {

struct NormBend {
  double upper = 0;                              // of what is added to the largest norm at a corner
  std::array<double, kMaxDimension> weight = {}; // of the width of the hull along h_j, about
};

// Requires: every h_j keeps its sign on the hull, and |h_j| < 1; an open UpwardScope.
NormBend norm_bend(const SquareNorms &expansion, const Hull &hull);

} // namespace layercert
