// The integral of |f - Phi_l|^p off the ramps, cell by cell.
#pragma once

#include "cells.hpp"
#include "integral.hpp"
#include "layercert/function/target.hpp"

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace layercert {

// At least the integral over a cell; infinite where nothing is known.
struct ShareOfCell {
  std::uint64_t cell = 0;
  double upper = 0;
};

// Integrals over the cells, and bounds of their sum.
struct CellIntegrals {
  double lower = 0; // of the sum over all cells, rounded outward as boxes
  double upper = 0;
  double overlap = 0; // measure by which these boxes exceed the cells
  // At least the integrals over what boxes have outside of their cells; infinite where nothing is known.
  double overlap_integral_upper = std::numeric_limits<double>::infinity();
  std::uint64_t boxes = 0;
  std::vector<double> share_upper; // at least the integral over each cell; infinite where nothing is known
  std::vector<ShareOfCell>
      largest; // in place of share_upper, where there are several blocks (cell_blocks.hpp)
};

// Of cells that are known exactly: they do not exceed the cube. Requires: an open UpwardScope.
CellIntegrals sum_over_cells(const std::vector<IntegralBounds> &cells);

// At least the integral over each cell of the range, whose parts the boxes are. Requires: an open UpwardScope.
std::vector<double> shares_of(const IntegralResult &integral, const CellRange &range);

// `values` enclose the readout on the cells of the level. `smooth`: in Taylor forms, which pay where much is
// asked of a bounded target without jumps. Requires: an open UpwardScope.
CellIntegrals cell_integrals(const Expression &f, std::size_t dimension, const Exponent &p, int N, int level,
                             const std::vector<Interval> &values, const Refinement &refinement, bool smooth);
CellIntegrals cell_integrals(const SampleTable &table, const Exponent &p, int N, int level,
                             const std::vector<Interval> &values);
// Of the cells of a range, whose readouts `values` enclose; the numbers of boxes that `refinement` allows are
// for the whole level, and shared out evenly.
CellIntegrals integrals_of(const Expression &f, std::size_t dimension, const Exponent &p, int N, int level,
                           const CellRange &range, std::span<const Interval> values,
                           const Refinement &refinement, bool smooth);
CellIntegrals integrals_of(const SampleTable &table, const Exponent &p, int N, int level,
                           const CellRange &range, std::span<const Interval> values);
// One of these; of a target with a remainder with g for f.
CellIntegrals cell_integrals(const Target &target, const Exponent &p, int N, int level,
                             const std::vector<Interval> &values, const Refinement &refinement, bool smooth);

} // namespace layercert
