#include "cells.hpp"

#include "layercert/numeric/rounding_scope.hpp"

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>

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
  if (std::has_single_bit(base)) { // a division of each digit would take longer than what is done with a cell
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

BoxList cells_of_level(std::size_t d, int N, int level) {
  return cells_of_level(d, N, level, {0, cells_in_cube(d, N, level)});
}

BoxList cells_of_level(std::size_t d, int N, int level, const CellRange &range) {
  const auto side = static_cast<double>(cells_along_axis(N, level)); // below 2^53: its cells fit in memory
  BoxList boxes(d, range.size());
  oneapi::tbb::parallel_for(oneapi::tbb::blocked_range<std::uint64_t>(0, boxes.size(), 1024),
                            [&](const auto &part) {
                              const UpwardScope upward;
                              for (std::uint64_t i = part.begin(); i < part.end(); ++i) {
                                const std::uint64_t k = range.first + i;
                                const CellIndex index = index_of_cell(k, d, N, level);
                                Box box;
                                box.cell = k;
                                for (std::size_t j = 0; j < d; ++j) {
                                  box.lower[j] = div_down(static_cast<double>(index[j]), side);
                                  box.upper[j] = div_up(static_cast<double>(index[j] + 1), side);
                                }
                                boxes.set(i, box);
                              }
                            });
  return boxes;
}

Box unit_cube(std::size_t d) {
  Box box;
  for (std::size_t j = 0; j < d; ++j) {
    box.upper[j] = 1;
  }
  return box;
}

} // namespace layercert
