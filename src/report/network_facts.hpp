// The network layer by layer: how many units of which kind, how they are connected, how many bits their
// weights have.
#pragma once

#include "layercert/network/network.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace layercert {

struct ChannelFacts {
  int units = 0;
  std::uint64_t parameters = 0; // nonzero weights and biases into it
  std::uint64_t longest_bits = 0;
  std::map<Role, std::uint64_t>
      sources; // roles of the units that it reads, and the longest weight from there
  bool reads_inputs = false;
};

struct LayerFacts {
  std::map<Role, ChannelFacts> channels;
  int zero_units = 0;
  std::uint64_t parameters = 0;
  std::uint64_t longest_bits = 0;
  std::uint64_t bits = 0; // of all weights and biases together
};

// Requires: a network without first_fault(), with a role for every unit.
std::vector<LayerFacts> facts_of_layers(const Network &network);

// The layers as an SVG, the inputs at the top; of many layers the first and the last few.
std::string network_figure(const Network &network, const std::vector<LayerFacts> &layers);
// Style rules for it. Builds on plot_style().
std::string network_figure_style();

} // namespace layercert
