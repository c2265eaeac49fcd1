// Network files of either form: JSON for people and other programs, binary where the weights have millions of
// bits.
#pragma once

#include "layercert/network/network.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace layercert {

// Automatic: JSON up to about kLargestJson bytes, binary above.
enum class NetworkFormat { Automatic, Json, Binary };
constexpr std::size_t kLargestJson = std::size_t{16} << 20;

// Of "auto", "json" or "binary". Throws InputError(option, ...) for anything else.
NetworkFormat parse_network_format(const std::string &name, const std::string &option);

// A network as the bytes of a file.
struct EncodedNetwork {
  std::string bytes;
  std::string file_name; // in a result folder: network.json or network.lcn
};
EncodedNetwork encode_network(const Network &network, NetworkFormat format);

// Both recognise the form by the first bytes. They throw InputError: not readable, or no network; the message
// names the place.
Network read_network(const std::filesystem::path &file);
Network parse_network(std::string_view bytes, const std::string &name);

// The one of network.json and network.lcn that stands in a folder. Throws InputError if neither does, or
// both.
std::filesystem::path find_network(const std::filesystem::path &folder);

} // namespace layercert
