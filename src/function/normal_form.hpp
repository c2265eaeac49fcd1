// Expressions that are constant almost everywhere, as their normal form shows.
#pragma once

#include "layercert/function/expression.hpp"

#include <optional>
#include <string>

namespace layercert::normal {

// The text of a closed expression c such that f has a value, namely c, almost everywhere on [0,1]^d. Nothing
// where that has not been found out.
//
// That f = c almost everywhere rests on Lemma 33 of proofs/lemmas.md: (a) each operation of f has a value
// almost everywhere, since its arguments lie where it is defined, as intervals over the cube show, but for a
// null set; (b) the rules of the normal form are identities wherever parts have values and divisors are not
// 0; (c) a jump is decided by the sign of a function whose zeros are a null set; (d) the zeros of a
// polynomial that is not the zero polynomial, and of an analytic function on the open cube that is not 0 on
// some box, are a null set.
// What an `if` with a decided condition does not take needs no value. Requires: an open UpwardScope, no
// Table.
std::optional<std::string> constant_almost_everywhere(const Expression &f, std::size_t dimension);

// True only if the enclosures of f on two small boxes, where it has values, have no number in common.
// Requires: as above.
bool surely_varies(const Expression &f, std::size_t dimension);

} // namespace layercert::normal
