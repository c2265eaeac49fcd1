// An upper bound of || f(. + h) - f ||_p for all shifts h of a hull at once that is sharp where f is
// unbounded or has no slope: every place is looked at in the coordinates in which what is bad of f stands
// still.
//
// Let a_j <= h_j <= b_j for all h of the hull, D the set of x with x and x + h in the cube for some h, cut
// into boxes X by a grid. For any set A of these boxes, with x in A as it is and u = x + h for the rest,
//
//     || f(. + h) - f ||_p^p  <=  sum over X in A of int_X |f(x + h) - f(x)|^p dx  +  sum over U of int_U |f(u) - f(u - h)|^p du,
//
// where the boxes U cover all u = x + h with x in a box X not in A; f(x + h) counts as f(x) where x + h is
// not in the cube, and likewise f(u - h). Here A has the boxes on which f is rougher than on X + h, so that a
// pole at x = c lies in some X of A, and a pole at x + h = c in some U, for all h. Only at the border of A
// some of D counts twice.
//
// On a box X, or U with -h for h, let c be a shift amid the hull, |h_j - c_j| <= r_j. If X + h is in the cube
// for all h,
//
//     |f(x + h) - f(x)|  <=  |f(x + c) - f(x)| + e,    e = min( sum_j sup |df/dx_j (X + h)| r_j, diameter of f(X + h) ),
//
// and the first summand has a mean value form; by Minkowski's inequality the norm is at most that of the
// first plus e |X|^(1/p). In any case |f(x + h) - f(x)| is at most the supremum of the difference of the
// ranges, and where f is unbounded on X but not on X + h, the norm is at most that of |f| + sup |f(X + h)|;
// where on both, that of f over X plus that of f over X + h.
#pragma once

#include "shift_spread.hpp"

#include "integrate/integral.hpp"
#include "integrate/ridge.hpp"

namespace layercert {

struct CoverBound {
  double integral_upper = 0; // of |f(. + h) - f|^p, for every h of the hull
  std::uint64_t boxes = 0;
};

// Refines until the boxes' size accounts for `gap` of the bound; what the size of the hull does remains.
// With a density w it is the integral of |f(x + h) - f(x)|^p w(x), for one coordinate.
// Requires: every h_j keeps its sign on the hull, and |h_j| <= 1; an open UpwardScope.
CoverBound cover_bound(const Expression &f, std::size_t dimension, const Exponent &p, const Hull &hull,
                       const Refinement &refinement, const RidgeDensity *density = nullptr);

} // namespace layercert
