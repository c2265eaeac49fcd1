// Sums of quotients whose poles cancel, as one quotient.
#pragma once

#include "expression.hpp"

namespace checker {

// The same function wherever the quotients of f have values. In each sum the terms u/v with a v that may be
// 0, of the same coordinates, are written over one denominator; `removable` says of such an expression, whose
// value is the quotient, whether that is of use.
Expression over_common_denominators(const Expression &f, std::size_t dimension,
                                    bool (*removable)(const Expression &, std::size_t));

} // namespace checker
