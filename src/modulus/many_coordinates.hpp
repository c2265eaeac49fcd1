// The modulus for p = 2 in so many coordinates that a cover of the ball of shifts by pieces is out of reach,
// from an expansion of f.
//
// From below, a search for a good shift that moves one coordinate after the other; any shift gives a lower
// bound. From above, || f(. + h) - f || <= |h| sup_(|s| = 1) || s . grad f ||, |.| Euclidean: on the way from
// x to x + h the mean of h . grad f is taken (Jensen), and for every part of the way the points run over a
// part of the cube.
#pragma once

#include "modulus_problem.hpp"

#include "integrate/square_norms.hpp"

namespace layercert {

// From so many coordinates on.
inline constexpr int kManyCoordinates = 5;

// Requires: p = 2; `expansion` is one of problem.f; an open UpwardScope.
ModulusBounds search_many_coordinates(const ModulusProblem &problem, const ModulusBounds &known,
                                      const SquareNorms &expansion);

} // namespace layercert
