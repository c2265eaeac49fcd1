// When an expression is a constant.
#pragma once

#include "expression.hpp"

namespace checker {

// True only if f has the value of the closed expression `value` almost everywhere on the cube. To find out, both are written as
// quotients of polynomials, with rational coefficients, in opaque parts such as pi, a variable, sin(u), log(u), u^(1/3). Gives up, and
// returns false, on what gets too large.
bool is_constant(const Expression &f, int dimension, const Expression &value);

} // namespace checker
