// The network of proofs/theorem.md, section 3, from its parameters, and the parameters back from a network.
#pragma once

#include "layercert/network/network.hpp"

#include <vector>

namespace layercert {

// Everything that tells one network of the construction from another. All weights follow from these.
struct NetworkParameters {
  int dimension = 0;
  int N = 0;
  int depth = 0;
  int ramp_exponent = 0;     // q, delta = 2^-q
  std::vector<Dyadic> theta; // stored theta~ of the bit positions of all d L digits, in DecoderLayout's order
  Dyadic beta;               // stored beta~
  std::vector<Dyadic> w;     // stored w~ of levels 1..L
  std::vector<Dyadic> A;     // A_l of levels 1..L
  Dyadic M;                  // at least |Phi_0| + sum A_l
  Dyadic Phi_0;
};

// The parameters of the network's first `depth` levels: what its readouts up to that level depend on, weight for weight. Requires:
// 1 <= depth <= parameters.depth.
NetworkParameters prefix_of(const NetworkParameters &parameters, int depth);

Network assemble_network(const NetworkParameters &parameters);

// Reads the parameters off the places where assemble_network puts them, assembles them anew and compares: all units of the
// construction are found in the network, weight for weight, so that assemble_network(result) has the same readouts. What the
// network may have besides: units that no readout depends on (but no third sine in a layer), weights of 0, and the carries from
// the first layer on, where they are constants. Throws InputError(name, ...) if the network is not of the construction.
NetworkParameters extract_parameters(const Network &network, const std::string &name);

} // namespace layercert
