#include "size_about.hpp"

#include "cells.hpp"

#include "function/expression_evaluator.hpp"
#include "layercert/numeric/rounding_scope.hpp"

#include <algorithm>
#include <cmath>

namespace layercert {

namespace {

// For p = 1000 the largest of so many values is near enough to the supremum of smooth functions, and it takes
// a few milliseconds.
constexpr std::size_t kPoints = 1 << 14;
constexpr std::size_t kMostSampledCells = 1 << 12;
constexpr double kMargin = 1.0 / 1024; // of a side: at its very end, another cell or a jump may begin

std::size_t points_a_side(std::size_t points, std::size_t d) {
  const double root = std::pow(static_cast<double>(points), 1.0 / static_cast<double>(d)) + 1e-9;
  return std::max<std::size_t>(2, static_cast<std::size_t>(root));
}

// Calls visit(x) for a grid of points from end to end of a box.
template <class Visit>
void for_points(const std::vector<double> &lower, const std::vector<double> &width, std::size_t points,
                const Visit &visit) {
  const std::size_t d = lower.size();
  const std::size_t side = points_a_side(points, d);
  std::size_t count = 1;
  for (std::size_t j = 0; j < d; ++j) {
    count *= side;
  }
  std::vector<double> x(d);
  for (std::size_t i = 0; i < count; ++i) {
    std::size_t rest = i;
    for (std::size_t j = 0; j < d; ++j, rest /= side) {
      const double part = static_cast<double>(rest % side) / static_cast<double>(side - 1);
      x[j] = lower[j] + width[j] * (kMargin + (1 - 2 * kMargin) * part);
    }
    visit(x);
  }
}

void raise(double &largest, double value) { // by a finite one
  const double size = std::fabs(value);
  if (std::isfinite(size)) {
    largest = std::max(largest, size);
  }
}

} // namespace

double size_on_cells(const Expression &f, std::size_t dimension, int N, int level,
                     const std::vector<Interval> &values) {
  const NearestScope nearest;
  const auto d = dimension;
  const std::size_t step = (values.size() + kMostSampledCells - 1) / kMostSampledCells;
  const std::size_t points = std::max<std::size_t>(2, kPoints / std::min(values.size(), kMostSampledCells));
  const double side = 1 / static_cast<double>(cells_along_axis(N, level));
  const std::vector<double> width(d, side);
  ExpressionEvaluator evaluator(f, dimension);
  std::vector<double> lower(d);
  double largest = 0;
  for (std::size_t k = 0; k < values.size(); k += step) {
    const CellIndex index = index_of_cell(k, dimension, N, level);
    for (std::size_t j = 0; j < d; ++j) {
      lower[j] = static_cast<double>(index[j]) * side;
    }
    const double value = values[k].lower() / 2 + values[k].upper() / 2;
    for_points(lower, width, points,
               [&](const std::vector<double> &x) { raise(largest, evaluator.sample(x) - value); });
  }
  return largest;
}

double size_of_difference(const Expression &f, const std::vector<double> &h) {
  const NearestScope nearest;
  std::vector<double> lower;
  std::vector<double> width;
  for (const double x : h) {
    lower.push_back(std::max(0.0, -x));
    width.push_back(1 - std::fabs(x));
  }
  ExpressionEvaluator evaluator(f, static_cast<int>(h.size()));
  std::vector<double> moved(h.size());
  double largest = 0;
  for_points(lower, width, kPoints, [&](const std::vector<double> &x) {
    std::transform(x.begin(), x.end(), h.begin(), moved.begin(), [](double a, double b) { return a + b; });
    raise(largest, evaluator.sample(moved) - evaluator.sample(x));
  });
  return largest;
}

} // namespace layercert
