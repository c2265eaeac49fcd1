// What the target, the readouts and the error look like, as numbers to draw. No bounds: for the eye.
#pragma once

#include "layercert/network/construction.hpp"
#include "layercert/network/level_values.hpp"
#include "report.hpp"

#include <functional>
#include <utility>
#include <vector>

namespace layercert {

// side * side values, row by row from the top. x0 runs along the columns; x1 down the rows for samples, as in
// an image, and up for an expression. For d >= 3 the other coordinates are 1/2.
struct Raster {
  std::size_t side = 0;
  std::vector<double> values;
};

class CellPictures {
public:
  // Decodes the network. Throws InputError if it is not of the construction.
  explicit CellPictures(const ReportInput &input);

  const NetworkParameters &parameters() const noexcept { return parameters_; }

  // ---- d >= 2: at the middles of the raster's squares
  Raster target() const;
  Raster readout(int level) const; // of more cells than can be shown, a part
  Raster difference(int level) const;
  bool runs_down() const; // x1, as samples have it

  // ---- along x0, where every other coordinate is 1/2
  struct Stretch {
    double x = 0;
    double least = 0,
           most = 0; // of the values at a few points from there to the next stretch; NaN where there is none
  };
  std::vector<Stretch> target_line() const;
  std::vector<Stretch> difference_line(int level) const;
  // Values of the pieces from x to the next x; the last one ends at 1.
  struct Piece {
    double x = 0, value = 0;
  };
  std::vector<Piece> readout_line(int level) const;

  // Of |f - Phi_l| at the points that are shown; 0 if there is none.
  double largest_difference(int level) const {
    return largest_differences_[static_cast<std::size_t>(level) - 1];
  }
  // What the differences of all levels are drawn within, up and down.
  double difference_range() const noexcept { return difference_range_; }
  // A range of values that the pictures of target and readouts fit into, but for poles of the target.
  std::pair<double, double> value_range() const noexcept { return value_range_; }

private:
  using Value = std::function<double(const std::vector<double> &point)>;
  Value target_sampler() const;
  Value readout_sampler(int level) const;
  std::vector<double> point_of_square(std::size_t column, std::size_t row, std::size_t side) const;
  Raster raster_of(std::size_t side, const Value &value) const;
  double find_largest_difference(int level) const;
  std::pair<double, double> range_of_values() const;
  void find_ranges();
  std::vector<Stretch> along_the_middle(const Value &value, std::size_t stretches) const;

  const ReportInput &input_;
  NetworkParameters parameters_;
  LevelValues values_;
  std::vector<double> largest_differences_; // by level
  double difference_range_ = 0;
  std::pair<double, double> value_range_;
};

} // namespace layercert
