#include "svg_plot.hpp"

#include "decimal.hpp"
#include "markup.hpp"
#include "plot_scale.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

namespace layercert {

namespace {

// In units of the picture, which are pixels where it is shown kWidth wide.
constexpr double kWidth = 380;
constexpr double kEdge = 8; // of the picture, free of anything
constexpr double kCharacter = 6.4;
constexpr double kLine = 18;
constexpr double kLegendSample = 26;
constexpr double kMarkRadius = 3.4;
constexpr int kTooltipDigits = 6;

std::string class_of(const PlotSeries &series, std::string_view part) {
  assert(series.colour >= 0 && series.colour < kPlotColours);
  return fmt::format("{} plot-c{}{}", part, series.colour,
                     series.dashed && part == "plot-line" ? " plot-dashed" : "");
}

std::string mark_path(int colour, double x, double y) {
  constexpr double r = kMarkRadius;
  switch (colour) {
  case 0: // a circle
    return fmt::format("M{:.2f} {:.2f}a{r} {r} 0 1 0 {d} 0a{r} {r} 0 1 0 -{d} 0z", x - r, y, fmt::arg("r", r),
                       fmt::arg("d", 2 * r));
  case 1: // a square
    return fmt::format("M{:.2f} {:.2f}h{d}v{d}h-{d}z", x - 0.9 * r, y - 0.9 * r, fmt::arg("d", 1.8 * r));
  case 2: // triangles
    return fmt::format("M{:.2f} {:.2f}l{} {}h-{}z", x, y - 1.2 * r, 1.2 * r, 2.1 * r, 2.4 * r);
  case 4:
    return fmt::format("M{:.2f} {:.2f}l{} -{}h-{}z", x, y + 1.2 * r, 1.2 * r, 2.1 * r, 2.4 * r);
  case 3: // a diamond
    return fmt::format("M{:.2f} {:.2f}l{s} {s}l-{s} {s}l-{s} -{s}z", x, y - 1.3 * r, fmt::arg("s", 1.3 * r));
  default: // a bar
    return fmt::format("M{:.2f} {:.2f}h{}v{}h-{}z", x - 1.3 * r, y - 0.5 * r, 2.6 * r, r, 2.6 * r);
  }
}

class Drawing {
public:
  explicit Drawing(const Plot &plot) : plot_(plot) {
    for (const PlotSeries &series : plot.series) {
      for (const PlotPoint &point : series.points) {
        x_values_.push_back(point.x);
        y_values_.push_back(point.lower);
        y_values_.push_back(point.upper);
      }
    }
    draw_legend();
  }

  std::string markup(std::string_view style) {
    const double top = at_y_ + (plot_.y.label.empty() ? 4 : kLine);
    const PlotScale y(plot_.y, y_values_, top + plot_.height, top);
    double widest = 0;
    for (const PlotTick &tick : y.ticks()) {
      widest = std::max(widest, tick.characters);
    }
    const PlotScale x(plot_.x, x_values_, kEdge + widest * kCharacter + 6, kWidth - kEdge);
    if (!plot_.y.label.empty()) {
      text(kEdge, at_y_ + 10, "start", escaped(plot_.y.label), "plot-label");
    }
    draw_axes(x, y);
    // What lies outside of the frame is cut off.
    out_ +=
        fmt::format("<svg x=\"{0:.2f}\" y=\"{1:.2f}\" width=\"{2:.2f}\" height=\"{3:.2f}\" viewBox=\"{0:.2f} "
                    "{1:.2f} {2:.2f} {3:.2f}\">\n",
                    x.begin(), y.end(), x.end() - x.begin(), y.begin() - y.end());
    for (const PlotSeries &series : plot_.series) {
      draw_band(series, x, y);
    }
    for (const PlotSeries &series : plot_.series) {
      draw_line(series, x, y);
    }
    out_ += "</svg>\n";
    for (const PlotSeries &series : plot_.series) {
      draw_marks(series, x, y);
    }
    const double height = y.begin() + kLine + (plot_.x.label.empty() ? 0 : kLine) + 4;
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"plot\" role=\"img\" viewBox=\"0 0 {} "
        "{}\" aria-label=\"{}\">\n<title>{}</title>\n{}{}</svg>\n",
        kWidth, height, escaped(plot_.title), escaped(plot_.title), style, out_);
  }

private:
  void text(double x, double y, std::string_view anchor, std::string_view content, std::string_view kind) {
    out_ += fmt::format("<text class=\"{}\" x=\"{:.2f}\" y=\"{:.2f}\" text-anchor=\"{}\">{}</text>\n", kind,
                        x, y, anchor, content);
  }

