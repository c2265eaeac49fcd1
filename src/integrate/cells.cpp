#include "cells.hpp"

#include "layercert/numeric/rounding_scope.hpp"

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>

namespace layercert {

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
