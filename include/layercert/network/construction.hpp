// The network of proofs/theorem.md, section 3, from its parameters, and the parameters back from a network.
#pragma once

#include "layercert/network/network.hpp"

#include <vector>

namespace layercert {

// Everything that tells one network of the construction from another. All weights follow from these.
struct NetworkParameters {
  std::size_t dimension = 0;
  int N = 0;
  int depth = 0;
  int ramp_exponent = 0; // q, delta = 2^-q
  std::vector<ClosedForm>
      theta;                 // 2 arctan 2^-s of the bit positions of all d L digits, in DecoderLayout's order
  ClosedForm beta;           // pi/4
  std::vector<ClosedForm> w; // 2 pi sqrt(2) Q m of levels 1..L
  std::vector<Dyadic> A;     // A_l of levels 1..L
  Dyadic M;                  // at least |Phi_0| + sum A_l
  ClosedForm Phi_0;

  // The number d l of digits that tell the cells of level l apart.
  int digits(int level) const { return static_cast<int>(dimension) * level; }
};

// theta, beta and w of the decoder of base b (proofs/theorem.md, section 4), with the multipliers m of levels
// 1..L. Requires: the layout of d L digits fits.
void set_decoder(NetworkParameters &parameters, std::int64_t b, std::vector<Dyadic> multipliers);

// What set_decoder was given.
struct DecoderWeights {
  std::int64_t b = 0;
  std::vector<Dyadic> multipliers;
};

// Compares theta, beta and w with the decoder's own, form by form. Throws InputError(name, ...) where one is
// anything else, such as a number rounded to dyadic.
DecoderWeights decoder_weights(const NetworkParameters &parameters, const std::string &name);

// The parameters of the network's first `depth` levels: what its readouts up to that level depend on, weight
// for weight. Requires: 1 <= depth <= parameters.depth.
NetworkParameters prefix_of(const NetworkParameters &parameters, int depth);

Network assemble_network(const NetworkParameters &parameters);

// Reads the parameters off the places where assemble_network puts them, assembles them anew and compares: all
// units of the construction are found in the network, weight for weight, so that assemble_network(result) has
// the same readouts. What the network may have besides: units that no readout depends on (but no third sine
// in a layer), weights of 0, and the carries from the first layer on, where they are constants. Throws
// InputError(name, ...) if the network is not of the construction.
NetworkParameters extract_parameters(const Network &network, const std::string &name);

} // namespace layercert
