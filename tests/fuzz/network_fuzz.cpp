// Network files of both forms. What is read is written and read again: it must be the same.
#include "input.hpp"

#include "layercert/network/network_file.hpp"

#include <cstdlib>

using namespace layercert;

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  fuzz::refused_or_read([&] {
    const Network network = parse_network(fuzz::text(data, size), "network");
    for (const NetworkFormat format : {NetworkFormat::Json, NetworkFormat::Binary}) {
      const EncodedNetwork encoded = encode_network(network, format);
      const Network again = parse_network(encoded.bytes, "what was written");
      if (encode_network(again, format).bytes != encoded.bytes) {
        std::abort();
      }
    }
  });
  return 0;
}
