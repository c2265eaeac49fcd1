// The network: layers of ReLU and sine units with real weights in closed form (proofs/theorem.md, section 3),
// and affine readouts.
#pragma once

#include "layercert/network/closed_form.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace layercert {

// The construction has the first two. The others stand in networks of any layers (src/layers).
enum class Activation { Relu, Sine, Cosine, Tanh, Sigmoid, Softplus, Identity };
// Its word in network.json: "relu", "sine", "cosine", "tanh", "sigmoid", "softplus" or "identity".
std::string_view name_of(Activation activation);

// What a unit is for; only for people, evaluation does not look at it.
enum class Role { Unnamed, Step, Carry, ArgumentCarry, SumCarry, FirstSine, SecondSine };
std::string_view name_of(Role role);

// Never null. A long weight that many units use is held once.
using Weight = std::shared_ptr<const ClosedForm>;
inline Weight make_weight(ClosedForm value) { return std::make_shared<const ClosedForm>(std::move(value)); }

// A weight, and what it multiplies.
struct Connection {
  int source; // an input x_j for hidden layer 1, else a unit of the layer before
  Weight weight;
};

// A unit that is not zero: its activation of bias + sum of the weights times their sources.
struct Unit {
  int index = 0;
  Role role = Role::Unnamed;
  Activation activation = Activation::Relu;
  Weight bias;
  std::vector<Connection> weights; // by rising source
};

// A hidden layer.
struct Layer {
  std::vector<Unit> units; // by rising index; units not listed are zero units
};

// Phi_l: affine in the units of one hidden layer.
struct Readout {
  int level = 0; // l
  int layer = 0; // of the units it reads; hidden layers count from 1
  Weight bias;
  std::vector<Connection> weights;
};

// Hidden layers of ReLU and sine units, and a readout for every level.
struct Network {
  std::size_t dimension = 0;
  int N = 0;
  int depth = 0; // L, the number of readouts
  int width = 0; // units a layer, zero units included
  std::vector<Layer> hidden;
  std::vector<Readout> readouts; // of levels 1..L
};

// Counted from the units and weights themselves.
struct Architecture {
  int width = 0;         // what the network says it has a layer
  int theorem_width = 0; // 2dN + d + 2
  int units_used = 0;    // the most that any layer lists
  int hidden_layers = 0;
  std::uint64_t parameters = 0; // nonzero weights and biases, readouts included
  int sine_units = 0;           // the most sine units in a layer
};
Architecture count_architecture(const Network &network);

// True if every weight is a dyadic number: what formats 1 and 2 of a network's file hold.
bool has_dyadic_weights(const Network &network);

// True if all that the readouts of `shorter` depend on stands in `longer` too, weight for weight.
bool is_prefix(const Network &shorter, const Network &longer);

// Equal in every number that matters for evaluation (not in roles). Returns "" or the first difference,
// named.
std::string first_difference(const Network &a, const Network &b);

// What is wrong with the shape: indices or sources out of range, readouts that read the wrong layer, more
// units than the width; or with a number: so large or so fine, measured by the bits of all the others, that
// arithmetic with it would need far more memory than the network takes. Returns "" or the first fault, named.
std::string first_fault(const Network &network);
// The same for a network of any layers: N, depth and width say nothing, and a readout reads whatever hidden
// layer it names.
std::string first_fault_of_any_layers(const Network &network);

} // namespace layercert
