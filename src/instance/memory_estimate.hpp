// How much memory certifying an instance takes, for people.
#pragma once

#include "layercert/instance/instance.hpp"

#include <string>

namespace layercert {

// The estimate of cell_count_or_throw, such as "1048576 cells, about 1.1 GiB of memory".
std::string memory_estimate_text(const Instance &instance);

} // namespace layercert
