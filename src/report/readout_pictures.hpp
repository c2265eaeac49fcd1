// What the target, the readouts and the error look like, as numbers to draw. No bounds: for the eye.
#pragma once

#include "report.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace layercert {

// side * side values, row by row from the top. x0 runs along the columns; x1 down the rows for samples, as in
// an image, and up for an expression. For d >= 3 the other coordinates are 1/2.
struct Raster {
  std::size_t side = 0;
  std::vector<double> values;
};

using PictureValue = std::function<double(const std::vector<double> &point)>;

// A readout that is drawn.
struct PicturedReadout {
  std::string name;        // "the readout of level 3"
  PictureValue value;      // must not outlive what it refers to
  std::uint64_t cells = 0; // along an axis, on each of which it is constant; 0: it is on none
};

class ReadoutPictures {
public:
  // `finest_range` holds the values of the last readout. Requires: a readout.
  ReadoutPictures(const Target &target, std::size_t dimension, std::vector<PicturedReadout> readouts,
                  std::pair<double, double> finest_range);

  // Readouts are numbered from 1; those of the construction are levels.
  int count() const noexcept { return static_cast<int>(readouts_.size()); }
  const std::string &name_of(int readout) const { return at(readout).name; }
  bool is_constant_on_cells(int readout) const { return at(readout).cells != 0; }

  // ---- d >= 2: at the middles of the raster's squares
  Raster target() const;
  Raster readout(int readout) const; // of more cells than can be shown, a part
  Raster difference(int readout) const;
  bool runs_down() const; // x1, as samples have it

  // ---- along x0, where every other coordinate is 1/2
  struct Stretch {
    double x = 0;
    double least = 0,
           most = 0; // of the values at a few points from there to the next stretch; NaN where there is none
  };
  std::vector<Stretch> target_line() const;
  std::vector<Stretch> readout_curve(int readout) const;
  std::vector<Stretch> difference_line(int readout) const;
  // Values of the pieces from x to the next x; the last one ends at 1. Requires: is_constant_on_cells().
  struct Piece {
    double x = 0, value = 0;
  };
  std::vector<Piece> readout_line(int readout) const;

  // Of |f - Phi_l| at the points that are shown; 0 if there is none.
  double largest_difference(int readout) const {
    return largest_differences_[static_cast<std::size_t>(readout) - 1];
  }
  // What the differences of all readouts are drawn within, up and down.
  double difference_range() const noexcept { return difference_range_; }
  // A range of values that the pictures of target and readouts fit into, but for poles of the target.
  std::pair<double, double> value_range() const noexcept { return value_range_; }

private:
  const PicturedReadout &at(int readout) const { return readouts_[static_cast<std::size_t>(readout) - 1]; }
  PictureValue target_sampler() const;
  std::vector<double> point_of_square(std::size_t column, std::size_t row, std::size_t side) const;
  Raster raster_of(std::size_t side, const PictureValue &value) const;
  double find_largest_difference(int readout) const;
  std::pair<double, double> range_of_values(std::pair<double, double> finest) const;
  std::vector<Stretch> along_the_middle(const PictureValue &value, std::size_t stretches) const;

  const Target &target_;
  std::size_t dimension_;
  std::vector<PicturedReadout> readouts_;
  std::vector<double> largest_differences_; // by readout
  double difference_range_ = 0;
  std::pair<double, double> value_range_;
};

} // namespace layercert
