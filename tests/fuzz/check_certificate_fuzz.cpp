// The checker, given certificates.
#include "checked_result.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  static fuzz::CheckedResult result;
  result.put_certificate(fuzz::text(data, size));
  result.check();
  return 0;
}
