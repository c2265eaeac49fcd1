// Upper bounds of Hoelder constants: of sup |f(x) - f(y)| / |x - y|^alpha over the cube.
#pragma once

#include "files.hpp"
#include "integral.hpp"

namespace checker {

// From the slopes over the boxes of a subdivision of the cube, and rules for roots, sums, multiples, abs, min
// and max (proofs/certificate-format.md). Infinite where nothing is known.
Arf hoelder_constant(const Expression &f, const Instance &instance, const Rational &alpha,
                     const std::string &tree);

} // namespace checker
