// Networks and their parameters as terms of proofs/theory/Layers.v, the weights in closed form as in
// Weight.v.
#pragma once

#include "layercert/network/construction.hpp"

#include <string>
#include <vector>

namespace layercert {

// A term of type dyadic, in parentheses.
std::string coq_dyadic(const Dyadic &value);

struct CoqNetwork {
  std::string
      multipliers;    // definitions that the terms use: the multipliers are long and stand in the file once
  std::string layers; // of type network weight
  std::string parameters; // of type parameters
  int hidden_layers = 0;
  int width = 0;
};

// name: of the network's file, for messages. Throws InputError for constants that Expression.v does not know.
CoqNetwork coq_network(const NetworkParameters &parameters, const std::string &name);

} // namespace layercert
