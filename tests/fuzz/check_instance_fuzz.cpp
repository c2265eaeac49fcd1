// The checker, given instances.
#include "checked_result.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  static fuzz::CheckedResult result;
  result.put("instance.toml", "instance_sha256", fuzz::text(data, size));
  result.check();
  return 0;
}
