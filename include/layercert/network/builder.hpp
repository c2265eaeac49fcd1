// Builds the network that approximates a target: cell means, amplitudes, phases, multipliers, stored weights.
#pragma once

#include "layercert/function/target.hpp"
#include "layercert/instance/instance.hpp"
#include "layercert/network/construction.hpp"

#include <functional>

namespace layercert {

// How a network is built; no option changes the result.
struct BuildOptions {
  std::function<void(int level)> progress; // called before each level; may throw
};

// Nothing here need be rigorous, and nothing is: what the network really computes is found out afterwards,
// from its weights (level_values.hpp). Throws InputError where the target gives NaN or infinity at a sampled
// point.
NetworkParameters build_parameters(const Instance &instance, const Target &target,
                                   const BuildOptions &options = {});

} // namespace layercert
