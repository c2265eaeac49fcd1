// Normal forms that do not depend on the coordinates, as texts in the grammar of targets.
#pragma once

#include "normal_algebra.hpp"

#include <string>

namespace layercert::normal {

// A closed expression with the value of `a`. Requires: a is real, and has no coordinates.
std::string text_of(Algebra &algebra, const Sum &a);

} // namespace layercert::normal
