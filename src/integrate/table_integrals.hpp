// Integrals of |f - c|^p over the cells of a level for a table of samples: finite sums, no subdivision.
#pragma once

#include "box_bounds.hpp"
#include "layercert/function/sample_table.hpp"
#include "layercert/numeric/interval.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace layercert {

// For each cell k of the level from `first` on, two-sided bounds of the integral of |f - values[k - first]|^p
// over it, in the unit of p. Level 0 is the whole cube. The table's sides and N^level may be any numbers.
// Requires: an open UpwardScope.
std::vector<IntegralBounds> table_integrals(const SampleTable &table, const Exponent &p, int N, int level,
                                            std::span<const Interval> values, std::uint64_t first = 0);

// About the largest |f - values[k]|, for a unit: no bound. Requires: an open UpwardScope.
double table_size_on_cells(const SampleTable &table, int N, int level, const std::vector<Interval> &values);

// An upper bound of sup |f - c|.
double table_sup_upper(const SampleTable &table, const Interval &c);

} // namespace layercert
