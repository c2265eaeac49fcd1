// Integrals over the cells of f(x) = g(a.x), in one coordinate: with t from 0 to 1 along a.x and w_k the density of
// t on cell k (integrate/ridge.hpp), that of |f - v|^p over the cell is the integral of |g(t) - v|^p w_k(t).
//
// On a box B of t where w_k is linear, m its value in the middle, and |g - v|^p between two numbers that differ by F,
//
//     | int_B |g - v|^p w_k  -  m int_B |g - v|^p |  <=  (max w_k - min w_k) F |B| / 8,
//
// since w_k - m is odd about the middle, so that a constant may be taken off |g - v|^p, its size there then being at
// most F / 2; and |w_k - m| has the integral (max - min) |B| / 4. Elsewhere w_k is between its extrema.
#pragma once

#include "cell_integrals.hpp"
#include "ridge.hpp"

namespace layercert {

// As cell_integrals() of f. Requires: an open UpwardScope.
CellIntegrals ridge_cell_integrals(const Ridge &ridge, const Exponent &p, int N, int level,
                                   const std::vector<Interval> &values, const Refinement &refinement);

} // namespace layercert
