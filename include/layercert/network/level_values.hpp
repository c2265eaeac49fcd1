// What a network of the construction computes on the good part of every cell, by the decoder's tree: rigorous.
#pragma once

#include "layercert/decoder/decoder.hpp"
#include "layercert/network/construction.hpp"
#include "layercert/numeric/interval.hpp"

#include <vector>

namespace layercert {

// values[l][k] encloses Phi_l on cell k of level l (numbered as in proofs/theorem.md, section 4); values[0] holds Phi_0 alone.
struct LevelValues {
  std::vector<std::vector<Interval>> values;
  std::vector<double> phase_error_upper; // of w~ sin(a~) against 2 pi m nu, in radians, by level from 1
};

// b of the decoder's layout, from the angle of the lowest bit. Throws InputError(name, ...) for weights whose sizes are no decoder's: too
// many cells, ramps wider than the finest cells, a carried sum or argument that could be cut off, a second sine's weight that is too
// large.
std::int64_t decoder_base(const NetworkParameters &parameters, const std::string &name);

// Recovers b, the shifts s and the multipliers m from the weights, bounds how far the stored weights are from the ideal ones
// in exact integers, and decodes. Requires an open UpwardScope. Throws InputError(name, ...) if the weights are not near any
// decoder's.
LevelValues decode_levels(const NetworkParameters &parameters, const std::string &name);

} // namespace layercert
