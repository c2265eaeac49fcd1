#include "cell_integrals.hpp"

#include "cell_blocks.hpp"
#include "jump_bounders.hpp"
#include "models.hpp"
#include "singular_models.hpp"
#include "table_integrals.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/elementary.hpp"
#include "smooth_integral.hpp"

#include <algorithm>

namespace layercert {

namespace {

// The ends of a cell are rounded outward to doubles of at most 1, each by less than 2^-53: of a part of its
// box, so much of a side lies outside.
constexpr double kMostOutside = 0x1p-52;

// By the supremum on each part. That of the whole cube, to a large power, would take away all of the lower
// bound.
double integral_outside_upper(const Expression &f, std::size_t dimension, const Exponent &p,
                              const BoxList &boxes, const std::function<Interval(const Box &)> &value_of) {
  const Modeller model = function_modeller(f, dimension, value_of)();
  LocalModel on_box;
  double sum = 0;
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    const Box box = boxes[i];
    model(std::span(&box, 1), std::span(&on_box, 1));
    const double measure = volume(dimension, box).upper();
    double outside = 0;
    for (std::size_t j = 0; j < dimension; ++j) {
      outside = add_up(outside, div_up(mul_up(measure, kMostOutside), sub_down(box.upper[j], box.lower[j])));
    }
    sum = add_up(sum, mul_up(p.power_upper(abs_range(on_box.range).upper()), outside));
  }
  return sum;
}

// most * size / all, rounded down.
std::size_t part_of(std::size_t most, std::uint64_t size, std::uint64_t all) {
  const mpz_class product = mpz_class(most) * mpz_class(size);
  return mpz_class(product / mpz_class(all)).get_ui();
}

} // namespace

CellIntegrals sum_over_cells(const std::vector<IntegralBounds> &cells) {
  assert_upward();
  CellIntegrals result;
  result.share_upper.reserve(cells.size());
  for (const IntegralBounds &cell : cells) {
    result.lower = add_down(result.lower, cell.lower);
    result.upper = add_up(result.upper, cell.upper);
    result.share_upper.push_back(cell.upper);
  }
  result.boxes = cells.size();
  return result;
}

std::vector<double> shares_of(const IntegralResult &integral, const CellRange &range) {
  assert_upward();
  std::vector<double> result(range.size());
  for (std::size_t i = 0; i < integral.boxes.size(); ++i) {
    double &share = result[integral.boxes.cell(i) - range.first];
    share = add_up(share, integral.bounds[i].upper);
  }
  return result;
}

CellIntegrals cell_integrals(const SampleTable &table, const Exponent &p, int N, int level,
                             const std::vector<Interval> &values) {
  const std::span all(values);
  return sum_of_blocks(BlocksHere().of_all(values.size(), p.unit(), [&](const CellRange &block) {
    return integrals_of(table, p, N, level, block, all.subspan(block.first, block.size()));
  }));
}

CellIntegrals integrals_of(const SampleTable &table, const Exponent &p, int N, int level,
                           const CellRange &range, std::span<const Interval> values) {
  return sum_over_cells(table_integrals(table, p, N, level, values, range.first));
}

CellIntegrals cell_integrals(const Expression &f, std::size_t dimension, const Exponent &p, int N, int level,
                             const std::vector<Interval> &values, const Refinement &refinement, bool smooth) {
  const std::span all(values);
  return sum_of_blocks(BlocksHere().of_all(values.size(), p.unit(), [&](const CellRange &block) {
    return integrals_of(f, dimension, p, N, level, block, all.subspan(block.first, block.size()), refinement,
                        smooth);
  }));
}

CellIntegrals integrals_of(const Expression &f, std::size_t dimension, const Exponent &p, int N, int level,
                           const CellRange &range, std::span<const Interval> values,
                           const Refinement &of_level, bool smooth) {
  assert_upward();
  const std::size_t d = dimension;
  const std::uint64_t all_cells = cells_in_cube(d, N, level);
  const Refinement refinement{of_level.relative_gap, part_of(of_level.most_boxes, range.size(), all_cells)};
  CellIntegrals result;
  BoxList cells = cells_of_level(d, N, level, range);
  double covered = 0;
  for (std::size_t k = 0; k < cells.size(); ++k) {
    covered = add_up(covered, volume(d, cells[k]).upper());
  }
  const double measure_lower = div_down(static_cast<double>(range.size()), static_cast<double>(all_cells));
  result.overlap = std::max(0.0, sub_up(covered, measure_lower));
  const auto value_of = [&](const Box &box) { return values[box.cell - range.first]; };
  const IntegralResult integral =
      has_jumps(f)
          ? integrate_by(std::move(cells), jump_function_bounder(p, f, d, value_of), kModelBatch, refinement)
      : smooth ? integrate_smooth(p, f, d, value_of, std::move(cells), refinement)
               : integrate(p, d, std::move(cells), singular_function_modeller(p, f, d, value_of), refinement);
  result.lower = integral.lower;
  result.upper = integral.upper;
  result.boxes = integral.boxes.size();
  if (result.overlap > 0 && p.is_large()) {
    result.overlap_integral_upper = integral_outside_upper(f, d, p, integral.boxes, value_of);
  }
  result.share_upper = shares_of(integral, range);
  return result;
}

CellIntegrals cell_integrals(const Target &target, const Exponent &p, int N, int level,
                             const std::vector<Interval> &values, const Refinement &refinement, bool smooth) {
  return target.is_table()
             ? cell_integrals(target.table(), p, N, level, values)
             : cell_integrals(target.expression(), target.dimension, p, N, level, values, refinement, smooth);
}

} // namespace layercert
