// Numbers of nodes as indices of arrays.
#pragma once

#include <cstddef>
#include <cstdint>

namespace layercert {

// Requires: i >= 0.
inline std::size_t index_of(std::int32_t i) { return static_cast<std::size_t>(i); }

} // namespace layercert