  void draw_legend() {
    at_y_ = 6;
    double x = kEdge;
    bool any = false;
    for (const PlotSeries &series : plot_.series) {
      if (series.name.empty()) {
        continue;
      }
      const double width =
          kLegendSample + kCharacter * static_cast<double>(count_characters(series.name)) + 14;
      if (any && x + width > kWidth) {
        x = kEdge;
        at_y_ += kLine;
      }
      const double middle = at_y_ + 6;
      if (series.edge != PlotEdge::None) {
        out_ += fmt::format("<path class=\"{}\" d=\"M{} {}h{}\"/>\n", class_of(series, "plot-line"), x,
                            middle, kLegendSample - 6);
      } else {
        out_ += fmt::format("<path class=\"{}\" d=\"M{} {}h{}v10h-{}z\"/>\n", class_of(series, "plot-band"),
                            x, middle - 5, kLegendSample - 6, kLegendSample - 6);
      }
      if (series.marks) {
        out_ += fmt::format("<path class=\"{}\" d=\"{}\"/>\n", class_of(series, "plot-mark"),
                            mark_path(series.colour, x + (kLegendSample - 6) / 2, middle));
      }
      text(x + kLegendSample, middle + 4, "start", escaped(series.name), "plot-text");
      x += width;
      any = true;
    }
    at_y_ += any ? kLine + 2 : 0;
  }

  void draw_axes(const PlotScale &x, const PlotScale &y) {
    for (const PlotTick &tick : y.ticks()) {
      const double place = y.place(tick.value);
      out_ +=
          fmt::format("<path class=\"plot-grid\" d=\"M{:.2f} {:.2f}H{:.2f}\"/>\n", x.begin(), place, x.end());
      text(x.begin() - 6, place + 4, "end", tick.label, "plot-text");
    }
    double free_from = 0;
    for (const PlotTick &tick : x.ticks()) {
      const double place = x.place(tick.value);
      out_ +=
          fmt::format("<path class=\"plot-grid\" d=\"M{:.2f} {:.2f}V{:.2f}\"/>\n", place, y.end(), y.begin());
      const double half = tick.characters * kCharacter / 2;
      if (place - half > free_from) { // labels do not run into each other
        text(place, y.begin() + 15, "middle", tick.label, "plot-text");
        free_from = place + half + kCharacter / 2;
      }
    }
    out_ += fmt::format("<path class=\"plot-axis\" d=\"M{:.2f} {:.2f}V{:.2f}H{:.2f}\"/>\n", x.begin(),
                        y.end(), y.begin(), x.end());
    if (!plot_.x.label.empty()) {
      text((x.begin() + x.end()) / 2, y.begin() + 15 + kLine, "middle", escaped(plot_.x.label), "plot-label");
    }
  }

  // Rounded away from the enclosure; y runs downward.
  double place_of_upper(const PlotScale &y, double value) const {
    return !is_drawable(plot_.y, value) ? y.end() : std::floor(y.place(value) * 100) / 100;
  }
  double place_of_lower(const PlotScale &y, double value) const {
    return !is_drawable(plot_.y, value) ? y.begin() : std::ceil(y.place(value) * 100) / 100;
  }

  bool has_place(const PlotPoint &point) const {
    return is_drawable(plot_.x, point.x) && !std::isnan(point.lower) && !std::isnan(point.upper);
  }

  // A piece of a path through (x, y), from the former point if there is one.
  static void append(std::string &path, PlotShape shape, double x, double y) {
    if (path.empty()) {
      path = fmt::format("M{:.2f} {:.2f}", x, y);
    } else if (shape == PlotShape::Steps) {
      path += fmt::format("H{:.2f}V{:.2f}", x, y);
    } else {
      path += fmt::format("L{:.2f} {:.2f}", x, y);
    }
  }

  void draw_band(const PlotSeries &series, const PlotScale &x, const PlotScale &y) {
    const std::vector<PlotPoint> &points = series.points;
    if (std::all_of(points.begin(), points.end(), [](const PlotPoint &p) { return p.lower == p.upper; })) {
      return;
    }
    for (std::size_t from = 0; from < points.size();) {
      std::size_t to = from;
      std::string path;
      while (to < points.size() && has_place(points[to])) {
        append(path, series.shape, x.place(points[to].x), place_of_upper(y, points[to].upper));
        ++to;
      }
      for (std::size_t i = to; i-- > from;) { // back along the lower ends
        const double place = place_of_lower(y, points[i].lower);
        const double at = x.place(points[i].x);
        path += series.shape == PlotShape::Steps ? fmt::format("V{:.2f}H{:.2f}", place, at)
                                                 : fmt::format("L{:.2f} {:.2f}", at, place);
      }
      if (to > from) {
        out_ += fmt::format("<path class=\"{}\" d=\"{}z\"/>\n", class_of(series, "plot-band"), path);
      }
      from = to + 1;
    }
  }

