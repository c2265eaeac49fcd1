// network.json: export and import without loss. proofs/network-json.md describes the form.
#pragma once

#include "layercert/network/network.hpp"
#include "layercert/network/network_file.hpp"

#include <iosfwd>
#include <string>
#include <string_view>

namespace layercert {

// "layercert-network-3" if a weight is no dyadic number. Else "layercert-network-1", every weight written
// where it is used; or "layercert-network-2" if a weight of 2^18 bits or more is used twice, with either
// sign: then such weights stand once, in a table, as they do in format 3.
std::string network_to_json(const Network &network);
void write_network(const Network &network, std::ostream &out);

// About what network_to_json(network).size() is, without writing it.
std::size_t json_size_estimate(const Network &network);

// Accepts the three versions, and unknown keys, but not in the object that stands for a weight. Throws
// InputError: no JSON, or not such a network.
Network network_from_json(std::string_view text, const std::string &name);
// The same formats for a network of any layers: "N", "depth" and "width" may be absent and say nothing, units
// have any activation, and a readout of any level reads whatever hidden layer it names, 0 being the inputs.
Network network_of_any_layers(std::string_view text, const std::string &name);

} // namespace layercert
