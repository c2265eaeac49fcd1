// network.json: export and import without loss.
#pragma once

#include "layercert/network/network.hpp"

#include <filesystem>
#include <iosfwd>

namespace layercert {

void write_network(const Network &network, std::ostream &out);

// Throws InputError: not readable, no JSON, or not such a network; the message names the place.
Network read_network(const std::filesystem::path &file);
Network parse_network(const std::string &text, const std::string &name);

} // namespace layercert
