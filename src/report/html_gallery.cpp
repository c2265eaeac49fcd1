#include "html_gallery.hpp"

#include "colour_map.hpp"
#include "html_text.hpp"
#include "markup.hpp"
#include "svg_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace layercert {

namespace {

std::string image_url(const Raster &raster, ColourMap map, double least, double most) {
  const auto side = static_cast<std::uint32_t>(raster.side);
  return data_url_of_png(png_of({side, side, colours_of(raster.values, least, most)}, palette_of(map)));
}

std::string value_text(double x) { return (x < 0 ? "\u2212" : "") + fmt::format("{:.4g}", std::fabs(x)); }

std::string percent(double part) { return fmt::format("{:.3g}%", 100 * part); }

// Where all shares are known: the largest.
double largest_share(const std::vector<double> &shares) {
  double largest = 0;
  for (const double share : shares) {
    largest = std::isnan(share) ? share : std::max(largest, share);
  }
  return largest;
}

std::string heading(const LevelCertificate &level) {
  return fmt::format("<h3>Level {}<small>{} cells, error at most {}</small></h3>", level.level, level.cells,
                     upper_text(level.error_upper));
}

std::string shares_caption(double largest) {
  return std::isnan(largest)
             ? "where the error is: not known, for a cell has no bound"
             : fmt::format("where the error is: {} on the cell with the largest share", percent(largest));
}

// ---- graphs, d = 1 ---------------------------------------------------------------------------------------------------------

PlotSeries steps(const std::vector<CellPictures::Piece> &pieces, bool from_zero) {
  PlotSeries series;
  for (const CellPictures::Piece &piece : pieces) {
    series.points.push_back({piece.x, from_zero ? 0 : piece.value, piece.value});
  }
  series.points.push_back({1, series.points.back().lower, series.points.back().upper});
  series.shape = PlotShape::Steps;
  series.marks = false;
  return series;
}

std::string graphs_of_levels(const ReportInput &input, const CellPictures &pictures) {
  const auto [least, most] = pictures.value_range();
  const double margin = 0.05 * (most - least);
  PlotSeries target{.name = "f", .colour = 5, .marks = false};
  for (const CellPictures::Stretch &stretch : pictures.target_line()) {
    target.points.push_back({stretch.x, stretch.least, stretch.most});
  }
  std::string levels;
  for (const LevelCertificate &level : input.certificate.levels) {
    Plot graph{.title = fmt::format("f and its approximation at level {}", level.level),
               .x = {.least = 0, .most = 1},
               .y = {},
               .series = {target}};
    if (margin > 0) {
      graph.y.least = least - margin;
      graph.y.most = most + margin;
    }
    graph.series.push_back(steps(pictures.readout_line(level.level), false));
    graph.series.back().name = fmt::format("\u03a6 of level {}", level.level);
    std::vector<double> shares = pictures.shares(level.level);
    const double largest = largest_share(shares);
    for (double &share : shares) {
      share *= 100;
    }
    Plot error{.title = fmt::format("Share of each cell in the error at level {}", level.level),
               .x = {.label = "x", .least = 0, .most = 1},
               .y = {.label = "share of a cell, %", .least = 0},
               .series = {steps(pictures.on_line(level.level, shares), true)}};
    error.height = 80;
    error.series.back().colour = 1;
    levels +=
        fmt::format("<article class=\"level\">{}<figure>{}{}<figcaption>{}</figcaption></figure></article>\n",
                    heading(level), svg_of(graph), svg_of(error), shares_caption(largest));
  }
  return "<p class=\"note\">f is drawn from its values at many points; \u03a6 is constant on the cells, but "
         "for steep ramps "
         "too narrow to see.</p>\n<div class=\"levels\">\n" +
         levels + "</div>\n";
}

// ---- pictures, d >= 2 ------------------------------------------------------------------------------------------------------

std::string scale_bar(const std::string &title, ColourMap map, const std::string &least,
                      const std::string &most) {
  return fmt::format("<div><span class=\"note\">{}</span><div class=\"scale\"><span>{}</span><span "
                     "class=\"bar\" style=\"background:{}\"></span><span>{}</span></div></div>\n",
                     title, least, css_gradient_of(map), most);
}

std::string picture(const std::string &url, const std::string &what, const std::string &caption) {
  return fmt::format(
      "<figure><img class=\"picture\" src=\"{}\" alt=\"{}\"><figcaption>{}</figcaption></figure>", url,
      escaped(what), caption);
}

std::string orientation_note(const ReportInput &input) {
  const int d = input.instance.dimension;
  std::string note = input.target.samples() != nullptr
                         ? "x\u2080 runs to the right and x\u2081 down, as in the samples."
                         : "x\u2080 runs to the right and x\u2081 up.";
  if (d >= 3) {
    note += d == 3 ? " Shown is the slice where x<sub>2</sub> = 1/2."
                   : fmt::format(" Shown is the slice where x<sub>2</sub> to x<sub>{}</sub> are 1/2.", d - 1);
  }
  return note;
}

std::string pictures_of_levels(const ReportInput &input, const CellPictures &pictures) {
  const bool image = !input.instance.image.empty();
  const ColourMap map = image ? ColourMap::Grey : ColourMap::Viridis;
  const auto [least, most] = image ? std::pair(0.0, 1.0) : pictures.value_range();
  // Once in the page, shown at every level.
  std::string content = fmt::format(
      "<svg class=\"definitions\" aria-hidden=\"true\"><symbol id=\"target-picture\" viewBox=\"0 0 1 "
      "1\"><image width=\"1\" height=\"1\" "
      "preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\" href=\"{}\"/></symbol></svg>\n",
      image_url(pictures.target(), map, least, most));
  std::string levels;
  for (const LevelCertificate &level : input.certificate.levels) {
    const std::vector<double> shares = pictures.shares(level.level);
    const double largest = largest_share(shares);
    const Raster readout = pictures.readout(level.level);
    levels += fmt::format(
        "<article class=\"level\">{}<div class=\"pictures\"><figure><svg class=\"picture\" role=\"img\" "
        "aria-label=\"the target\" viewBox=\"0 0 1 1\"><use href=\"#target-picture\"/></svg>"
        "<figcaption>f</figcaption></figure>{}{}</div></article>\n",
        heading(level),
        picture(image_url(readout, map, least, most), fmt::format("readout of level {}", level.level),
                fmt::format("\u03a6<sub>{}</sub>", level.level)),
        picture(image_url(pictures.on_cells(level.level, shares), ColourMap::Inferno, 0, largest),
                fmt::format("shares of the cells in the error of level {}", level.level),
                shares_caption(largest)));
  }
  content += fmt::format(
      "<p class=\"note\">{}</p>\n<div class=\"scales\">{}{}</div>\n<div class=\"levels\">\n{}</div>\n",
      orientation_note(input),
      scale_bar("f and \u03a6<sub>l</sub>", map, value_text(least), value_text(most)),
      scale_bar("a cell\u2019s share of the error", ColourMap::Inferno, "0", "the largest"), levels);
  return content;
}

} // namespace

std::string gallery_section(const ReportInput &input, const CellPictures &pictures) {
  return "<section>\n<h2>Coarse to fine</h2>\n" +
         (input.instance.dimension == 1 ? graphs_of_levels(input, pictures)
                                        : pictures_of_levels(input, pictures)) +
         "<p class=\"note\">A cell\u2019s share is the part that it has in the integral of |f \u2212 "
         "\u03a6<sub>l</sub>|<sup>p</sup>, "
         "from upper bounds found with little effort. These pictures are for the eye; the claims are in the "
         "table.</p>\n</section>\n";
}

} // namespace layercert
