#include "cell_index.hpp"

#include <bit>

namespace layercert {

std::uint64_t cells_along_axis(int N, int level) {
  std::uint64_t side = 1;
  for (int m = 0; m < level; ++m) {
    side *= static_cast<std::uint64_t>(N);
  }
  return side;
}

std::uint64_t cells_in_cube(std::size_t d, int N, int level) {
  std::uint64_t cells = 1;
  for (std::size_t j = 0; j < d; ++j) {
    cells *= cells_along_axis(N, level);
  }
  return cells;
}

CellIndex index_of_cell(std::uint64_t cell, std::size_t d, int N, int level) {
  CellIndex index{};
  const auto base = static_cast<std::uint64_t>(N);
  if (std::has_single_bit(base)) {
    const int bits = std::countr_zero(base);
    for (int m = 0; m < level; ++m) {
      for (std::size_t j = 0; j < d; ++j, cell >>= bits) {
        index[j] = index[j] << bits | (cell & (base - 1));
      }
    }
    return index;
  }
  for (int m = 0; m < level; ++m) {
    for (std::size_t j = 0; j < d; ++j, cell /= base) {
      index[j] = index[j] * base + cell % base;
    }
  }
  return index;
}

std::uint64_t cell_of_index(const CellIndex &index, std::size_t d, int N, int level) {
  const auto base = static_cast<std::uint64_t>(N);
  CellIndex rest = index;
  std::uint64_t cell = 0;
  for (int m = level; m >= 1;
       --m) { // the digit of level m is the m-th most significant one, and i = (m-1) d + j
    for (std::size_t j = d; j-- > 0;) {
      cell = cell * base + rest[j] % base;
      rest[j] /= base;
    }
  }
  return cell;
}

} // namespace layercert
