// Both bounds of omega_p(f, t), the supremum over all shifts |h| <= t, for an expression f: branch and bound
// over cones of shifts.
//
// With a_j = |h_j| and x_j = y_j (1 - a_j) + (h_j < 0 ? a_j : 0), y runs over the cube while x runs over
// Omega_h, for every h, and
//
//     || f(. + h) - f ||_p = || kappa(., h) ||_p,   kappa(y, h) = prod_j (1 - a_j)^(1/p)  (f(x + h) - f(x)).
//
// Let h = sum l_i v_i be a convex combination of corners v_i. Where kappa(y, .) is Lipschitz on their hull
// with slopes in the intervals K_j, and w_j is the width of the hull along h_j,
//
//     | kappa(y, h) - sum l_i kappa(y, v_i) | = | sum l_i (slope_i - m).(h - v_i) | <= e(y) := sum_j rad(K_j) w_j / 2,
//
// m the midpoint of K, for sum l_i (h - v_i) = 0 and sum l_i |h - v_i|_j <= w_j / 2. Elsewhere (on B) there
// is R(y) >= |kappa(y, h)| for all h of the hull, from the ranges. So, by Minkowski's inequality,
//
//     || kappa(., h) ||_p^p <= ( max_i || kappa(., v_i) ||_p + || e 1_notB ||_p )^p + || R 1_B ||_p^p,   and also  <= || R ||_p^p.
//
// The first is sharp to the second order in w where f is smooth, and to the first where it jumps; the second
// serves functions that have no slope anywhere. Both only ask for double intervals of f and its gradient.
#pragma once

#include "integrate/square_norms.hpp"
#include "modulus_problem.hpp"

namespace layercert {

// `known` bounds the modulus already, from both sides. `expansion`, of problem.f, is used for the norms of
// single shifts where it is sharp enough, if p = 2; it may be null. The same result for any number of
// threads. Requires: an open UpwardScope.
ModulusBounds search_modulus(const ModulusProblem &problem, const ModulusBounds &known,
                             const SearchLimits &limits, const SquareNorms *expansion = nullptr);

} // namespace layercert
