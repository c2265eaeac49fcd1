// The numbers of the cells of a level: N^l cells along each axis, numbered as in proofs/theorem.md, section 4,
// k = sum e_i N^i with the digit of (level m, coordinate j) at i = (m-1) d + j.
#pragma once

#include "grid_overlap.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace layercert {

using CellIndex = std::array<std::uint64_t, kMostDimensions>; // along each axis, from 0

std::uint64_t cells_along_axis(int N, int level); // N^level
std::uint64_t cells_in_cube(std::size_t d, int N, int level);

// Every cell asks for it, so nothing is allocated, and powers of two are not divided by: that took an eighth of
// a run on 2^24 samples.
CellIndex index_of_cell(std::uint64_t cell, std::size_t d, int N, int level);
// The other way. Requires: index[j] < N^level for every j < d.
std::uint64_t cell_of_index(const CellIndex &index, std::size_t d, int N, int level);

} // namespace layercert
