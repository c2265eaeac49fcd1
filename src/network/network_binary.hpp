// network.lcn: the binary form of a network. proofs/network-binary.md describes every byte.
#pragma once

#include "layercert/network/network.hpp"

#include <string>
#include <string_view>

namespace layercert {

std::string network_to_binary(const Network &network);

// Throws InputError: anything but exactly such a file, which ends in its own SHA-256. Memory stays within a
// small multiple of the file's size, whatever the file says.
Network network_from_binary(std::string_view bytes, const std::string &name);

// Whether bytes are meant as this form, to judge by the first few.
bool looks_binary(std::string_view bytes);

} // namespace layercert