  static double edge_value(const PlotSeries &series, const PlotPoint &point) {
    return series.edge == PlotEdge::Upper ? point.upper : point.lower;
  }
  double edge_place(const PlotSeries &series, const PlotPoint &point, const PlotScale &y) const {
    return series.edge == PlotEdge::Upper ? place_of_upper(y, point.upper) : place_of_lower(y, point.lower);
  }

  void draw_line(const PlotSeries &series, const PlotScale &x, const PlotScale &y) {
    if (series.edge == PlotEdge::None) {
      return;
    }
    std::string path;
    const auto finish = [&] {
      if (!path.empty()) {
        out_ += fmt::format("<path class=\"{}\" d=\"{}\"/>\n", class_of(series, "plot-line"), path);
      }
      path.clear();
    };
    for (const PlotPoint &point : series.points) {
      if (has_place(point) && is_drawable(plot_.y, edge_value(series, point))) {
        append(path, series.shape, x.place(point.x), edge_place(series, point, y));
      } else {
        finish();
      }
    }
    finish();
  }

  void draw_marks(const PlotSeries &series, const PlotScale &x, const PlotScale &y) {
    if (!series.marks || series.edge == PlotEdge::None) {
      return;
    }
    for (const PlotPoint &point : series.points) {
      const double value = edge_value(series, point);
      if (!has_place(point) || !is_drawable(plot_.y, value) || !x.holds(point.x) || !y.holds(value)) {
        continue;
      }
      const std::string numbers = point.lower == point.upper
                                      ? fmt::format("{:.{}g}", point.lower, kTooltipDigits)
                                      : fmt::format("[{}, {}]", decimal_lower(point.lower, kTooltipDigits),
                                                    decimal_upper(point.upper, kTooltipDigits));
      out_ += fmt::format("<path class=\"{}\" d=\"{}\"><title>{}{}{:.10g}: {}</title></path>\n",
                          class_of(series, "plot-mark"),
                          mark_path(series.colour, x.place(point.x), edge_place(series, point, y)),
                          escaped(series.name), series.name.empty() ? "" : ", ", point.x, numbers);
    }
  }

  const Plot &plot_;
  std::vector<double> x_values_, y_values_;
  double at_y_ = 0; // below what is drawn so far
  std::string out_;
};

// Okabe and Ito's colours, which people with any kind of colour vision tell apart, darker on white and lighter on black.
constexpr std::array<const char *, kPlotColours> kOnLight = {"#0067a3", "#c04a00", "#00805c",
                                                             "#a83f7d", "#8a6500", "#5a5a5a"};
constexpr std::array<const char *, kPlotColours> kOnDark = {"#56b4e9", "#ff8f3f", "#2fc59a",
                                                            "#e69ac6", "#e6b800", "#b0b0b0"};

std::string colours(const std::array<const char *, kPlotColours> &palette) {
  std::string rules;
  for (std::size_t i = 0; i < palette.size(); ++i) {
    rules += fmt::format("--plot-{}:{};", i, palette[i]);
  }
  return rules;
}

} // namespace

std::string svg_of(const Plot &plot) { return Drawing(plot).markup(""); }

std::string svg_file_of(const Plot &plot) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" +
         Drawing(plot).markup("<style>" + plot_style() +
                              "</style>\n<rect class=\"plot-paper\" width=\"100%\" height=\"100%\"/>\n");
}

std::string plot_style() {
  std::string rules = fmt::format(
      ":root{{--plot-ink:#1c2024;--plot-faint:#5b6470;--plot-grid:#d9dde2;--plot-paper:#ffffff;{}}}\n"
      "@media screen and (prefers-color-scheme:dark){{:root{{--plot-ink:#e7eaee;--plot-faint:#a9b2bd;"
      "--plot-grid:#3a424c;--plot-paper:#14181d;{}}}}}\n",
      colours(kOnLight), colours(kOnDark));
  for (int i = 0; i < kPlotColours; ++i) {
    rules += fmt::format(".plot-c{0}{{--plot-colour:var(--plot-{0})}}\n", i);
  }
  return rules + ".plot{display:block;width:100%;height:auto;font:12px system-ui,sans-serif}\n"
                 ".plot-text{fill:var(--plot-ink)}\n"
                 ".plot-label{fill:var(--plot-faint)}\n"
                 ".plot-power{font-size:9px}\n"
                 ".plot-grid{stroke:var(--plot-grid);fill:none}\n"
                 ".plot-axis{stroke:var(--plot-faint);fill:none}\n"
                 ".plot-line{fill:none;stroke:var(--plot-colour);stroke-width:1.8;stroke-linejoin:round}\n"
                 ".plot-dashed{stroke-dasharray:5 3}\n"
                 ".plot-band{fill:var(--plot-colour);opacity:.22}\n"
                 ".plot-mark{fill:var(--plot-colour);stroke:var(--plot-paper);stroke-width:.8}\n"
                 ".plot-paper{fill:var(--plot-paper)}\n";
}

} // namespace layercert
