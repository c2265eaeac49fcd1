#include "commands.hpp"
#include "interruption.hpp"

#include "layercert/network/network_file.hpp"
#include "layercert/numeric/file_bytes.hpp"
#include "layercert/numeric/sha256.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace layercert::cli {

int convert_command(const ConvertArguments &arguments) {
  const NetworkFormat format = parse_network_format(arguments.to, "--to");
  const EncodedNetwork encoded = encode_network(read_network(arguments.network), format);
  const Uninterrupted whole;
  write_bytes(arguments.out, encoded.bytes);
  if (arguments.json) {
    fmt::print("{}\n", nlohmann::json{{"file", arguments.out.string()},
                                      {"bytes", encoded.bytes.size()},
                                      {"sha256", sha256_hex(encoded.bytes)}}
                           .dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  } else {
    fmt::print("{}: {} bytes\n", arguments.out.string(), encoded.bytes.size());
  }
  return 0;
}

} // namespace layercert::cli
