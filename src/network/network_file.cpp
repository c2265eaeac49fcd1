#include "layercert/network/network_file.hpp"

#include "layercert/error.hpp"
#include "network_binary.hpp"
#include "network_json.hpp"
#include "numeric/file_bytes.hpp"

namespace layercert {

namespace {

constexpr const char *kJsonName = "network.json";
constexpr const char *kBinaryName = "network.lcn";

} // namespace

NetworkFormat parse_network_format(const std::string &name, const std::string &option) {
  if (name != "auto" && name != "json" && name != "binary") {
    throw InputError(option, 0, "found \"" + name + "\"; expected auto, json or binary");
  }
  return name == "auto"   ? NetworkFormat::Automatic
         : name == "json" ? NetworkFormat::Json
                          : NetworkFormat::Binary;
}

EncodedNetwork encode_network(const Network &network, NetworkFormat format) {
  if (format == NetworkFormat::Automatic) {
    format = json_size_estimate(network) > kLargestJson ? NetworkFormat::Binary : NetworkFormat::Json;
  }
  if (format == NetworkFormat::Binary) {
    return {network_to_binary(network), kBinaryName};
  }
  return {network_to_json(network), kJsonName};
}

Network read_network(const std::filesystem::path &file) {
  return parse_network(read_bytes(file, "a network (network.json or network.lcn)"), file.string());
}

Network parse_network(std::string_view bytes, const std::string &name) {
  return looks_binary(bytes) ? network_from_binary(bytes, name) : network_from_json(bytes, name);
}

std::filesystem::path find_network(const std::filesystem::path &folder) {
  std::error_code ignored;
  const bool json = std::filesystem::exists(folder / kJsonName, ignored);
  const bool binary = std::filesystem::exists(folder / kBinaryName, ignored);
  if (json == binary) {
    throw InputError(folder.string(), 0,
                     json ? "holds network.json and network.lcn; expected only one of them"
                          : "holds no network; expected network.json or network.lcn");
  }
  return folder / (json ? kJsonName : kBinaryName);
}

} // namespace layercert
