// Both bounds of omega_p(f, t) for a bounded f that jumps: branch and bound over pieces of cones of shifts.
//
// Let v be the point of the smallest box around a piece that is nearest to 0, in every coordinate. For the
// shifts h of the piece, h - v lies in the hull of w_i - v, w_i the piece's corners, and (1) of
// jump_variation.hpp bounds || f(. + h) - f || by || f(. + v) - f || and the largest of its right side at
// these. Where f only jumps, this loses nothing along a ray as long as hypersurfaces do not meet themselves
// when shifted, and across it only to the second order: a few pieces do.
#pragma once

#include "modulus_problem.hpp"

namespace layercert {

// The upper bound is at most known.upper, the lower one at least known.lower; `boxes` is what it took.
// Gives up early where f has no jumps or its variation is not known well enough to help. The same result for
// any number of threads. Requires: as search_modulus().
ModulusBounds search_by_variation(const ModulusProblem &problem, const ModulusBounds &known,
                                  const SearchLimits &limits);

} // namespace layercert
