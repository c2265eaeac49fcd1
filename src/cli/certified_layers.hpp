// The network of a result of any layers.
#pragma once

#include "layers/layered_network.hpp"
#include "result/result_files.hpp"

namespace layercert::cli {

// With the readouts that the certificate names, in its order; one that the network lacks is left out. Throws
// InputError as parse_layers does, and where the network is not the one that the certificate names.
LayeredNetwork certified_layers(const ResultFiles &files);

} // namespace layercert::cli
