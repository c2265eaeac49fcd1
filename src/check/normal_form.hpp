// When an expression is a constant.
#pragma once

#include "expression.hpp"

namespace checker {

// True only if f has the value of the closed expression `value` almost everywhere on the cube, which it finds
// out from normal forms of both (normal_algebra.hpp) and from enclosures of all parts of f. Gives up, and
// returns false, on what gets too large.
bool is_constant(const Expression &f, std::size_t dimension, const Expression &value);

} // namespace checker
