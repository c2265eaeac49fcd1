// The table of a network that others made: a line a readout.
#pragma once

#include "layercert/instance/instance.hpp"
#include "layercert/report/colour.hpp"
#include "result/layers_certificate.hpp"

#include <string>

namespace layercert {

// Bounds are rounded outward.
std::string layers_table(const Instance &instance, const LayersCertificate &certificate, Colour colour);

} // namespace layercert
