#include "ridge_integrals.hpp"

#include "cells.hpp"
#include "singular_models.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"

#include <algorithm>
#include <cmath>

namespace layercert {

namespace {

// The sides of a cell, outward or inward where k / N^l is no double: a larger box has the larger density.
std::vector<Interval> sides_of_cell(const CellIndex &index, std::size_t d, double cells, bool outward) {
  std::vector<Interval> sides;
  for (std::size_t j = 0; j < d; ++j) {
    const auto k = static_cast<double>(index[j]);
    const Interval first = Interval(k) / Interval(cells);
    const Interval last = Interval(k + 1) / Interval(cells);
    sides.emplace_back(outward ? first.lower() : first.upper(), outward ? last.upper() : last.lower());
  }
  return sides;
}

// |g - v|^p w over a box of one cell.
class WeightedBounder {
public:
  WeightedBounder(const Exponent &p, const std::vector<RidgeDensity> &outer,
                  const std::vector<RidgeDensity> &inner, Modeller model)
      : p_(p), outer_(outer), inner_(inner), model_(std::move(model)), models_(kModelBatch) {}

  void operator()(std::span<const Box> boxes, std::span<IntegralBounds> bounds,
                  std::span<std::uint8_t> directions) {
    model_(boxes, std::span(models_).first(boxes.size()));
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      bounds[i] = bound(boxes[i], models_[i]);
      directions[i] = 0;
    }
  }

private:
  IntegralBounds bound(const Box &box, const LocalModel &model) const {
    const double from = box.lower[0];
    const double to = box.upper[0];
    const RidgeDensity &outer = outer_[box.cell];
    const RidgeDensity &inner = inner_[box.cell];
    const double most = outer.upper(from, to);
    if (most == 0) {
      return {0, 0};
    }
    const IntegralBounds plain = integral_of_power(p_, 1, box, model);
    const double least = inner.bounds(from, to).lower();
    IntegralBounds result = weighted(plain, {least, most});
    const Interval size = abs_range(model.range);
    if (!bounded(size) || !outer.linear(from, to) || !inner.linear(from, to)) {
      return result;
    }
    const Interval powers = p_.power(size);
    const double middle = from / 2 + to / 2;
    const double width = sub_up(to, from);
    const double spread = mul_up(mul_up(sub_up(most, least), sub_up(powers.upper(), powers.lower())), width);
    const double odd = spread / 8;
    const auto off = [&](const RidgeDensity &density) {
      return add_up(odd, mul_up(plain.upper, rounding_of(density, middle)));
    };
    result.upper =
        least_upper(result.upper, add_up(mul_up(plain.upper, outer.upper(middle, middle)), off(outer)));
    result.lower = largest_lower(
        result.lower, sub_down(mul_down(plain.lower, inner.bounds(middle, middle).lower()), off(inner)));
    return result;
  }
  // How far the density at the exact middle may be from that at the rounded one.
  static double rounding_of(const RidgeDensity &density, double middle) {
    const double below = std::nextafter(middle, 0.0);
    const double above = std::nextafter(middle, 1.0);
    const Interval near = density.bounds(below, above);
    return sub_up(near.upper(), near.lower());
  }

  const Exponent &p_;
  const std::vector<RidgeDensity> &outer_; // by cell
  const std::vector<RidgeDensity> &inner_;
  Modeller model_;
  std::vector<LocalModel> models_;
};

} // namespace

CellIntegrals ridge_cell_integrals(const Ridge &ridge, const Exponent &p, int N, int level,
                                   const std::vector<Interval> &values, const Refinement &refinement) {
  assert_upward();
  const std::size_t d = ridge.a.size();
  const auto cells = static_cast<double>(cells_along_axis(N, level));
  std::vector<RidgeDensity> outer;
  std::vector<RidgeDensity> inner;
  std::vector<Box> boxes;
  for (std::size_t k = 0; k < values.size(); ++k) {
    const CellIndex index = index_of_cell(k, d, N, level);
    outer.emplace_back(ridge, sides_of_cell(index, d, cells, true));
    inner.emplace_back(ridge, sides_of_cell(index, d, cells, false));
    const auto [from, to] = outer.back().support();
    double last = from;
    std::vector<double> ends = outer.back().knots();
    ends.push_back(to);
    for (const double end : ends) {
      const double next = std::min(end, to);
      if (next > last) {
        boxes.push_back({{last}, {next}, k});
        last = next;
      }
    }
  }
  const auto value_of = [&](const Box &box) { return values[box.cell]; };
  const ModellerFactory models = singular_function_modeller(p, ridge.g, 1, value_of);
  const IntegralResult integral = integrate_by(
      BoxList(1, boxes), [&]() -> Bounder { return WeightedBounder(p, outer, inner, models()); }, kModelBatch,
      refinement);
  CellIntegrals result;
  result.lower = integral.lower;
  result.upper = integral.upper;
  result.overlap_integral_upper = 0;
  result.boxes = integral.boxes.size();
  result.share_upper = shares_of(integral, {0, values.size()});
  return result;
}

} // namespace layercert
