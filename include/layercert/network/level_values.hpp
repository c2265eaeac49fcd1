// What a network of the construction computes on the good part of every cell, by the decoder's tree:
// rigorous.
#pragma once

#include "layercert/decoder/decoder.hpp"
#include "layercert/network/construction.hpp"
#include "layercert/numeric/interval.hpp"

#include <vector>

namespace layercert {

// values[l][k] encloses Phi_l on cell k of level l (numbered as in proofs/theorem.md, section 4); values[0]
// holds Phi_0 alone.
struct LevelValues {
  std::vector<std::vector<Interval>> values;
};

// Throws InputError(name, ...) for parameters whose sizes are no decoder's: too many cells, ramps wider than
// the finest cells, a carried sum that could be cut off. The weights may be exact or rounded. Returns b of
// the decoder's layout.
std::int64_t decoder_base(const NetworkParameters &parameters, const std::string &name);

// Phi_l = Phi_0 + sum over m <= l of A_m sin(2 pi frac(m_m nu_k)), exactly (Lemma 8): the tree's counted
// truncations and the sine's rounding are all that an interval is wide by. Requires an open UpwardScope.
// Throws InputError(name, ...) if the weights are not exactly a decoder's.
LevelValues decode_levels(const NetworkParameters &parameters, const std::string &name);

} // namespace layercert
