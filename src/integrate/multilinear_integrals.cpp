#include "multilinear_integrals.hpp"

#include "cells.hpp"
#include "in_parallel.hpp"

#include "function/grid_overlap.hpp"
#include "function/sample_intervals.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/elementary.hpp"

#include <algorithm>

namespace layercert {

namespace {

Interval interval_of(std::uint64_t n) { return Interval(static_cast<std::int64_t>(n)); }

// What a cell shares with a patch is a box on which f is a product of affine functions, one of each
// coordinate, added up. With t_j in [-1, 1] over the box it is sum_S c_S prod_{j in S} t_j over sets S of
// coordinates, and the mean of its square is sum_S c_S^2 / 3^|S|: a sum of squares.
class PatchPart {
public:
  PatchPart(const SampleTable &table, const GridOverlaps &patches, double unit)
      : table_(table), patches_(patches), sample_(table), unit_(unit), d_(table.dimension) {
    Interval thirds(1.0);
    for (std::size_t size = 0; size <= d_; ++size, thirds /= Interval(3.0)) {
      thirds_.push_back(thirds);
    }
  }

  // The mean of ((f - c) / unit)^2 over what the cell shares with the patch. `c_S` is scratch.
  Interval mean_square(const CellIndex &cell, std::size_t patch, const Interval &c,
                       std::vector<Interval> &c_S) const {
    std::size_t corner = 0; // the sample at the patch's least corner
    std::size_t step = 1;
    std::array<std::size_t, kMostDimensions> steps;
    std::array<std::uint64_t, kMostDimensions> index;
    for (std::size_t j = 0; j < d_; ++j) {
      const auto count = static_cast<std::size_t>(table_.sides[j] - 1);
      index[j] = patch % count;
      patch /= count;
      steps[j] = step;
      corner += index[j] * step;
      step *= count + 1;
    }
    c_S.resize(std::size_t{1} << d_);
    for (std::size_t S = 0; S < c_S.size(); ++S) {
      std::size_t at = corner;
      for (std::size_t j = 0; j < d_; ++j) {
        at += (S >> j & 1U) != 0 ? steps[j] : 0;
      }
      c_S[S] = sample_(at);
    }
    for (std::size_t j = 0; j < d_; ++j) {
      const GridOverlap &axis = patches_.axes()[j];
      const std::uint64_t length = axis.length_of_sample();
      const std::uint64_t from = axis.from(cell[j], index[j]);
      const std::uint64_t shared = axis.shared(cell[j], index[j]);
      const Interval middle = interval_of(2 * from + shared) / interval_of(2 * length); // in the patch
      const Interval half = interval_of(shared) / interval_of(2 * length);
      const std::size_t bit = std::size_t{1} << j;
      for (std::size_t S = 0; S < c_S.size(); ++S) {
        if ((S & bit) == 0) {
          const Interval rise = c_S[S | bit] - c_S[S];
          c_S[S] += rise * middle;
          c_S[S | bit] = rise * half;
        }
      }
    }
    c_S[0] -= c;
    Interval mean(0.0);
    for (std::size_t S = 0; S < c_S.size(); ++S) {
      const Interval size = abs_range(c_S[S] / unit_);
      mean += size * size * thirds_[static_cast<std::size_t>(__builtin_popcountll(S))];
    }
    return mean;
  }

private:
  const SampleTable &table_;
  const GridOverlaps &patches_;
  SampleIntervals sample_;
  Interval unit_;
  std::size_t d_;
  std::vector<Interval> thirds_; // 3^-n
};

} // namespace

CellIntegrals multilinear_cell_integrals(const SampleTable &table, int N, int level,
                                         std::span<const Interval> values, double unit) {
  return multilinear_integrals_of(table, N, level, values, unit, 0);
}

CellIntegrals multilinear_integrals_of(const SampleTable &table, int N, int level,
                                       std::span<const Interval> values, double unit, std::uint64_t first) {
  assert_upward();
  constexpr std::size_t kBlock = 64; // of cells, for a task
  std::vector<int> counts;           // of patches
  for (const int side : table.sides) {
    counts.push_back(side - 1);
  }
  const GridOverlaps patches(cells_along_axis(N, level), counts);
  const PatchPart part(table, patches, unit);
  Interval volume_of_unit(1.0);
  for (const GridOverlap &axis : patches.axes()) {
    volume_of_unit /= interval_of(axis.units());
  }
  std::vector<IntegralBounds> cells(values.size());
  in_parallel((values.size() + kBlock - 1) / kBlock, [&](std::size_t block) {
    std::vector<Interval> scratch;
    for (std::size_t k = block * kBlock; k < std::min(values.size(), (block + 1) * kBlock); ++k) {
      const CellIndex cell = index_of_cell(first + k, table.dimension, N, level);
      Interval sum(0.0);
      patches.for_each(cell, [&](std::size_t patch, std::span<const std::uint64_t> shared) {
        Interval volume(1.0);
        for (const std::uint64_t length : shared) {
          volume *= interval_of(length);
        }
        sum += part.mean_square(cell, patch, values[k], scratch) * volume;
      });
      sum *= volume_of_unit;
      cells[k] = {sum.lower(), sum.upper()};
    }
  });
  return sum_over_cells(cells);
}

} // namespace layercert
