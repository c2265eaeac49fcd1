#include "report_plots.hpp"

#include "colour_map.hpp"
#include "decimal.hpp"
#include "exact_level.hpp"
#include "observed_order.hpp"
#include "report_text.hpp"

#include "layercert/numeric/rounding_scope.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace layercert {

namespace {

constexpr std::size_t kLevelsOfSlope = 3; // that the line of slope -log N runs along
constexpr double kGapOfSlope = 0.13;      // of the plot's height, between that line and the lowest curve
constexpr double kHeightOfSmall = 90;
constexpr double kHeightOfGraph = 150;

PlotAxis level_axis() { return {.label = "level *l*", .whole = true}; }

PlotPoint at(int level, double lower, double upper) { return {static_cast<double>(level), lower, upper}; }

// A line c N^-l along the first levels, below all that is drawn there and so without a common point with any
// curve: on the logarithmic scale all of them are straight between the levels.
PlotSeries slope_line(const Plot &plot, int N) {
  double least = 0, most = 0;
  std::vector<PlotPoint> lowest; // of all curves, by level
  for (const PlotSeries &series : plot.series) {
    for (const PlotPoint &point : series.points) {
      for (const double value : {point.lower, point.upper}) {
        if (!std::isfinite(value) || value <= 0) {
          continue;
        }
        least = most == 0 ? value : std::min(least, value);
        most = std::max(most, value);
        const auto there =
            std::find_if(lowest.begin(), lowest.end(), [&](const PlotPoint &p) { return p.x == point.x; });
        if (there == lowest.end()) {
          lowest.push_back({point.x, value, value});
        } else {
          there->lower = std::min(there->lower, value);
        }
      }
    }
  }
  PlotSeries line{.colour = 5, .marks = false, .dashed = true};
  std::sort(lowest.begin(), lowest.end(), [](const PlotPoint &a, const PlotPoint &b) { return a.x < b.x; });
  lowest.resize(std::min(lowest.size(), kLevelsOfSlope));
  if (lowest.size() < 2) {
    return line;
  }
  double c = 0;
  for (const PlotPoint &point : lowest) {
    const double here = point.lower * std::pow(N, point.x);
    c = c == 0 ? here : std::min(c, here);
  }
  c *= std::pow(std::max(most / least, 4.0), -kGapOfSlope);
  for (const PlotPoint &point : lowest) {
    const double value = c * std::pow(N, -point.x);
    line.points.push_back({point.x, value, value});
  }
  return line;
}

// Where the axis ends, so that a line of text has its place below the value.
double least_with_text_below(const Plot &plot, double value) {
  constexpr double kLineOfText = 0.15; // of the plot's height
  constexpr double kMarginOfLabels = 0.05;
  double least = value, most = value;
  for (const PlotSeries &series : plot.series) {
    for (const PlotPoint &point : series.points) {
      for (const double y : {point.lower, point.upper}) {
        if (std::isfinite(y) && y > 0) {
          least = std::min(least, y);
          most = std::max(most, y);
        }
      }
    }
  }
  return std::min(value * std::pow(most / value, -kLineOfText),
                  least * std::pow(most / least, -kMarginOfLabels));
}

PlotSeries steps_of(const std::vector<ReadoutPictures::Piece> &pieces) {
  PlotSeries series{.colour = 0, .shape = PlotShape::Steps, .marks = false};
  for (const ReadoutPictures::Piece &piece : pieces) {
    series.points.push_back({piece.x, piece.value, piece.value});
  }
  series.points.push_back({1, series.points.back().lower, series.points.back().upper});
  return series;
}

PlotSeries band_of(const std::vector<ReadoutPictures::Stretch> &stretches, int colour) {
  PlotSeries series{.colour = colour, .marks = false};
  for (const ReadoutPictures::Stretch &stretch : stretches) {
    series.points.push_back({stretch.x, stretch.least, stretch.most});
  }
  return series;
}

PlotSeries readout_series(const ReadoutPictures &pictures, int readout) {
  return pictures.is_constant_on_cells(readout) ? steps_of(pictures.readout_line(readout))
                                                : band_of(pictures.readout_curve(readout), 0);
}

PlotAxis value_axis(const ReadoutPictures &pictures, std::string label) {
  const auto [least, most] = pictures.value_range();
  PlotAxis axis{.label = std::move(label)};
  if (const double margin = 0.05 * (most - least); margin > 0) {
    axis.least = least - margin;
    axis.most = most + margin;
  }
  return axis;
}

PlotAxis unit_axis(std::string label) { return {.label = std::move(label), .least = 0, .most = 1}; }

std::string readout_label(int level) { return fmt::format("*\u03a6*_{{{}}}", level); }
std::string difference_label(int level) { return "*f* \u2212 " + readout_label(level); }

// x, y, z are x0, x1, x2 where the instance says so.
std::string coordinate_label(const ReportFacts &input, std::size_t j) {
  return names_letters(input) ? fmt::format("*{}*", static_cast<char>('x' + j))
                              : fmt::format("*x*_{{{}}}", j);
}

Plot picture_plot(const ReportFacts &input, const ReadoutPictures &pictures, const Raster &raster,
                  ColourMap map, double least, double most) {
  const auto side = static_cast<std::uint32_t>(raster.side);
  Plot plot{.title = "",
            .x = unit_axis(coordinate_label(input, 0)),
            .y = unit_axis(coordinate_label(input, 1)),
            .series = {}};
  plot.x.ticks = plot.y.ticks = {0, 0.25, 0.5, 0.75, 1};
  if (pictures.runs_down()) {
    plot.y.tick_labels = {"1", "0.75", "0.5", "0.25", "0"}; // downward, as the rows of samples run
  }
  plot.picture = PlotPicture{{side, side, colours_of(raster.values, least, most)}, palette_of(map)};
  return plot;
}

std::string sizes_text(double least, double most) {
  return fmt::format("from {:.4g} (dark) to {:.4g} (bright)", least, most);
}

bool is_image(const ReportFacts &input) { return !input.instance.image.empty(); }

std::pair<double, double> range_of_colours(const ReportFacts &input, const ReadoutPictures &pictures) {
  return is_image(input) ? std::pair(0.0, 1.0) : pictures.value_range();
}

std::string title_of(const ReadoutPictures &pictures, int readout) {
  std::string title = pictures.name_of(readout);
  title[0] = 'T'; // "The readout"
  return title;
}

std::string slice_text(const ReportFacts &input) {
  std::string text;
  for (std::size_t j = 2; j < input.instance.dimension; ++j) {
    text += (text.empty() ? ", where " : " = ") + coordinate_label(input, j);
  }
  return text.empty() ? text : text + " = 1/2";
}

} // namespace

