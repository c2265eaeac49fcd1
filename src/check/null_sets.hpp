// The target without what matters on null sets only.
#pragma once

#include "expression.hpp"

namespace checker {

// An expression that is f almost everywhere on the cube, and has a value almost everywhere if f has one
// (Lemmas 40, 41 and 43 of proofs/theorem.md): comparisons that change on a null set only are decided,
// arguments of roots and logarithms that a condition makes nonnegative have their absolute value taken, sums
// of quotients whose poles cancel are one quotient, and quotients with common zeros are noted in `quotients`.
Expression almost_everywhere(const Expression &f, std::size_t dimension);

} // namespace checker
