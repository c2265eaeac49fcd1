// The cells of a level as boxes.
#pragma once

#include "box_list.hpp"

#include "function/cell_index.hpp"
#include "layercert/network/level_values.hpp"

namespace layercert {

static_assert(kMaxDimension == kMostDimensions);

// Rounded outward where k / N^l is no double.
BoxList cells_of_level(std::size_t d, int N, int level);
BoxList cells_of_level(std::size_t d, int N, int level, const CellRange &range);

Box unit_cube(std::size_t d);

} // namespace layercert
