#include "readout_pictures.hpp"

#include "function/expression_evaluator.hpp"

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

ReadoutPictures::ReadoutPictures(const Target &target, std::size_t dimension,
                                 std::vector<PicturedReadout> readouts,
                                 std::pair<double, double> finest_range)
    : target_(target), dimension_(dimension), readouts_(std::move(readouts)) {
  const auto [least, most] = value_range_ = range_of_values(finest_range);
  for (int readout = 1; readout <= count(); ++readout) {
    largest_differences_.push_back(find_largest_difference(readout));
  }
  difference_range_ = *std::max_element(largest_differences_.begin(), largest_differences_.end());
  if (most > least) { // a pole would hide all the rest
    difference_range_ = std::min(difference_range_, most - least);
  }
}

PictureValue ReadoutPictures::target_sampler() const {
  if (!target_.is_table()) {
    const auto evaluator = std::make_shared<ExpressionEvaluator>(target_.expression(), dimension_);
    return [evaluator](const std::vector<double> &point) { return evaluator->sample(point); };
  }
  return [&table = target_.table()](const std::vector<double> &point) {
    std::size_t index = 0;
    for (std::size_t j = point.size(); j-- > 0;) {
      const auto side = static_cast<std::size_t>(table.sides[j]);
      const auto at = static_cast<std::size_t>(point[j] * static_cast<double>(side));
      index = index * side + std::min(at, side - 1);
    }
    return table.nearest(index);
  };
}

bool ReadoutPictures::runs_down() const { return target_.samples() != nullptr; }

std::vector<double> ReadoutPictures::point_of_square(std::size_t column, std::size_t row,
                                                     std::size_t side) const {
  const auto middle = [&](std::size_t i) {
    return (static_cast<double>(i) + 0.5) / static_cast<double>(side);
  };
  std::vector<double> point(dimension_, 0.5);
  point[0] = middle(column);
  point[1] = middle(runs_down() ? row : side - 1 - row);
  return point;
}

Raster ReadoutPictures::raster_of(std::size_t side, const PictureValue &value) const {
  Raster raster{side, {}};
  raster.values.reserve(side * side);
  for (std::size_t row = 0; row < side; ++row) {
    for (std::size_t column = 0; column < side; ++column) {
      raster.values.push_back(value(point_of_square(column, row, side)));
    }
  }
  return raster;
}

Raster ReadoutPictures::target() const {
  const std::size_t side =
      target_.is_table()
          ? std::min(kLargestSide,
                     static_cast<std::size_t>(std::max(target_.table().sides[0], target_.table().sides[1])))
          : kExpressionSide;
  return raster_of(side, target_sampler());
}

Raster ReadoutPictures::readout(int readout) const {
  const std::uint64_t cells = at(readout).cells;
  return raster_of(cells == 0 ? kExpressionSide : std::min<std::uint64_t>(kLargestSide, cells),
                   at(readout).value);
}

Raster ReadoutPictures::difference(int readout) const {
  const PictureValue target = target_sampler();
  const PictureValue &value = at(readout).value;
  const auto side = std::clamp<std::uint64_t>(at(readout).cells, kExpressionSide, kLargestSide);
  return raster_of(side, [&](const std::vector<double> &x) { return target(x) - value(x); });
}

// Along x0, through the middle of the cube.
std::vector<ReadoutPictures::Stretch> ReadoutPictures::along_the_middle(const PictureValue &value,
                                                                        std::size_t stretches) const {
  std::vector<double> point(dimension_, 0.5);
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

std::vector<ReadoutPictures::Stretch> ReadoutPictures::target_line() const {
  return along_the_middle(target_sampler(), kStretches);
}

std::vector<ReadoutPictures::Stretch> ReadoutPictures::readout_curve(int readout) const {
  return along_the_middle(at(readout).value, kStretches);
}

std::vector<ReadoutPictures::Stretch> ReadoutPictures::difference_line(int readout) const {
  const PictureValue target = target_sampler();
  const PictureValue &value = at(readout).value;
  return along_the_middle([&](const std::vector<double> &x) { return target(x) - value(x); }, kMostPieces);
}

std::vector<ReadoutPictures::Piece> ReadoutPictures::readout_line(int readout) const {
  const std::uint64_t pieces = std::min<std::uint64_t>(kMostPieces, at(readout).cells);
  std::vector<double> point(dimension_, 0.5);
  std::vector<Piece> line;
  for (std::uint64_t i = 0; i < pieces; ++i) {
    point[0] = (static_cast<double>(i) + 0.5) / static_cast<double>(pieces);
    line.push_back({static_cast<double>(i) / static_cast<double>(pieces), at(readout).value(point)});
  }
  return line;
}

double ReadoutPictures::find_largest_difference(int readout) const {
  double largest = 0;
  const auto include = [&](double value) {
    largest = std::isfinite(value) ? std::max(largest, std::fabs(value)) : largest;
  };
  if (dimension_ == 1) {
    for (const Stretch &stretch : difference_line(readout)) {
      include(stretch.least);
      include(stretch.most);
    }
  } else {
    for (const double value : difference(readout).values) {
      include(value);
    }
  }
  return largest;
}

std::pair<double, double> ReadoutPictures::range_of_values(std::pair<double, double> finest) const {
  double least = finest.first; // clang 14 captures no structured binding
  double most = finest.second;
  const double reach = (most - least) / 2;
  const double lowest = least - reach;
  const double highest = most + reach;
  const auto include = [&](double value) {
    if (std::isfinite(value)) {
      least = std::min(least, std::max(value, lowest));
      most = std::max(most, std::min(value, highest));
    }
  };
  if (dimension_ == 1) {
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
