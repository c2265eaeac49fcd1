#include "stability_report.hpp"

#include "svg_plot.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace layercert {

namespace {

// Below this, all that there is to see is that a level has enough bits: the axis ends here, and a curve
// leaves the frame where it goes on below.
constexpr double kLeastShown = 1e-20;

// From what is observed up to what is proved. Where a double is too coarse for the numbers, the point is left
// out: none is moved.
PlotPoint point_of(const PrecisionProfile &precision) {
  const double proved = mpfr_get_d(precision.difference.value().get(), MPFR_RNDU);
  const double seen =
      precision.observed ? mpfr_get_d(precision.observed->difference_lower.get(), MPFR_RNDD) : 0;
  return {static_cast<double>(precision.bits), seen, proved};
}

PlotSeries series_of(const LevelProfile &level) {
  PlotSeries series;
  series.name = fmt::format("level {}", level.level);
  series.colour = (level.level - 1) % kPlotColours;
  series.dashed = level.level > kPlotColours;
  for (const PrecisionProfile &precision : level.precisions) {
    series.points.push_back(point_of(precision));
    if (series.points.back().upper < kLeastShown) {
      break;
    }
  }
  return series;
}

// What rounding may add before the claim is lost: the bound less the error. 0 where there is no such room.
double room_of(const LevelProfile &level) { return level.claim.bound_lower - level.claim.error_upper; }

} // namespace

std::string stability_svg(const std::vector<LevelProfile> &profile) {
  Plot plot;
  plot.title =
      "Difference of the computed and the exact readouts by the bits of the computation: from the largest "
      "observed to the proved bound";
  plot.names = PlotNames::InLegend;
  plot.x.label = "bits";
  plot.x.logarithmic = true;
  plot.y.label = "difference from the exact readout";
  plot.y.logarithmic = true;
  plot.y.least = kLeastShown;
  PlotSeries allowed{.name = "what the claim of a level leaves room for, in the norm",
                     .colour = 5,
                     .marks = false,
                     .dashed = true};
  for (const LevelProfile &level : profile) {
    for (const PrecisionProfile &precision : level.precisions) {
      plot.x.ticks.push_back(static_cast<double>(precision.bits));
    }
  }
  std::sort(plot.x.ticks.begin(), plot.x.ticks.end());
  plot.x.ticks.erase(std::unique(plot.x.ticks.begin(), plot.x.ticks.end()), plot.x.ticks.end());
  for (const LevelProfile &level : profile) {
    plot.series.push_back(series_of(level));
  }
  for (const LevelProfile &level :
       profile) { // in the level's colour; the grey one of the legend stands for all
    if (const double room = room_of(level); room > 0 && !plot.x.ticks.empty()) {
      PlotSeries line{.colour = (level.level - 1) % kPlotColours, .marks = false, .dashed = true};
      for (const double bits : {plot.x.ticks.front(), plot.x.ticks.back()}) {
        line.points.push_back({bits, room, room});
      }
      plot.series.push_back(std::move(line));
    }
  }
  plot.series.push_back(std::move(allowed));
  std::erase_if(plot.x.ticks, [](double bits) { return bits == 64 || bits == 113; }); // beside 53 and 128
  return svg_file_of(plot);
}

} // namespace layercert
