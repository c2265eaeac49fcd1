// How much memory certifying an instance takes, for people.
#pragma once

#include "layercert/instance/instance.hpp"

#include <string>

namespace layercert {

// The estimate of cell_count_or_throw, such as "1048576 cells, about 1.1 GiB of memory".
// By several ranks, with what each of the others needs where that is less than for rank 0, which builds.
std::string memory_estimate_text(const Instance &instance, int ranks = 1);

} // namespace layercert
