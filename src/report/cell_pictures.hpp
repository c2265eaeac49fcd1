// What the target, the readouts and the error look like, as numbers to draw. No bounds: for the eye.
#pragma once

#include "layercert/network/construction.hpp"
#include "layercert/network/level_values.hpp"
#include "report.hpp"

#include <functional>
#include <utility>
#include <vector>

namespace layercert {

// side * side values, row by row from the top. x0 runs along the columns; x1 down the rows for samples, as in an image, and up for an
// expression. For d >= 3 the other coordinates are 1/2.
struct Raster {
  std::size_t side = 0;
  std::vector<double> values;
};

class CellPictures {
public:
  // Decodes the network. Throws InputError if it is not of the construction.
  explicit CellPictures(const ReportInput &input);

  const NetworkParameters &parameters() const noexcept { return parameters_; }

  // ---- d >= 2. At the middles of the raster's squares; of a finer grid than can be shown, at so many of its cells.
  Raster target() const;
  Raster readout(int level) const;
  Raster on_cells(int level, const std::vector<double> &values) const;

  // ---- d = 1
  struct Stretch {
    double x = 0;
    double least = 0,
           most = 0; // of f at a few points from there to the next stretch; NaN where it has no value
  };
  std::vector<Stretch> target_line() const;
  // Values of the pieces from x to the next x; the last one ends at 1.
  struct Piece {
    double x = 0, value = 0;
  };
  std::vector<Piece> readout_line(int level) const;
  std::vector<Piece> on_line(int level, const std::vector<double> &values) const;

  // Each cell's part of the sum over all cells of the upper bounds of the integrals of |f - Phi_l|^p; NaN for all where one is infinite.
  std::vector<double> shares(int level) const;

  // A range of values that the pictures of target and readouts fit into, but for poles of the target.
  std::pair<double, double> value_range() const;

private:
  std::function<double(const std::vector<double> &point)> target_sampler() const;
  std::vector<double> readout_values(int level) const;

  const ReportInput &input_;
  NetworkParameters parameters_;
  LevelValues values_;
};

} // namespace layercert
