// Upper bounds of Hoelder constants over the cube: sup |f(x) - f(y)| / |x - y|^alpha.
#pragma once

#include "layercert/function/expression.hpp"
#include "layercert/instance/instance.hpp"

#include <gmpxx.h>

#include <cstddef>
#include <string>

namespace layercert {

struct HoelderConstant {
  double upper = 0;
  std::string subdivision; // of the cube, into boxes whose slopes give `upper` (proofs/certificate-format.md)
};

// For alpha = 1 the supremum of |grad f|_*, the dual norm of the shift's, over boxes that are halved where it
// is largest, until it is at most `wanted`, cannot be, is known sharply, or `most_boxes` are in use. For
// alpha < 1 by rules: roots and powers below 1 of a function, |u^b - v^b| <= |u - v|^b, sums, multiples, abs,
// min and max; and a Lipschitz constant L gives L diam^(1 - alpha). Infinite where no rule gives a bound.
// Requires: 0 < alpha <= 1, an open UpwardScope.
HoelderConstant hoelder_constant(const Expression &f, std::size_t dimension, const mpq_class &alpha,
                                 ShiftNorm norm, double wanted, std::size_t most_boxes);

} // namespace layercert
