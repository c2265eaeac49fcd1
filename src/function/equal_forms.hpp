// Other forms of an expression that are the same function, with a value at the same points, and that
// intervals enclose better.
#pragma once

#include "layercert/function/expression.hpp"

namespace layercert {

// A comparison of something with itself is decided, where that has a value everywhere: x != x is 0.
Expression with_decided_comparisons(const Expression &f);

// A difference g(u) - g(u + c) of close values, c a small number and g one of sin, cos, exp, sinh, cosh,
// tanh, atan and sqrt, becomes a product or a quotient: the intervals of both values would be far wider than
// what is left of them. As with sin u - sin(u + c) = -2 sin(c/2) cos(u + c/2).
Expression with_differences_as_products(const Expression &f);

} // namespace layercert
