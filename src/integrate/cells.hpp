// The grid of a level: N^l cells along each axis, numbered as in proofs/theorem.md, section 4, k = sum e_i
// N^i with the digit of (level m, coordinate j) at i = (m-1) d + j.
#pragma once

#include "box_list.hpp"

#include <cstdint>
#include <vector>

namespace layercert {

// The cells first, first + 1, ..., last - 1 of a level.
struct CellRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;

  std::uint64_t size() const noexcept { return last - first; }
  bool operator==(const CellRange &) const = default;
};

using CellIndex = std::array<std::uint64_t, kMaxDimension>; // along each axis, from 0

std::uint64_t cells_along_axis(int N, int level); // N^level
std::uint64_t cells_in_cube(std::size_t d, int N, int level);
CellIndex index_of_cell(std::uint64_t cell, std::size_t d, int N, int level);
// The other way. Requires: index[j] < N^level for every j < d.
std::uint64_t cell_of_index(const CellIndex &index, std::size_t d, int N, int level);

// The cells as boxes, rounded outward where k / N^l is no double.
BoxList cells_of_level(std::size_t d, int N, int level);
BoxList cells_of_level(std::size_t d, int N, int level, const CellRange &range);

Box unit_cube(std::size_t d);

} // namespace layercert
