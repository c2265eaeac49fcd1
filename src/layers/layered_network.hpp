// A network of any layers, as others made it: units in an order in which each reads only what stands before
// it. Weights are exact.
#pragma once

#include "layercert/network/network.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace layercert {

// A place of a value: 0..d-1 are the inputs, d + i is unit i.
using Slot = std::int32_t;

// A weight and the slot that it multiplies. The double is the weight itself where `form` is -1; else it is
// one of the two doubles next to forms[form], which is the weight.
struct LinearTerm {
  Slot source = 0;
  std::int32_t form = -1;
  double weight = 0;
};

// The activation of bias + sum of the terms; times the value of `factor`, where that is not -1.
struct LayerUnit {
  Activation activation = Activation::Identity;
  std::int32_t bias_form = -1; // as LinearTerm::form
  Slot factor = -1;
  double bias = 0;
  std::size_t first_term = 0;
  std::size_t term_count = 0;
};

// An output of the network. `level` is the l whose claim it is compared with.
struct LayerReadout {
  std::string name;
  Slot slot = 0;
  int level = 0;
};

// Values of a network of any layers. Requires of whoever fills it: every slot that a unit reads stands before
// it.
struct LayeredNetwork {
  std::size_t dimension = 0;
  std::vector<LayerUnit> units;
  std::vector<LinearTerm> terms;
  std::vector<Weight> forms; // weights that are no doubles
  std::vector<LayerReadout> readouts;

  std::span<const LinearTerm> terms_of(const LayerUnit &unit) const {
    return {terms.data() + unit.first_term, unit.term_count};
  }
  Slot slot_of(std::size_t unit) const { return static_cast<Slot>(dimension + unit); }
  // The double next to the weight, and where the weight itself stands if that is another number.
  void set_weight(const Weight &weight, double &number, std::int32_t &form);
  // Appends a unit and returns its slot. Its terms were appended last.
  Slot add(LayerUnit unit, std::size_t first_term);
};

// What people are told of its size.
struct LayerCount {
  std::size_t units = 0;        // with an activation other than the identity
  std::uint64_t parameters = 0; // nonzero weights and biases
  std::string activations;      // "96 tanh, 32 sine"
};
LayerCount count_layers(const LayeredNetwork &network);

// The units that a slot depends on, itself included, by number.
std::vector<bool> needed_units(const LayeredNetwork &network, Slot slot);

// Units that only pass on one other unit become one with it; units that no readout needs are left out.
LayeredNetwork simplified(const LayeredNetwork &network);

// Whether every weight is a double, or a normal one is next to it.
bool suits_doubles(const LayeredNetwork &network);

// The same network. Every hidden layer and readout is taken over as it is. Requires: no fault in the shape.
LayeredNetwork layers_of(const Network &network);

// What the bytes of a network file are.
enum class NetworkKind { Json, Row, Binary, Onnx }; // network.json, layers.json, network.lcn
NetworkKind kind_of_network(std::string_view bytes);

// A network file of any kind, told by its bytes. Throws InputError: what is wrong.
LayeredNetwork parse_layers(std::string_view bytes, const std::string &name);

} // namespace layercert