ReportFigure figure_of_errors(const ReportInput &input) {
  const auto factor = static_cast<int>(2 * input.instance.dimension + 1);
  const std::string p = input.instance.p.get_str();
  PlotSeries error{.name = "error", .colour = 0};
  PlotSeries bound{
      .name = fmt::format("{} *\u03c9*_{{{}}}", factor, p), .colour = 1, .edge = PlotEdge::Lower};
  PlotSeries hoelder{.name = "H\u00f6lder bound", .colour = 2, .edge = PlotEdge::Lower, .dashed = true};
  Plot plot{.title = "Error and bound by level, logarithmic",
            .x = level_axis(),
            .y = {.label = fmt::format("*L*^{{{}}} norm", p), .logarithmic = true},
            .series = {}};
  const LevelCertificate *before = nullptr;
  bool any = false;
  {
    const UpwardScope upward;
    for (const LevelCertificate &level : input.certificate.levels) {
      error.points.push_back(at(level.level, level.error_lower, level.error_upper));
      bound.points.push_back(at(level.level, level.bound_lower, factor * level.modulus_upper));
      if (level.hoelder_bound_lower) {
        hoelder.points.push_back(at(level.level, *level.hoelder_bound_lower, *level.hoelder_bound_lower));
      }
    }
  }
  for (const LevelCertificate &level : input.certificate.levels) {
    if (const auto order =
            before == nullptr ? std::nullopt : observed_order(*before, level, input.instance.N)) {
      plot.row.push_back(
          {level.level - 0.5, 0, fmt::format("{:.2f}", (order->lower + order->upper) / 2), 0, 0});
      any = true;
    }
    before = &level;
  }
  plot.row_label = any ? "order" : "";
  plot.series = {std::move(bound), std::move(error)};
  if (!hoelder.points.empty()) {
    plot.series.push_back(std::move(hoelder));
  }
  PlotSeries slope = slope_line(plot, input.instance.N);
  if (!slope.points.empty()) {
    const PlotPoint end = slope.points.back();
    const double end_of_slope = end.lower;
    plot.texts.push_back({end.x, end.lower, fmt::format("slope \u2212log {}", input.instance.N), 14, 5});
    plot.series.insert(plot.series.begin(), std::move(slope));
    plot.y.least = least_with_text_below(plot, end_of_slope);
  }
  return {"errors", std::move(plot),
          fmt::format("The error \u2016*f* \u2212 *\u03a6*_{{l}}\u2016 and the bound of claim R, {} "
                      "*\u03c9*_{{{}}}(*f*, {}^{{\u2212l}}). A band reaches from the "
                      "lower to the upper bound; where these are close, it is drawn as wide as can be seen. "
                      "Below: the observed order log(error before / error) / log {}.",
                      factor, p, input.instance.N, input.instance.N)};
}

