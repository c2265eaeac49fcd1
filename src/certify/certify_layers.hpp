// Certifies the readouts of a network that others made: the error of each, and the verdict against claim R or against a number.
#pragma once

#include "layercert/function/target.hpp"
#include "layercert/instance/instance.hpp"
#include "layers/layered_network.hpp"
#include "result/layers_certificate.hpp"

#include <functional>
#include <optional>
#include <string>

namespace layercert {

struct LayersOptions {
  std::size_t boxes = 1 << 18;
  double tolerance = 0.01;
  std::optional<mpq_class> at_most; // > 0
  std::function<void(const LayerReadout &readout)> progress;
};

// The network is read as exact real arithmetic. Throws InputError(name, ...): the network's inputs are not the instance's coordinates, or
// the target is one that is not covered. Throws NotInLpError as run() does.
LayersCertificate certify_layers(const Instance &instance, const Target &target,
                                 const LayeredNetwork &network, const std::string &name,
                                 const LayersOptions &options);

} // namespace layercert
