// The same function almost everywhere, in a form that says nothing of null sets.
#pragma once

#include "layercert/function/expression.hpp"

namespace layercert {

// Equal to f almost everywhere on the cube, and with a value almost everywhere if f has one (Lemma 43 of
// proofs/theorem.md):
// - a comparison that changes on a null set only is decided: x == 1/2, x > 0;
// - where the condition of an `if` says that w >= 0, sqrt(w), log(w) and w^e of the branch become those of
// |w|: if(x > 1/3, sqrt(x - 1/3), 0).
// - terms whose poles cancel stand over a common denominator: 1/x - 1/sin(x).
// Requires: an open UpwardScope.
Expression without_null_sets(const Expression &f, std::size_t dimension);

} // namespace layercert
