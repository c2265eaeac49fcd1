// The scale of an axis of a plot: from values to places in the picture, and its ticks.
#pragma once

#include "plot.hpp"

namespace layercert {

struct PlotTick {
  double value = 0;
  std::string label; // as plot.hpp has labels
};

// Which values an axis can show: finite ones, positive ones if it is logarithmic.
bool is_drawable(const PlotAxis &axis, double value);

class PlotScale {
public:
  // From the least to the most of `values` (those that can be drawn) and of the axis itself, with a margin;
  // placed from `begin` to `end`.
  PlotScale(const PlotAxis &axis, const std::vector<double> &values, double begin, double end);

  double begin() const noexcept { return begin_; }
  double end() const noexcept { return end_; }
  const std::vector<PlotTick> &ticks() const noexcept { return ticks_; }

  // Requires: is_drawable(axis, value). Far outside of the frame, only on which side is kept.
  double place(double value) const;
  bool holds(double value) const { return least_ <= value && value <= most_; }

private:
  double position(double value) const; // on the axis made linear
  void choose_range(const PlotAxis &axis, const std::vector<double> &values);

  bool logarithmic_;
  double begin_, end_;
  double least_ = 0, most_ = 1;
  std::vector<PlotTick> ticks_;
};

} // namespace layercert