ReportFigure figure_of_errors(const LayersReportInput &input) {
  const LayersCertificate &certificate = input.certificate;
  const auto factor = static_cast<int>(2 * input.instance.dimension + 1);
  const std::string p = input.instance.p.get_str();
  const std::string claimed = certificate.at_most ? "at most " + certificate.at_most->get_str()
                                                  : fmt::format("{} *\u03c9*_{{{}}}", factor, p);
  PlotSeries error{.name = "error", .colour = 0};
  PlotSeries bound{.name = claimed, .colour = 1, .edge = PlotEdge::Lower};
  {
    const UpwardScope upward;
    int number = 0;
    for (const ReadoutCertificate &readout : certificate.readouts) {
      const LevelCertificate &level = readout.level;
      error.points.push_back(at(++number, level.error_lower, level.error_upper));
      const double asked = certificate.at_most ? certificate.at_most->get_d() : 0;
      bound.points.push_back(certificate.at_most
                                 ? at(number, asked, asked)
                                 : at(number, level.bound_lower, factor * level.modulus_upper));
    }
  }
  Plot plot{.title = "Error and bound by readout, logarithmic",
            .x = {.label = "readout", .whole = true},
            .y = {.label = fmt::format("*L*^{{{}}} norm", p), .logarithmic = true},
            .series = {std::move(bound), std::move(error)}};
  return {"errors", std::move(plot),
          "The error \u2016*f* \u2212 *\u03a6*_{i}\u2016 of readout *i* and " +
              (certificate.at_most
                   ? std::string("the number that it is compared with.")
                   : fmt::format("the bound {} *\u03c9*_{{{}}}(*f*, {}^{{\u2212l}}) of its level *l*.",
                                 factor, p, input.instance.N)) +
              " A band reaches from the lower to the upper bound; where these are close, it is drawn as wide "
              "as can be seen."};
}

ReportFigure figure_of_ratios(const ReportInput &input) {
  const auto d = static_cast<double>(input.instance.dimension);
  PlotSeries ratio{.name = "error / *\u03c9*", .colour = 0};
  for (const LevelCertificate &level : input.certificate.levels) {
    if (!is_exact(level)) {
      ratio.points.push_back(at(level.level, level.ratio_lower, level.ratio_upper));
    }
  }
  Plot plot{.title = "Ratio of error and modulus by level",
            .x = level_axis(),
            .y = {.label = "ratio"},
            .series = {std::move(ratio)}};
  plot.height = kHeightOfSmall;
  return {"ratios", std::move(plot),
          fmt::format("How much of the modulus the error takes. Claim R allows {}; the ratio of the exact "
                      "cell means cannot exceed 2^{{1/p}} *d* = {:.4g}.",
                      2 * d + 1, std::pow(2.0, 1 / input.instance.p.get_d()) * d)};
}

ReportFigure figure_of_weights(const ReportInput &input, const Network &with_roles) {
  PlotSeries bits{.name = "bits of *w*_{l}", .colour = 1};
  PlotSeries cells{.name = "cells", .colour = 5, .marks = false, .dashed = true};
  for (const LevelCertificate &level : input.certificate.levels) {
    const auto size = static_cast<double>(weight_bits(with_roles, level.level));
    bits.points.push_back(at(level.level, size, size));
    cells.points.push_back(
        at(level.level, static_cast<double>(level.cells), static_cast<double>(level.cells)));
  }
  return {"weights",
          {.title = "Bits of the weight between the sines by level, logarithmic",
           .x = level_axis(),
           .y = {.label = "bits; cells", .logarithmic = true},
           .series = {std::move(bits), std::move(cells)}},
          "The weight *w*_{l} between the sines needs a few bits for every cell."};
}

