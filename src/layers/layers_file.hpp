// layers.json: a network of any layers as a row of units, exactly (proofs/network-json.md). It is what a
// checker reads of a network that came as ONNX.
#pragma once

#include "layered_network.hpp"

#include <string>
#include <string_view>

namespace layercert {

// Requires: every weight is a double.
std::string layers_to_json(const LayeredNetwork &network);

// Whether the text says that it is one.
bool is_row_of_layers(std::string_view text);
// Throws InputError: no JSON, or not such a network. A readout's level is its place, counted from 1.
LayeredNetwork layers_from_json(std::string_view text, const std::string &name);

} // namespace layercert
