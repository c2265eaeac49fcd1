#include "cell_pictures.hpp"

#include "integrate/cells.hpp"

#include "function/expression_evaluator.hpp"
#include "layercert/numeric/rounding_scope.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace layercert {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

constexpr std::size_t kLargestSide = 256; // of a picture
constexpr std::size_t kExpressionSide = 128;
constexpr std::size_t kStretches = 256; // of the graph of a target
constexpr std::size_t kPointsAStretch = 8;
constexpr std::size_t kMostPieces = 512; // of the graph of a readout

} // namespace

CellPictures::CellPictures(const ReportInput &input)
    : input_(input), parameters_(extract_parameters(input.network, input.network_file)) {
  const UpwardScope upward;
  values_ = decode_levels(parameters_, input.network_file);
  find_ranges();
}

CellPictures::Value CellPictures::target_sampler() const {
  if (!input_.target.is_table()) {
    const auto evaluator =
        std::make_shared<ExpressionEvaluator>(input_.target.expression(), input_.target.dimension);
    return [evaluator](const std::vector<double> &point) { return evaluator->sample(point); };
  }
  return [&table = input_.target.table()](const std::vector<double> &point) {
    std::size_t index = 0;
    for (std::size_t j = point.size(); j-- > 0;) {
      const auto side = static_cast<std::size_t>(table.sides[j]);
      const auto at = static_cast<std::size_t>(point[j] * static_cast<double>(side));
      index = index * side + std::min(at, side - 1);
    }
    return table.nearest(index);
  };
}

bool CellPictures::runs_down() const { return input_.target.samples() != nullptr; }

std::vector<double> CellPictures::point_of_square(std::size_t column, std::size_t row,
                                                  std::size_t side) const {
  const auto middle = [&](std::size_t i) {
    return (static_cast<double>(i) + 0.5) / static_cast<double>(side);
  };
  std::vector<double> point(static_cast<std::size_t>(input_.instance.dimension), 0.5);
  point[0] = middle(column);
  point[1] = middle(runs_down() ? row : side - 1 - row);
  return point;
}

Raster CellPictures::raster_of(std::size_t side, const Value &value) const {
  Raster raster{side, {}};
  raster.values.reserve(side * side);
  for (std::size_t row = 0; row < side; ++row) {
    for (std::size_t column = 0; column < side; ++column) {
      raster.values.push_back(value(point_of_square(column, row, side)));
    }
  }
  return raster;
}

Raster CellPictures::target() const {
  const std::size_t side =
      input_.target.is_table()
          ? std::min(kLargestSide, static_cast<std::size_t>(std::max(input_.target.table().sides[0],
                                                                     input_.target.table().sides[1])))
          : kExpressionSide;
  return raster_of(side, target_sampler());
}

Raster CellPictures::readout(int level) const {
  const std::uint64_t cells = cells_along_axis(input_.instance.N, level);
  return raster_of(static_cast<std::size_t>(std::min<std::uint64_t>(kLargestSide, cells)),
                   readout_sampler(level));
}

Raster CellPictures::difference(int level) const {
  const Value target = target_sampler();
  const Value readout = readout_sampler(level);
  const std::uint64_t cells = cells_along_axis(input_.instance.N, level);
  const auto side = static_cast<std::size_t>(std::clamp<std::uint64_t>(cells, kExpressionSide, kLargestSide));
  return raster_of(side, [&](const std::vector<double> &x) { return target(x) - readout(x); });
}

CellPictures::Value CellPictures::readout_sampler(int level) const {
  const int d = input_.instance.dimension;
  const int N = input_.instance.N;
  const auto cells = static_cast<double>(cells_along_axis(N, level));
  return [=, values = &values_.values[static_cast<std::size_t>(level)]](const std::vector<double> &x) {
    CellIndex index{};
    for (std::size_t j = 0; j < x.size(); ++j) {
      index[j] = static_cast<std::uint64_t>(std::min(x[j] * cells, cells - 1));
    }
    const Interval &value = (*values)[cell_of_index(index, d, N, level)];
    return value.lower() / 2 + value.upper() / 2;
  };
}

