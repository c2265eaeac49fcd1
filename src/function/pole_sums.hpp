// Sums of terms whose poles cancel, over a common denominator: 1/x - 1/sin(x) is bounded, and only the
// quotient (sin(x) - x)/(x sin(x)) shows it.
#pragma once

#include "layercert/function/expression.hpp"

namespace layercert {

// Equal to f wherever the terms of its sums have values. A sum is written anew only if a RemovableQuotient
// comes of it. Requires: an open UpwardScope.
Expression with_common_denominators(const Expression &f, std::size_t dimension);

} // namespace layercert
