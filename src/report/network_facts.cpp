#include "network_facts.hpp"

#include <algorithm>

namespace layercert {

namespace {

void add_parameter(const ClosedForm &value, ChannelFacts &channel, LayerFacts &layer) {
  if (value.is_zero()) {
    return;
  }
  const std::uint64_t bits = value.mantissa_bits();
  ++channel.parameters;
  ++layer.parameters;
  channel.longest_bits = std::max(channel.longest_bits, bits);
  layer.longest_bits = std::max(layer.longest_bits, bits);
  layer.bits += bits;
}

std::map<int, Role> roles_of(const Layer &layer) {
  std::map<int, Role> roles;
  for (const Unit &unit : layer.units) {
    roles[unit.index] = unit.role;
  }
  return roles;
}

} // namespace

std::vector<LayerFacts> facts_of_layers(const Network &network) {
  std::vector<LayerFacts> facts;
  std::map<int, Role> before;
  for (const Layer &layer : network.hidden) {
    const bool first = facts.empty();
    LayerFacts &here = facts.emplace_back();
    here.zero_units = network.width - static_cast<int>(layer.units.size());
    for (const Unit &unit : layer.units) {
      ChannelFacts &channel = here.channels[unit.role];
      ++channel.units;
      channel.reads_inputs = first;
      add_parameter(*unit.bias, channel, here);
      for (const Connection &connection : unit.weights) {
        add_parameter(*connection.weight, channel, here);
        if (!first) {
          std::uint64_t &longest = channel.sources[before.at(connection.source)];
          longest = std::max<std::uint64_t>(longest, connection.weight->mantissa_bits());
        }
      }
    }
    before = roles_of(layer);
  }
  return facts;
}

} // namespace layercert
