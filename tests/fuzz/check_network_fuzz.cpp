// The checker, given networks of both forms.
#include "checked_result.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  static fuzz::CheckedResult result;
  const std::string_view bytes = fuzz::text(data, size);
  const bool json = bytes.find('{') < bytes.find("layercert");
  result.put(json ? "network.json" : "network.lcn", "network_sha256", bytes);
  result.check();
  return 0;
}
