#include "layercert/instance/instance.hpp"

#include <unistd.h>

namespace layercert {

std::uint64_t physical_memory_bytes() {
  const long pages = sysconf(_SC_PHYS_PAGES);
  const long page_bytes = sysconf(_SC_PAGESIZE);
  return pages > 0 && page_bytes > 0
             ? static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page_bytes)
             : UINT64_MAX; // unknown: let the allocation itself fail
}

} // namespace layercert
