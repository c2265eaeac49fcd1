// A network of any layers in a floating-point format: how far what a program computes may lie from the exact
// readout, for all points of the cube and whatever the order of its sums.
//
// Let u = 2^-P, and let eta bound what rounding does to a result below the normal numbers. The program's
// values v^ satisfy exactly
//     z^ = sum of w_k v^_k + b + r,    v^ = s(z^) + q                                                                     (1)
// with, for K terms and |v^_k| <= V_k,
//     |r| <= sum |w^_k - w_k| V_k + |b^ - b| + ((1 + u)^(K+2) - 1) (sum |w^_k| V_k + |b^|) + 2 K eta.                     (2)
// In any order of summation a term of it meets at most its product's rounding, K additions, and the storing
// of a sum that was held in a wider format; fused operations and wider sums have fewer or smaller roundings.
// A function s that is off by at most U units in the last place has |q| <= U (2 u sup|s| + 2 eta). The inputs
// are rounded as well.
//
// Scaling all r and q by theta from 0 to 1 leads from the exact readout to the computed one, so that by the
// mean value theorem
//     |fl(Phi) - Phi| <= sum over the units of sup|dPhi/dz| |r| + sup|dPhi/dv| |q|,                                       (3)
// with derivatives over all that lies between; they come of one sweep backwards in intervals. Another bound
// is carried forward from unit to unit:
//     |z^ - z| <= sum |w_k| |v^_k - v_k| + |r|,   |v^ - v| <= sup|s'| |z^ - z| + |q|.                                     (4)
// The cube is cut into boxes; the largest bound of all counts.
#pragma once

#include "layers/layered_network.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace layercert {

struct FloatFormat {
  const char *name;
  int bits;           // P, of the significand
  int least_exponent; // normal numbers are at least 2^this
  double largest;     // finite number
};
// fp16, bf16, fp32 and fp64, as IEEE 754 and bfloat16 have them, with gradual underflow.
const std::vector<FloatFormat> &float_formats();

struct LayersRounding {
  std::string readout;
  const FloatFormat *format = nullptr;
  double bound_upper =
      0; // of |fl(Phi) - Phi| over the cube; infinite where a sum, a weight or a value may overflow
  double observed_lower = 0; // the largest found: at least so much, at some of `points`
  std::uint64_t points =
      0; // looked at; at these every operation is rounded to nearest, in the order of the terms
};

struct LayersRoundingOptions {
  double ulps = 4;            // U, of sine, cosine, tanh, sigmoid and softplus; >= 0.5
  std::uint64_t points = 256; // to look at
};

// Of every readout in every format. Throws InputError(name, ...) where weights need more than doubles.
std::vector<LayersRounding> layers_rounding(const LayeredNetwork &network,
                                            const LayersRoundingOptions &options, const std::string &name);

} // namespace layercert
