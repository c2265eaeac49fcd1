// Certifies the readouts of a network that others made: the error of each, and the verdict against claim R or
// against a number.
#pragma once

#include "layercert/certify/effort.hpp"
#include "layercert/function/target.hpp"
#include "layercert/instance/instance.hpp"
#include "layers/layered_network.hpp"
#include "result/layers_certificate.hpp"

#include <functional>
#include <optional>
#include <string>

namespace layercert {

struct LayersOptions {
  Effort effort = default_effort(); // its boxes and tolerance are those that count
  std::optional<mpq_class> at_most; // > 0
  bool sup = false;                 // encloses the essential supremum of |f - Phi| as well
  std::function<void(const LayerReadout &readout)> progress;
};

// The network is read as exact real arithmetic. Throws InputError(name, ...): the network's inputs are not
// the instance's coordinates, or the target is one that is not covered. Throws NotInLpError as run() does.
LayersCertificate certify_layers(const Instance &instance, const Target &target,
                                 const LayeredNetwork &network, const std::string &name,
                                 const LayersOptions &options);

} // namespace layercert
