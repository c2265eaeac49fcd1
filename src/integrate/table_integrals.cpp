#include "table_integrals.hpp"

#include "cells.hpp"

#include "function/grid_overlap.hpp"
#include "function/sample_intervals.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"
#include "numeric/stop_request.hpp"

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>

#include <algorithm>

namespace layercert {

// On what a cell shares with a sample f - Phi is constant; what they share is a box of whole units along each
// axis (grid_overlap.hpp).
std::vector<IntegralBounds> table_integrals(const SampleTable &table, const Exponent &p, int N, int level,
                                            std::span<const Interval> values, std::uint64_t first) {
  assert_upward();
  const std::size_t d = table.dimension;
  const std::uint64_t side = cells_along_axis(N, level);
  const GridOverlaps overlaps(side, table.sides);
  double pieces = 1; // of a cell
  Interval unit(1.0);
  for (std::size_t j = 0; j < d; ++j) {
    pieces *= std::max(1.0, static_cast<double>(table.sides[j]) / static_cast<double>(side));
    unit /= Interval(static_cast<std::int64_t>(overlaps.axes()[j].units()));
  }
  const SampleIntervals sample(table);
  const auto grain = static_cast<std::uint64_t>(std::max(1.0, 1024 / pieces));
  std::vector<IntegralBounds> result(values.size());
  oneapi::tbb::parallel_for(
      oneapi::tbb::blocked_range<std::uint64_t>(0, values.size(), grain), [&](const auto &range) {
        throw_if_stopped();
        const UpwardScope upward;
        prepare_mpfr_thread();
        for (std::uint64_t i = range.begin(); i < range.end(); ++i) {
          double lower = 0;
          double upper = 0;
          overlaps.for_each(index_of_cell(first + i, table.dimension, N, level),
                            [&](std::size_t place, std::span<const std::uint64_t> shared) {
                              double lower_units = 1; // exact below 2^53
                              double upper_units = 1;
                              for (std::size_t j = d; j-- > 0;) {
                                const auto length = static_cast<std::int64_t>(shared[j]);
                                lower_units = mul_down(lower_units, integer_down(length));
                                upper_units = mul_up(upper_units, integer_up(length));
                              }
                              const Interval power = p.power(abs_range(sample(place) - values[i]));
                              lower = add_down(lower, mul_down(power.lower(), lower_units));
                              upper = add_up(upper, mul_up(power.upper(), upper_units));
                            });
          result[i] = {mul_down(lower, unit.lower()), mul_up(upper, unit.upper())};
        }
      });
  return result;
}

double table_size_on_cells(const SampleTable &table, int N, int level, const std::vector<Interval> &values) {
  assert_upward();
  const GridOverlaps overlaps(cells_along_axis(N, level), table.sides);
  const SampleIntervals sample(table);
  double largest = 0;
  for (std::uint64_t k = 0; k < values.size(); ++k) {
    overlaps.for_each(index_of_cell(k, table.dimension, N, level),
                      [&](std::size_t place, std::span<const std::uint64_t> /*shared*/) {
                        largest = largest_upper(largest, abs_range(sample(place) - values[k]).upper());
                      });
  }
  return largest;
}

double table_sup_upper(const SampleTable &table, const Interval &c) {
  assert_upward();
  double sup = 0;
  const SampleIntervals sample(table);
  for (std::size_t i = 0; i < table.size(); ++i) {
    sup = largest_upper(sup, abs_range(sample(i) - c).upper());
  }
  return sup;
}

} // namespace layercert
