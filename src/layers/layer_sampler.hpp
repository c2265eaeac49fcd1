// Values of a network at points, as doubles that are not bounds: for pictures.
#pragma once

#include "layered_network.hpp"
#include "precise_layers.hpp"

#include <optional>
#include <span>
#include <vector>

namespace layercert {

// Holds scratch memory: one object per thread. The network must outlive it.
class LayerSampler {
public:
  explicit LayerSampler(const LayeredNetwork &network, Slot slot);

  // Of the slot; rounded in any direction, in several places.
  double sample(std::span<const double> point);

private:
  const LayeredNetwork &network_;
  Slot slot_;
  std::vector<std::size_t> units_;       // that the slot depends on
  std::vector<double> values_;           // by slot
  std::optional<PreciseLayers> precise_; // where weights are no doubles
};

} // namespace layercert
