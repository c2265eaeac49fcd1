#include "report_plots.hpp"

#include "report_text.hpp"

#include "layercert/numeric/rounding_scope.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace layercert {

namespace {

PlotAxis level_axis() { return {.label = "level l", .whole = true}; }

PlotPoint at(int level, double lower, double upper) { return {static_cast<double>(level), lower, upper}; }

} // namespace

Plot plot_of_errors(const ReportInput &input) {
  const double factor = 2.0 * input.instance.dimension + 1;
  PlotSeries slope{.name = fmt::format("slope \u2212log {}", input.instance.N),
                   .colour = 5,
                   .marks = false,
                   .dashed = true};
  PlotSeries error{.name = "error", .colour = 0};
  PlotSeries bound{.name = fmt::format("bound {} \u03c9", factor), .colour = 1, .edge = PlotEdge::Lower};
  PlotSeries hoelder{.name = "H\u00f6lder bound", .colour = 2, .edge = PlotEdge::Lower, .dashed = true};
  const UpwardScope upward;
  for (const LevelCertificate &level : input.certificate.levels) {
    error.points.push_back(at(level.level, level.error_lower, level.error_upper));
    bound.points.push_back(at(level.level, level.bound_lower, factor * level.modulus_upper));
    if (level.hoelder_bound_lower) {
      hoelder.points.push_back(at(level.level, *level.hoelder_bound_lower, *level.hoelder_bound_lower));
    }
    if (const double line = slope_line_at(input, level.level); line > 0) {
      slope.points.push_back(at(level.level, line, line));
    }
  }
  Plot plot{.title = "Error and bound by level, logarithmic",
            .x = level_axis(),
            .y = {.label = "L\u1d56 norm", .logarithmic = true},
            .series = {std::move(slope), std::move(bound), std::move(error)}};
  if (!hoelder.points.empty()) {
    plot.series.push_back(std::move(hoelder));
  }
  std::erase_if(plot.series, [](const PlotSeries &series) { return series.points.empty(); });
  return plot;
}

Plot plot_of_ratios(const ReportInput &input) {
  const double d = input.instance.dimension;
  const double p = input.instance.p.get_d();
  PlotSeries ratio{.name = "error / \u03c9", .colour = 0};
  PlotSeries allowed{.name = fmt::format("claim R allows {}", 2 * d + 1), .colour = 1, .marks = false};
  PlotSeries means{.name = "bound for cell means", .colour = 3, .marks = false, .dashed = true};
  const double projection = std::pow(2.0, 1 / p) * d;
  for (const LevelCertificate &level : input.certificate.levels) {
    ratio.points.push_back(at(level.level, level.ratio_lower, level.ratio_upper));
    allowed.points.push_back(at(level.level, 2 * d + 1, 2 * d + 1));
    means.points.push_back(at(level.level, projection, projection));
  }
  return {.title = "Ratio of error and modulus by level",
          .x = level_axis(),
          .y = {.label = "ratio", .least = 0},
          .series = {std::move(allowed), std::move(means), std::move(ratio)}};
}

Plot plot_of_weights(const ReportInput &input, const Network &with_roles) {
  PlotSeries bits{.name = "w\u2097, the weight between the sines", .colour = 1};
  PlotSeries cells{.name = "number of cells", .colour = 5, .marks = false, .dashed = true};
  for (const LevelCertificate &level : input.certificate.levels) {
    const auto size = static_cast<double>(weight_bits(with_roles, level.level));
    bits.points.push_back(at(level.level, size, size));
    cells.points.push_back(
        at(level.level, static_cast<double>(level.cells), static_cast<double>(level.cells)));
  }
  return {.title = "Bits of the weight between the sines by level, logarithmic",
          .x = level_axis(),
          .y = {.label = "bits; cells", .logarithmic = true},
          .series = {std::move(bits), std::move(cells)}};
}

} // namespace layercert
