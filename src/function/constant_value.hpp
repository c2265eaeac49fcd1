// Targets that are constant, as their samples or their normal form show.
#pragma once

#include "layercert/function/target.hpp"

#include <optional>
#include <string>

namespace layercert {

// A text of one number c, without variables, such that g = c almost everywhere on [0,1]^d: the expression
// itself if it has no variables, or the constant that its normal form shows (Lemma 33 of proofs/lemmas.md),
// or the one value that all samples have. Nothing where no constant is seen, and where its text would be too
// long: it then may be one all the same. Any rounding mode.
std::optional<std::string> constant_value(const Target &target);

// True only if g is no constant: two of its samples, or its enclosures on two small boxes, have no number in
// common. Any rounding mode.
bool surely_varies(const Target &target);

} // namespace layercert
