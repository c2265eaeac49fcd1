// Whether verdicts on stdout are in colour.
#pragma once

#include "layercert/report/colour.hpp"

namespace layercert::cli {

// On for a terminal that can show it, unless the environment has NO_COLOR (https://no-color.org).
Colour output_colour();

} // namespace layercert::cli
