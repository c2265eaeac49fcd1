// The modulus of a target f(x) = g(a.x) along one direction, for any p: sqrt(abs(x - y)), step(x + y - 1),
// takagi((x + y)/2).
//
// The density of a.x on the box of all x with x and x + h in the cube is a piecewise polynomial w_h (a
// trapezoid for two coordinates), and
//
//     || f(. + h) - f ||_p^p = the integral of |g(s + a.h) - g(s)|^p w_h(s) ds.
//
// For a piece of shifts the integral's bound is that of shift_cover.hpp in one coordinate, over all a.h of
// the piece, with a w at least every w_h (Lemma 49 of proofs/theorem.md).
#pragma once

#include "modulus_problem.hpp"

#include "integrate/ridge.hpp"

namespace layercert {

// Requires: f is a ridge; an open UpwardScope.
ModulusBounds search_ridge(const Ridge &ridge, const ModulusProblem &problem, const ModulusBounds &known,
                           const SearchLimits &limits);

} // namespace layercert
