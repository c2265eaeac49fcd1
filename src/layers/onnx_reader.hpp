// Networks in ONNX: feed-forward graphs of vectors, as exact real arithmetic.
#pragma once

#include "layered_network.hpp"

#include <string>
#include <string_view>

namespace layercert {

// Every float weight is taken as the dyadic number that it is. Each entry of each graph output is a readout,
// in order; the i-th is of level i. Throws InputError(name, ...): the file is no ONNX model, is truncated,
// has an operator or a shape that is not covered, a weight that is no number, external data, or more weights
// than memory; or this program was built without libonnx.
LayeredNetwork layers_from_onnx(std::string_view bytes, const std::string &name);

} // namespace layercert
