// The integral of |f - Phi_l|^2 for samples with multilinear interpolation, exact up to rounding.
#pragma once

#include "cell_integrals.hpp"

namespace layercert {

// Of every cell and their sum, in squares of `unit`; `values` enclose the readout on the cells of the level.
// Requires: table.sides[j] >= 2; an open UpwardScope.
CellIntegrals multilinear_cell_integrals(const SampleTable &table, int N, int level,
                                         std::span<const Interval> values, double unit = 1);
// Of the cells from `first` on, whose readouts `values` enclose.
CellIntegrals multilinear_integrals_of(const SampleTable &table, int N, int level,
                                       std::span<const Interval> values, double unit, std::uint64_t first);

} // namespace layercert
