// What this machine can hold.
#pragma once

#include <cstddef>

namespace layercert::cli {

// The most boxes an integral that this machine's memory can hold.
std::size_t most_boxes();

} // namespace layercert::cli
