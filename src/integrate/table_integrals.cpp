#include "table_integrals.hpp"

#include "cells.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/elementary.hpp"

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <cassert>

namespace layercert {

std::vector<IntegralBounds> table_integrals(const SampleTable &table, const Exponent &p, int N, int level,
                                            const std::vector<Interval> &values) {
  assert_upward();
  const std::size_t d = static_cast<std::size_t>(table.dimension);
  const std::uint64_t side = cells_along_axis(N, level);
  const auto samples = static_cast<std::uint64_t>(table.side);
  const std::uint64_t fine = std::max(side, samples); // the grid on which f - Phi is constant
  const std::uint64_t in_cell = fine / side;          // of its steps a cell has so many along each axis
  const std::uint64_t in_sample = fine / samples;
  assert(fine % side == 0 && fine % samples == 0); // samples and cells nest: require_power_side
  std::uint64_t pieces = 1;
  Interval measure(1.0);
  for (std::size_t j = 0; j < d; ++j) {
    pieces *= in_cell;
    measure /= Interval(static_cast<double>(fine));
  }
  const Interval scale = Interval(1.0) / Interval(table.denominator);
  std::vector<IntegralBounds> result(values.size());
  oneapi::tbb::parallel_for(
      oneapi::tbb::blocked_range<std::uint64_t>(0, values.size(), std::max<std::uint64_t>(1, 1024 / pieces)),
      [&](const auto &range) {
        const UpwardScope upward;
        prepare_mpfr_thread();
        for (std::uint64_t k = range.begin(); k < range.end(); ++k) {
          const CellIndex index = index_of_cell(k, table.dimension, N, level);
          double lower = 0;
          double upper = 0;
          for (std::uint64_t piece = 0; piece < pieces; ++piece) {
            std::uint64_t rest = piece;
            std::uint64_t sample = 0;
            std::uint64_t stride = 1;
            for (std::size_t j = 0; j < d; ++j) {
              sample += stride * ((index[j] * in_cell + rest % in_cell) / in_sample);
              rest /= in_cell;
              stride *= samples;
            }
            const Interval difference = Interval(table.numerators[sample]) * scale - values[k];
            const Interval power = p.power(abs_range(difference));
            lower = add_down(lower, power.lower());
            upper = add_up(upper, power.upper());
          }
          result[k] = {mul_down(lower, measure.lower()), mul_up(upper, measure.upper())};
        }
      });
  return result;
}

double table_sup_upper(const SampleTable &table, const Interval &c) {
  assert_upward();
  double sup = 0;
  const Interval scale = Interval(1.0) / Interval(table.denominator);
  const auto [least, most] = std::minmax_element(table.numerators.begin(), table.numerators.end());
  for (const std::int64_t numerator : {*least, *most}) {
    sup = std::max(sup, abs_range(Interval(numerator) * scale - c).upper());
  }
  return sup;
}

} // namespace layercert
