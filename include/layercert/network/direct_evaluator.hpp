// The network layer by layer in MPFR intervals, at any point: the slow oracle that the fast path is tested
// against.
#pragma once

#include "layercert/network/network.hpp"
#include "layercert/numeric/mpfr_interval.hpp"

#include <vector>

namespace layercert {

// A precision at which the readouts of levels 1..level come out to about `output_bits` bits after the point:
// the argument of a sine must be known absolutely, so the largest weight's exponent, the ramps' slopes in
// every layer, and some bits for the sums.
mpfr_prec_t sufficient_precision(const Network &network, int level, int output_bits);

// Enclosures of readouts 1..level (all of them for level 0) at a point of [0,1]^d.
std::vector<MpfrInterval> evaluate_directly(const Network &network, const std::vector<mpq_class> &point,
                                            mpfr_prec_t precision, int level = 0);

} // namespace layercert
