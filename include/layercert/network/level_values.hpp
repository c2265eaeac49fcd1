// What a network of the construction computes on the good part of every cell, by the decoder's tree:
// rigorous.
#pragma once

#include "layercert/decoder/decoder.hpp"
#include "layercert/network/construction.hpp"
#include "layercert/numeric/interval.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace layercert {

// values[l][k] encloses Phi_l on cell k of level l (numbered as in proofs/theorem.md, section 4); values[0]
// holds Phi_0 alone.
struct LevelValues {
  std::vector<std::vector<Interval>> values;
  std::uint64_t first = 0; // the cell of the finest level that values.back() begins with

  // On the cells first, ..., last - 1 of a level. Requires: they are held.
  std::span<const Interval> on(int level, std::uint64_t first_cell, std::uint64_t last_cell) const;
};

// The cells first, first + 1, ..., last - 1 of a level.
struct CellRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;

  std::uint64_t size() const noexcept { return last - first; }
  bool operator==(const CellRange &) const = default;
};

// Throws InputError(name, ...) for parameters whose sizes are no decoder's: too many cells, ramps wider than
// the finest cells, a carried sum that could be cut off. The weights may be exact or rounded. Returns b of
// the decoder's layout.
std::int64_t decoder_base(const NetworkParameters &parameters, const std::string &name);

// Phi_l = Phi_0 + sum over m <= l of A_m sin(2 pi frac(m_m nu_k)), exactly (Lemma 8): the tree's counted
// truncations and the sine's rounding are all that an interval is wide by. Requires an open UpwardScope.
// Throws InputError(name, ...) if the weights are not exactly a decoder's.
LevelValues decode_levels(const NetworkParameters &parameters, const std::string &name);
// Of the finest level only these cells.
LevelValues decode_levels(const NetworkParameters &parameters, const std::string &name,
                          const CellRange &finest);

} // namespace layercert
