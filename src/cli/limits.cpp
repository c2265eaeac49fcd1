#include "limits.hpp"

#include "layercert/instance/instance.hpp"

namespace layercert::cli {

std::size_t most_boxes() {
  constexpr std::uint64_t bytes_of_a_box = 512; // the box, its bounds, and room for growth
  return static_cast<std::size_t>(physical_memory_bytes() / bytes_of_a_box);
}

} // namespace layercert::cli
