// A network of any layers as a row of units, each of which reads only inputs and units before it.
#pragma once

#include "taylor.hpp"

#include <string>
#include <vector>

namespace checker {

struct Network;

enum class Activation { Identity, Relu, Sine, Cosine, Tanh, Sigmoid, Softplus };
const char *name_of(Activation activation);

struct Layers {
  // 0..d-1 are the inputs, d + i is unit i.
  using Slot = std::size_t;
  struct Term {
    Slot source;
    Arf weight;
  };
  // The activation of bias + sum of the terms, times the value of `factor` if that is not 0 slots off.
  struct Unit {
    Activation activation = Activation::Identity;
    Arf bias;
    std::vector<Term> terms;
    bool has_factor = false;
    Slot factor = 0;
  };
  struct Readout {
    std::string name;
    Slot slot;
  };
  std::size_t d = 0;
  std::vector<Unit> units;
  std::vector<Readout> readouts;

  Slot add(Unit unit) { // its slot
    units.push_back(std::move(unit));
    return d + units.size() - 1;
  }
  // Throws Rejected if there is not exactly one.
  Slot slot_of(const std::string &readout) const;
  // Whether each unit is one that the slot depends on.
  std::vector<bool> needed(Slot slot) const;
};

// layers.json, network.json of any layers, or network.lcn (proofs/network-json.md). Throws Rejected, and
// Unknown for weights that are no dyadic numbers.
Layers read_layers(const std::string &file, const std::string &bytes);

// The numbers that a certificate names.
struct LayersCount {
  ulong units = 0;         // with an activation other than the identity
  ulong parameters = 0;    // nonzero weights and biases
  std::string activations; // "96 tanh, 32 sine"
};
LayersCount count(const Layers &layers);

// What a slot is on a box. Holds scratch memory: one for each thread.
class LayerModels {
public:
  // All must outlive it.
  LayerModels(const Layers &layers, Layers::Slot slot, const Monomials &monomials);
  // The result stays until the next call.
  const Polynomial &operator()(const std::vector<Interval> &middle, const std::vector<Interval> &half_widths);

private:
  void affine(std::size_t unit, Polynomial &result);

  const Layers &layers_;
  Layers::Slot slot_;
  const Monomials &monomials_;
  std::vector<bool> needed_;
  std::vector<std::vector<Ball>> weights_; // of each unit that is needed
  std::vector<Polynomial> models_;
  std::vector<arb_struct> gathered_; // copies of the structures alone: others own the numbers
};

} // namespace checker
