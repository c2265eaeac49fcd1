// Networks of any layers for tests: random ones, and interpolants with a known error.
#pragma once

#include "layers/layered_network.hpp"

#include <cmath>
#include <random>
#include <vector>

namespace layercert {

inline void append_dense(LayeredNetwork &network, std::vector<Slot> &values, std::size_t width,
                         Activation activation, double scale, std::mt19937_64 &random) {
  std::normal_distribution<double> normal(0, 1);
  std::vector<Slot> next;
  for (std::size_t i = 0; i < width; ++i) {
    const std::size_t first = network.terms.size();
    for (const Slot source : values) {
      network.terms.push_back(
          {source, -1, scale * normal(random) / std::sqrt(static_cast<double>(values.size()))});
    }
    LayerUnit unit;
    unit.activation = activation;
    unit.bias = 0.3 * scale * normal(random);
    next.push_back(network.add(unit, first));
  }
  values = next;
}

// `layers` hidden layers of `width` units, and a readout after each of them.
inline LayeredNetwork random_layers(std::size_t dimension, int layers, std::size_t width,
                                    const std::vector<Activation> &activations, double scale,
                                    std::uint64_t seed) {
  std::mt19937_64 random(seed);
  LayeredNetwork network;
  network.dimension = dimension;
  std::vector<Slot> values;
  for (std::size_t j = 0; j < dimension; ++j) {
    values.push_back(static_cast<Slot>(j));
  }
  for (int layer = 0; layer < layers; ++layer) {
    append_dense(network, values, width, activations[static_cast<std::size_t>(layer) % activations.size()],
                 layer == 0 ? 3 * scale : scale, random);
    std::vector<Slot> out = values;
    append_dense(network, out, 1, Activation::Identity, 1, random);
    network.readouts.push_back({std::to_string(layer + 1), out[0], layer + 1});
  }
  return network;
}

// The piecewise linear interpolant of the sum of x_j^2 at multiples of 1/n along each axis: in coordinate j,
// h x + sum over k of 2 h relu(x - k h), h = 1/n a power of two. On a piece it lies above x^2 by h^2 s (1 -
// s), 0 <= s <= 1.
inline LayeredNetwork interpolant_of_squares(std::size_t dimension, int n) {
  LayeredNetwork network;
  network.dimension = dimension;
  const double h = 1.0 / n;
  std::vector<Slot> kinks;
  for (Slot j = 0; j < network.slot_of(0); ++j) {
    for (int k = 1; k < n; ++k) {
      network.terms.push_back({j, -1, 1.0});
      LayerUnit unit;
      unit.activation = Activation::Relu;
      unit.bias = -k * h;
      kinks.push_back(network.add(unit, network.terms.size() - 1));
    }
  }
  const std::size_t first = network.terms.size();
  for (Slot j = 0; j < network.slot_of(0); ++j) {
    network.terms.push_back({j, -1, h});
  }
  for (const Slot kink : kinks) {
    network.terms.push_back({kink, -1, 2 * h});
  }
  const Slot sum = network.add(LayerUnit(), first);
  network.readouts.push_back({"1", sum, 1});
  return network;
}

} // namespace layercert
