#include "cell_pictures.hpp"

#include "integrate/cells.hpp"

#include "function/expression_evaluator.hpp"
#include "integrate/cell_integrals.hpp"
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

// For the shares: little effort, since only their sizes against each other are looked at.
constexpr double kShareGap = 0.05;
constexpr std::size_t kShareBoxes = 1 << 14;

// Of a grid of `cells` along an axis, the one that holds the middle of square i of `squares`.
std::uint64_t cell_at(std::uint64_t i, std::uint64_t squares, std::uint64_t cells) {
  return (2 * i + 1) * cells / (2 * squares);
}

} // namespace

CellPictures::CellPictures(const ReportInput &input)
    : input_(input), parameters_(extract_parameters(input.network, input.network_file)) {
  const UpwardScope upward;
  values_ = decode_levels(parameters_, input.network_file);
}

std::function<double(const std::vector<double> &)> CellPictures::target_sampler() const {
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

Raster CellPictures::target() const {
  Raster raster;
  raster.side =
      input_.target.is_table()
          ? std::min(kLargestSide, static_cast<std::size_t>(std::max(input_.target.table().sides[0],
                                                                     input_.target.table().sides[1])))
          : kExpressionSide;
  const bool down = input_.target.samples() != nullptr;
  const auto sample = target_sampler();
  std::vector<double> point(static_cast<std::size_t>(input_.instance.dimension), 0.5);
  const auto middle = [&](std::size_t i) {
    return (static_cast<double>(i) + 0.5) / static_cast<double>(raster.side);
  };
  for (std::size_t row = 0; row < raster.side; ++row) {
    point[1] = middle(down ? row : raster.side - 1 - row);
    for (std::size_t column = 0; column < raster.side; ++column) {
      point[0] = middle(column);
      raster.values.push_back(sample(point));
    }
  }
  return raster;
}

Raster CellPictures::on_cells(int level, const std::vector<double> &values) const {
  const int d = input_.instance.dimension;
  const int N = input_.instance.N;
  const std::uint64_t cells = cells_along_axis(N, level);
  Raster raster;
  raster.side = static_cast<std::size_t>(std::min<std::uint64_t>(kLargestSide, cells));
  const bool down = input_.target.samples() != nullptr;
  CellIndex index{};
  index.fill(cells / 2); // the cell that begins at 1/2 or holds it
  for (std::size_t row = 0; row < raster.side; ++row) {
    index[1] = cell_at(down ? row : raster.side - 1 - row, raster.side, cells);
    for (std::size_t column = 0; column < raster.side; ++column) {
      index[0] = cell_at(column, raster.side, cells);
      raster.values.push_back(values[cell_of_index(index, d, N, level)]);
    }
  }
  return raster;
}

std::vector<double> CellPictures::readout_values(int level) const {
  std::vector<double> values;
  for (const Interval &value : values_.values[static_cast<std::size_t>(level)]) {
    values.push_back(value.lower() / 2 + value.upper() / 2);
  }
  return values;
}

Raster CellPictures::readout(int level) const { return on_cells(level, readout_values(level)); }

std::vector<CellPictures::Stretch> CellPictures::target_line() const {
  const auto sample = target_sampler();
  std::vector<Stretch> line;
  for (std::size_t i = 0; i < kStretches; ++i) {
    Stretch stretch{static_cast<double>(i) / kStretches, kNaN, kNaN};
    for (std::size_t k = 0; k < kPointsAStretch; ++k) {
      const double inside = (static_cast<double>(k) + 0.5) / kPointsAStretch;
      const double value = sample({(static_cast<double>(i) + inside) / kStretches});
      if (std::isfinite(value)) {
        stretch.least = std::fmin(stretch.least, value);
        stretch.most = std::fmax(stretch.most, value);
      }
    }
    line.push_back(stretch);
  }
  return line;
}

std::vector<CellPictures::Piece> CellPictures::on_line(int level, const std::vector<double> &values) const {
  const std::uint64_t cells = cells_along_axis(input_.instance.N, level);
  const std::uint64_t pieces = std::min<std::uint64_t>(kMostPieces, cells);
  std::vector<Piece> line;
  for (std::uint64_t i = 0; i < pieces; ++i) {
    CellIndex index{};
    index[0] = cell_at(i, pieces, cells);
    line.push_back({static_cast<double>(i) / static_cast<double>(pieces),
                    values[cell_of_index(index, 1, input_.instance.N, level)]});
  }
  return line;
}

std::vector<CellPictures::Piece> CellPictures::readout_line(int level) const {
  return on_line(level, readout_values(level));
}

std::vector<double> CellPictures::shares(int level) const {
  const std::vector<Interval> &values = values_.values[static_cast<std::size_t>(level)];
  const UpwardScope upward;
  std::vector<double> shares =
      cell_integrals(input_.target, Exponent(input_.instance.p), input_.instance.N, level, values,
                     {kShareGap, std::max(kShareBoxes, 4 * values.size())}, false)
          .share_upper;
  double sum = 0;
  for (const double share : shares) {
    sum += share;
  }
  for (double &share : shares) {
    share = std::isfinite(sum) ? (sum > 0 ? share / sum : 0) : kNaN;
  }
  return shares;
}

std::pair<double, double> CellPictures::value_range() const {
  const std::vector<double> finest = readout_values(input_.network.depth);
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
