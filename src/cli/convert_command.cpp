#include "commands.hpp"
#include "interruption.hpp"

#include "layercert/network/network_file.hpp"
#include "layercert/numeric/file_bytes.hpp"

#include <fmt/format.h>

namespace layercert::cli {

int convert_command(const ConvertArguments &arguments) {
  const NetworkFormat format = parse_network_format(arguments.to, "--to");
  const EncodedNetwork encoded = encode_network(read_network(arguments.network), format);
  const Uninterrupted whole;
  write_bytes(arguments.out, encoded.bytes);
  fmt::print("{}: {} bytes\n", arguments.out.string(), encoded.bytes.size());
  return 0;
}

} // namespace layercert::cli
