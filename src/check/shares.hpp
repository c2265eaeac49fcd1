// What a cell of the grid shares with samples, or with patches between nodes, along one axis.
#pragma once

#include "numbers.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace checker {

// The pieces of an axis, `pieces` of equal length, that meet the cell, one of `side`. Lengths are in units of
// 1/units, the least common multiple of both numbers.
struct Shares {
  ulong first = 0; // piece
  ulong units = 0;
  slong of_piece = 0;         // the length of a piece
  std::vector<slong> from;    // how far into the piece the shared part begins
  std::vector<slong> lengths; // of the shared part

  Shares(ulong cell, ulong side, ulong pieces) {
    const ulong divisor = std::gcd(side, pieces);
    const ulong of_cell = pieces / divisor;
    const ulong length = side / divisor;
    if (of_cell > (ulong{1} << 62) / side) {
      throw Unknown("integrals over cells and samples of so many different sizes");
    }
    of_piece = static_cast<slong>(length);
    units = side * of_cell;
    const ulong begin = cell * of_cell;
    const ulong end = begin + of_cell;
    first = begin / length;
    for (ulong at = first * length; at < end; at += length) {
      from.push_back(static_cast<slong>(std::max(begin, at) - at));
      lengths.push_back(static_cast<slong>(std::min(end, at + length) - std::max(begin, at)));
    }
  }
};

} // namespace checker
