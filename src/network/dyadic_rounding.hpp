// A network of the construction with its weights rounded to dyadic numbers: a finite object, for export
// (formats 1 and 2 of network.json), and a proved bound of what that costs (Theorem 16 of proofs/theorem.md).
#pragma once

#include "layercert/network/construction.hpp"
#include "layercert/numeric/mpfr_number.hpp"

#include <optional>
#include <string>
#include <vector>

namespace layercert {

// A rounded network, and how far it is from the exact one.
struct DyadicRounding {
  NetworkParameters parameters; // theta, beta, w and Phi_0 are dyadic
  // |w~ sin(beta~ + arg~) - w sin(beta + arg)| on the good part of every cell, in radians, by level from 1.
  std::vector<MpfrNumber> phase_error_upper;
  // |Phi~_l - Phi_l| on the good part of every cell of level l, by level from 0.
  std::vector<MpfrNumber> readout_error_upper;
};

// Angles, beta and the weights of the second sines become numbers of `bits` bits, rounded to nearest. Without
// `bits`: multiples of powers of two so fine that no phase moves by 2^-64 radians or more. Phi_0 keeps 64
// bits more than it needs beside M, or `bits`. Requires: bits >= 2; decoder_weights(exact, name) does not
// throw.
DyadicRounding round_weights(const NetworkParameters &exact, std::optional<mpfr_prec_t> bits);

} // namespace layercert
