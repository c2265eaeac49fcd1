// Targets that are constant, as their samples or their normal form show.
#pragma once

#include "layercert/function/target.hpp"

#include <optional>
#include <string>

namespace layercert {

// A text of one number c, without variables, such that g = c wherever g has a value: the expression itself if it has no variables, or the
// number that is left of its normal form (symmetry.hpp), or the one value that all samples have. Nothing where no constant is seen, and
// where its text would be too long.
std::optional<std::string> constant_value(const Target &target);

} // namespace layercert