// Along x0, through the middle of the cube.
std::vector<CellPictures::Stretch> CellPictures::along_the_middle(const Value &value,
                                                                  std::size_t stretches) const {
  std::vector<double> point(static_cast<std::size_t>(input_.instance.dimension), 0.5);
  std::vector<Stretch> line;
  for (std::size_t i = 0; i < stretches; ++i) {
    Stretch stretch{static_cast<double>(i) / static_cast<double>(stretches), kNaN, kNaN};
    for (std::size_t k = 0; k < kPointsAStretch; ++k) {
      const double inside = (static_cast<double>(k) + 0.5) / kPointsAStretch;
      point[0] = (static_cast<double>(i) + inside) / static_cast<double>(stretches);
      if (const double y = value(point); std::isfinite(y)) {
        stretch.least = std::fmin(stretch.least, y);
        stretch.most = std::fmax(stretch.most, y);
      }
    }
    line.push_back(stretch);
  }
  return line;
}

std::vector<CellPictures::Stretch> CellPictures::target_line() const {
  return along_the_middle(target_sampler(), kStretches);
}

std::vector<CellPictures::Stretch> CellPictures::difference_line(int level) const {
  const Value target = target_sampler();
  const Value readout = readout_sampler(level);
  return along_the_middle([&](const std::vector<double> &x) { return target(x) - readout(x); }, kMostPieces);
}

std::vector<CellPictures::Piece> CellPictures::readout_line(int level) const {
  const std::uint64_t pieces =
      std::min<std::uint64_t>(kMostPieces, cells_along_axis(input_.instance.N, level));
  const Value readout = readout_sampler(level);
  std::vector<double> point(static_cast<std::size_t>(input_.instance.dimension), 0.5);
  std::vector<Piece> line;
  for (std::uint64_t i = 0; i < pieces; ++i) {
    point[0] = (static_cast<double>(i) + 0.5) / static_cast<double>(pieces);
    line.push_back({static_cast<double>(i) / static_cast<double>(pieces), readout(point)});
  }
  return line;
}

double CellPictures::find_largest_difference(int level) const {
  double largest = 0;
  const auto include = [&](double value) {
    largest = std::isfinite(value) ? std::max(largest, std::fabs(value)) : largest;
  };
  if (input_.instance.dimension == 1) {
    for (const Stretch &stretch : difference_line(level)) {
      include(stretch.least);
      include(stretch.most);
    }
  } else {
    for (const double value : difference(level).values) {
      include(value);
    }
  }
  return largest;
}

void CellPictures::find_ranges() {
  value_range_ = range_of_values();
  for (int level = 1; level <= input_.network.depth; ++level) {
    largest_differences_.push_back(find_largest_difference(level));
  }
  difference_range_ = *std::max_element(largest_differences_.begin(), largest_differences_.end());
  const auto [least, most] = value_range_; // a pole would hide all the rest
  if (most > least) {
    difference_range_ = std::min(difference_range_, most - least);
  }
}

std::pair<double, double> CellPictures::range_of_values() const {
  std::vector<double> finest;
  for (const Interval &value : values_.values[static_cast<std::size_t>(input_.network.depth)]) {
    finest.push_back(value.lower() / 2 + value.upper() / 2);
  }
  double least = *std::min_element(finest.begin(), finest.end());
  double most = *std::max_element(finest.begin(), finest.end());
  const double reach = (most - least) / 2;
  const double lowest = least - reach;
  const double highest = most + reach;
  const auto include = [&](double value) {
    if (std::isfinite(value)) {
      least = std::min(least, std::max(value, lowest));
      most = std::max(most, std::min(value, highest));
    }
  };
  if (input_.instance.dimension == 1) {
    for (const Stretch &stretch : target_line()) {
      include(stretch.least);
      include(stretch.most);
    }
  } else {
    for (const double value : target().values) {
      include(value);
    }
  }
  return {least, most};
}

} // namespace layercert
