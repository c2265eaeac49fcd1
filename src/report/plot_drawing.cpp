// Where everything in a plot stands. The frame takes what the labels leave: ticks at the left, the names of
// the series at the right, each as near as it can be to where its curve ends.
#include "plot_canvas.hpp"

#include "decimal.hpp"
#include "plot_scale.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>

namespace layercert {

namespace {

// In units of the picture, which are pixels where it is shown kPlotWidth wide.
constexpr double kEdge = 8; // of the picture, free of anything
constexpr double kCharacter = 6.4;
constexpr double kLine = 18;
constexpr double kNameLine = 14; // between names at the right
constexpr double kLegendSample = 26;
constexpr double kMarkRadius = 3.4;
constexpr double kGap = 7; // between a curve's end and its name
constexpr int kTooltipDigits = 6;

std::string mark_path(int colour, double x, double y) {
  constexpr double r = kMarkRadius;
  constexpr double k = 0.5523 * r; // a quarter of a circle
  switch (colour) {
  case 0: // a circle
    return fmt::format("M{:.2f} {:.2f}c0 {n:.2f} {m:.2f} -{r} {r} -{r}c{k:.2f} 0 {r} {m:.2f} {r} {r}c0 "
                       "{k:.2f} -{m:.2f} {r} -{r} "
                       "{r}c-{k:.2f} 0 -{r} -{m:.2f} -{r} -{r}z",
                       x - r, y, fmt::arg("r", r), fmt::arg("k", k), fmt::arg("m", r - k), fmt::arg("n", -k));
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

bool has_band(const PlotSeries &series) {
  return std::any_of(series.points.begin(), series.points.end(),
                     [](const PlotPoint &p) { return p.lower != p.upper; });
}

class Drawing {
public:
  Drawing(const Plot &plot, PlotCanvas &canvas) : plot_(plot), out_(canvas) {
    for (const PlotSeries &series : plot.series) {
      assert(series.colour >= 0 && series.colour < kPlotColours);
      for (const PlotPoint &point : series.points) {
        x_values_.push_back(point.x);
        y_values_.push_back(point.lower);
        y_values_.push_back(point.upper);
      }
    }
    for (const PlotText &text : plot.texts) {
      x_values_.push_back(text.x);
      y_values_.push_back(text.y);
    }
  }

  double draw() {
    draw_legend();
    const double top = at_y_ + (plot_.y.label.empty() ? 4 : kLine);
    double widest = 0; // the ticks at the left do not depend on where the frame ends
    const PlotScale first(plot_.y, y_values_, top + plot_.height, top);
    for (const PlotTick &tick : first.ticks()) {
      widest = std::max(widest, characters_of(tick.label));
    }
    const double left = std::max(kEdge + widest * kCharacter + 6, row_label_width());
    const double right = kPlotWidth - kEdge - names_width();
    const double height = plot_.picture ? right - left : plot_.height;
    const PlotScale y(plot_.y, y_values_, top + height, top);
    const PlotScale x(plot_.x, x_values_, left, right);
    if (!plot_.y.label.empty()) {
      out_.text(Lettering::Label, 0, kEdge, at_y_ + 10, "start", plot_.y.label);
    }
    if (plot_.picture) {
      out_.picture(left, top, right - left, height, *plot_.picture);
    }
    draw_axes(x, y);
    // What lies outside of the frame is cut off.
    out_.begin_clip(x.begin(), y.end(), x.end() - x.begin(), y.begin() - y.end());
    for (const PlotSeries &series : plot_.series) {
      draw_band(series, x, y);
    }
    for (const PlotSeries &series : plot_.series) {
      draw_line(series, x, y);
    }
    out_.end_clip();
    for (const PlotSeries &series : plot_.series) {
      draw_marks(series, x, y);
    }
    if (plot_.names == PlotNames::AtEnds) {
      draw_names(x, y);
    }
    for (const PlotText &text : plot_.texts) {
      if (is_drawable(plot_.x, text.x) && is_drawable(plot_.y, text.y)) {
        out_.text(Lettering::Series, text.colour, x.place(text.x), y.place(text.y) + text.down, "middle",
                  text.text);
      }
    }
    double below = y.begin() + kLine;
    if (!plot_.x.label.empty()) {
      below += kLine;
      out_.text(Lettering::Label, 0, (x.begin() + x.end()) / 2, below - 3, "middle", plot_.x.label);
    }
    if (!plot_.row.empty()) {
      below += kLine;
      draw_row(x, below - 3);
    }
    return below + 4;
  }

private:
  void draw_legend() {
    at_y_ = 6;
    if (plot_.names != PlotNames::InLegend) {
      at_y_ = 4;
      return;
    }
    double x = kEdge;
    bool any = false;
    for (const PlotSeries &series : plot_.series) {
      if (series.name.empty()) {
        continue;
      }
      const double width = kLegendSample + kCharacter * characters_of(series.name) + 14;
      if (any && x + width > kPlotWidth) {
        x = kEdge;
        at_y_ += kLine;
      }
      const double middle = at_y_ + 6;
      if (has_band(series)) {
        out_.path(Ink::Band, series.colour,
                  fmt::format("M{} {}h{}v6h-{}z", x, middle - 3, kLegendSample - 6, kLegendSample - 6), "");
      }
      if (series.edge != PlotEdge::None) {
        out_.path(line_of(series), series.colour, fmt::format("M{} {}h{}", x, middle, kLegendSample - 6), "");
      }
      if (series.marks) {
        out_.path(Ink::Mark, series.colour, mark_path(series.colour, x + (kLegendSample - 6) / 2, middle),
                  "");
      }
      out_.text(Lettering::Text, 0, x + kLegendSample, middle + 4, "start", series.name);
      x += width;
      any = true;
    }
    at_y_ += any ? kLine + 2 : 0;
  }

  static Ink line_of(const PlotSeries &series) { return series.dashed ? Ink::DashedLine : Ink::Line; }

  double names_width() const {
    double widest = 0;
    for (const PlotSeries &series : plot_.series) {
      widest = std::max(widest, characters_of(series.name));
    }
    return plot_.names == PlotNames::AtEnds && widest > 0 ? widest * kCharacter + kGap + 3 : 0;
  }

  double row_label_width() const {
    return plot_.row.empty() ? 0 : kEdge + characters_of(plot_.row_label) * kCharacter + 2;
  }

  void draw_axes(const PlotScale &x, const PlotScale &y) {
    for (const PlotTick &tick : y.ticks()) {
      const double place = y.place(tick.value);
      draw_tick(fmt::format("M{:.2f} {:.2f}H", x.begin(), place), x.end(), x.begin() - 4);
      out_.text(Lettering::Text, 0, x.begin() - 6, place + 4, "end", tick.label);
    }
    double free_from = 0;
    for (const PlotTick &tick : x.ticks()) {
      const double place = x.place(tick.value);
      draw_tick(fmt::format("M{:.2f} {:.2f}V", place, y.begin()), y.end(), y.begin() + 4);
      const double half = characters_of(tick.label) * kCharacter / 2;
      if (place - half > free_from) { // labels do not run into each other
        out_.text(Lettering::Text, 0, place, y.begin() + 15, "middle", tick.label);
        free_from = place + half + kCharacter / 2;
      }
    }
    std::string frame = fmt::format("M{:.2f} {:.2f}V{:.2f}H{:.2f}", x.begin(), y.end(), y.begin(), x.end());
    if (plot_.picture) {
      frame += fmt::format("V{:.2f}z", y.end());
    }
    out_.path(Ink::Axis, 0, frame, "");
  }

  // Through the frame, or, beside a picture, outside of it.
  void draw_tick(const std::string &from, double through, double outside) {
    out_.path(plot_.picture ? Ink::Axis : Ink::Grid, 0,
              from + fmt::format("{:.2f}", plot_.picture ? outside : through), "");
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
    if (!has_band(series)) {
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
        out_.path(series.marks ? Ink::Band : Ink::Area, series.colour, path + "z", "");
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
        out_.path(line_of(series), series.colour, path, "");
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
    std::string name;
    for (const LabelPart &part : parts_of(series.name)) {
      name += part.text;
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
      out_.path(Ink::Mark, series.colour,
                mark_path(series.colour, x.place(point.x), edge_place(series, point, y)),
                fmt::format("{}{}{:.10g}: {}", name, name.empty() ? "" : ", ", point.x, numbers));
    }
  }

  struct Name {
    const PlotSeries *series;
    double x, y;  // of the curve's end
    double place; // of the name
  };

  // Names that would lie on each other are pushed apart, those at the bottom upward in the end.
  void draw_names(const PlotScale &x, const PlotScale &y) {
    std::vector<Name> names;
    for (const PlotSeries &series : plot_.series) {
      const auto end =
          std::find_if(series.points.rbegin(), series.points.rend(), [&](const PlotPoint &point) {
            return has_place(point) && is_drawable(plot_.y, edge_value(series, point)) && x.holds(point.x);
          });
      if (!series.name.empty() && end != series.points.rend()) {
        const double at = std::clamp(edge_place(series, *end, y), y.end(), y.begin());
        names.push_back({&series, x.place(end->x), at, at});
      }
    }
    std::stable_sort(names.begin(), names.end(), [](const Name &a, const Name &b) { return a.y < b.y; });
    for (std::size_t i = 1; i < names.size(); ++i) {
      names[i].place = std::max(names[i].place, names[i - 1].place + kNameLine);
    }
    double floor = y.begin() + 4;
    for (std::size_t i = names.size(); i-- > 0;) {
      names[i].place = std::min(names[i].place, floor);
      floor = names[i].place - kNameLine;
    }
    for (const Name &name : names) {
      if (std::fabs(name.place - name.y) > 2 || x.end() - name.x > 2 * kGap) {
        out_.path(Ink::Leader, name.series->colour,
                  fmt::format("M{:.2f} {:.2f}L{:.2f} {:.2f}", name.x + kMarkRadius + 1, name.y,
                              x.end() + kGap - 2, name.place),
                  "");
      }
      out_.text(Lettering::Series, name.series->colour, x.end() + kGap, name.place + 4, "start",
                name.series->name);
    }
  }

  void draw_row(const PlotScale &x, double y) {
    out_.text(Lettering::Label, 0, kEdge, y, "start", plot_.row_label);
    double free_from = x.begin() - kGap;
    for (const PlotText &text : plot_.row) {
      const double place = x.place(text.x);
      const double half = characters_of(text.text) * kCharacter / 2;
      if (place - half > free_from && place + half < kPlotWidth) {
        out_.text(Lettering::Series, text.colour, place, y, "middle", text.text);
        free_from = place + half + kCharacter / 2;
      }
    }
  }

  const Plot &plot_;
  PlotCanvas &out_;
  std::vector<double> x_values_, y_values_;
  double at_y_ = 0; // below what is drawn so far
};

} // namespace

double draw(const Plot &plot, PlotCanvas &canvas) { return Drawing(plot, canvas).draw(); }

} // namespace layercert
