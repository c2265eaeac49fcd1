// Internal to src/network: the distinct weights of a network, found by value.
#pragma once

#include "layercert/network/network.hpp"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace layercert::internal {

// A weight and its negative have the same.
struct MagnitudeHash {
  std::size_t operator()(const ClosedForm &value) const noexcept;
};

// Calls visit(const Weight &) for every bias and weight, in the order of the files: layer by layer, unit by
// unit, the bias first; then the readouts.
template <class Visit> void for_each_weight(const Network &network, Visit visit) {
  const auto visit_all = [&](const Weight &bias, const std::vector<Connection> &weights) {
    visit(bias);
    for (const Connection &connection : weights) {
      visit(connection.weight);
    }
  };
  for (const Layer &layer : network.hidden) {
    for (const Unit &unit : layer.units) {
      visit_all(unit.bias, unit.weights);
    }
  }
  for (const Readout &readout : network.readouts) {
    visit_all(readout.bias, readout.weights);
  }
}

// Every magnitude among a network's weights once, in order of first use. Magnitudes, since the construction
// has each angle with both signs. The network must outlive the table.
class WeightTable {
public:
  struct Entry {
    const ClosedForm *value; // the weight that was met first, of either sign
    std::uint64_t uses;
  };
  struct Reference {
    std::uint32_t index;
    bool negative;
  };

  explicit WeightTable(const Network &network);

  const std::vector<Entry> &entries() const noexcept { return entries_; }
  // Requires: a weight of the network.
  Reference find(const Weight &weight) const { return references_.at(weight.get()); }

private:
  std::vector<Entry> entries_;
  std::unordered_map<const ClosedForm *, Reference>
      references_; // so that a weight is hashed once, not once a use
};

} // namespace layercert::internal