ReportFigure figure_of_target(const ReportFacts &input, const ReadoutPictures &pictures) {
  if (input.instance.dimension == 1) {
    Plot plot{.title = "The function f",
              .x = unit_axis(coordinate_label(input, 0)),
              .y = value_axis(pictures, "*f*"),
              .series = {band_of(pictures.target_line(), 5)}};
    return {"f", std::move(plot), "*f*, drawn from its values at many points."};
  }
  const auto [least, most] = range_of_colours(input, pictures);
  Plot plot = picture_plot(input, pictures, pictures.target(),
                           is_image(input) ? ColourMap::Grey : ColourMap::Viridis, least, most);
  plot.title = "The function f";
  return {"f", std::move(plot), "*f*" + slice_text(input) + ", " + sizes_text(least, most) + "."};
}

ReportFigure figure_of_readout(const ReportFacts &input, const ReadoutPictures &pictures, int readout) {
  const std::string name = fmt::format("readout-{}", readout);
  if (input.instance.dimension == 1) {
    Plot plot{.title = title_of(pictures, readout),
              .x = unit_axis(coordinate_label(input, 0)),
              .y = value_axis(pictures, readout_label(readout)),
              .series = {readout_series(pictures, readout)}};
    plot.height = kHeightOfGraph;
    return {name, std::move(plot), readout_label(readout)};
  }
  const auto [least, most] = range_of_colours(input, pictures);
  Plot plot = picture_plot(input, pictures, pictures.readout(readout),
                           is_image(input) ? ColourMap::Grey : ColourMap::Viridis, least, most);
  plot.title = title_of(pictures, readout);
  return {name, std::move(plot), readout_label(readout)};
}

ReportFigure figure_of_difference(const ReportFacts &input, const ReadoutPictures &pictures, int readout) {
  const std::string name = fmt::format("difference-{}", readout);
  const double range = pictures.difference_range();
  const std::string caption = fmt::format("{}, at most {:.3g} in size at the points shown",
                                          difference_label(readout), pictures.largest_difference(readout));
  Plot plot;
  if (input.instance.dimension == 1) {
    plot = {.title = "",
            .x = unit_axis(coordinate_label(input, 0)),
            .y = {.label = difference_label(readout)},
            .series = {band_of(pictures.difference_line(readout), 1)}};
    if (range > 0) {
      plot.y.least = -1.05 * range;
      plot.y.most = 1.05 * range;
    }
    plot.height = kHeightOfGraph;
  } else {
    plot = picture_plot(input, pictures, pictures.difference(readout), ColourMap::Signed, -range, range);
  }
  plot.title = "f less " + pictures.name_of(readout);
  return {name, std::move(plot), caption};
}

ReportFigure figure_of_section(const ReportFacts &input, const ReadoutPictures &pictures, int readout) {
  PlotSeries target = band_of(pictures.target_line(), 5);
  PlotSeries values = readout_series(pictures, readout);
  target.name = "*f*";
  values.name = readout_label(readout);
  Plot plot{.title = "f and " + pictures.name_of(readout) + " along a line",
            .x = unit_axis(coordinate_label(input, 0)),
            .y = value_axis(pictures, ""),
            .series = {std::move(target), std::move(values)}};
  plot.height = 250;
  std::string others;
  for (std::size_t j = 1; j < input.instance.dimension; ++j) {
    others += (others.empty() ? "" : " = ") + coordinate_label(input, j);
  }
  return {fmt::format("section-{}", readout), std::move(plot), "The cross-section " + others + " = 1/2"};
}

namespace {

void add_pictures(const ReportFacts &input, const ReadoutPictures &pictures, std::size_t count,
                  std::vector<ReportFigure> &figures) {
  figures.push_back(figure_of_target(input, pictures));
  for (int readout = 1; readout <= static_cast<int>(count); ++readout) {
    figures.push_back(figure_of_readout(input, pictures, readout));
    figures.push_back(figure_of_difference(input, pictures, readout));
    if (input.instance.dimension > 1) {
      figures.push_back(figure_of_section(input, pictures, readout));
    }
  }
}

} // namespace

std::vector<ReportFigure> figures_of(const ReportInput &input, const ReadoutPictures &pictures) {
  std::vector<ReportFigure> figures;
  if (!is_exact(input.certificate)) {
    figures = {figure_of_errors(input), figure_of_ratios(input)};
  }
  add_pictures(input, pictures, input.certificate.levels.size(), figures);
  return figures;
}

std::vector<ReportFigure> figures_of(const LayersReportInput &input, const ReadoutPictures &pictures) {
  std::vector<ReportFigure> figures = {figure_of_errors(input)};
  add_pictures(input, pictures, input.certificate.readouts.size(), figures);
  return figures;
}

} // namespace layercert
