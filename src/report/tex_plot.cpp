#include "tex_plot.hpp"

#include "plot_canvas.hpp"
#include "plot_scale.hpp"
#include "tex_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace layercert {

namespace {

constexpr std::array<const char *, kPlotColours> kMarks = {"*",        "square*",   "triangle*",
                                                           "diamond*", "triangle*", "-"};

// For the eye, with as many digits as anybody sees; ends that cannot be drawn are left out or stand at the
// frame.
std::string coordinate(double x, double y) { return fmt::format(" ({:.6g},{:.6g})", x, y); }

class TexPlot {
public:
  TexPlot(const Plot &plot, const std::string &image) : plot_(plot), image_(image) {
    for (const PlotSeries &series : plot.series) {
      for (const PlotPoint &point : series.points) {
        for (const double value : {point.lower, point.upper}) {
          if (is_drawable(plot.y, value)) {
            lowest_ = any_ ? std::min(lowest_, value) : value;
            highest_ = any_ ? std::max(highest_, value) : value;
            any_ = true;
          }
        }
      }
    }
  }

  std::string text(const std::string &width) {
    std::string out =
        "\\begin{tikzpicture}\n\\begin{axis}[scale only axis, width=" + width +
        ", height=" + (plot_.picture ? width : fmt::format("{:.2f}*{}", plot_.height / 280, width)) +
        ", clip=false, tick align=outside, tick pos=left,\n  label style={font=\\footnotesize}, "
        "tick label style={font=\\footnotesize}" +
        axis("x", plot_.x) + axis("y", plot_.y) +
        (plot_.picture ? "" : ", grid=major, grid style={black!15}") + "]\n";
    if (plot_.picture) {
      out += "\\addplot graphics[xmin=0, xmax=1, ymin=0, ymax=1] {" + image_ + "};\n";
    }
    for (const PlotSeries &series : plot_.series) {
      out += band(series);
    }
    for (const PlotSeries &series : plot_.series) {
      out += line(series);
    }
    for (const PlotText &one : plot_.texts) {
      out += fmt::format(
          "\\node[font=\\footnotesize, text=layercert{}, anchor=north] at (axis cs:{:.6g},{:.6g}) {{{}}};\n",
          one.colour, one.x, one.y, tex_text_of(one.text));
    }
    for (const PlotText &one : plot_.row) { // below the ticks
      out += fmt::format("\\node[font=\\scriptsize, text=layercert{}] at ({{axis cs:{:.6g},{:.6g}}} |- {{rel "
                         "axis cs:0,-0.3}}) {{{}}};\n",
                         one.colour, one.x, highest_, tex_text_of(one.text));
    }
    if (!plot_.row.empty()) {
      out += fmt::format("\\node[font=\\scriptsize, anchor=east] at (rel axis cs:0,-0.3) {{{}}};\n",
                         tex_text_of(plot_.row_label));
    }
    return out + "\\end{axis}\n\\end{tikzpicture}%\n";
  }

private:
  std::string axis(const std::string &name, const PlotAxis &axis) const {
    std::string out;
    if (!axis.label.empty()) {
      out += fmt::format(",\n  {}label={{{}}}", name, tex_text_of(axis.label));
    }
    if (axis.logarithmic) {
      out += fmt::format(", {}mode=log", name);
    }
    if (axis.least) {
      out += fmt::format(", {}min={:.6g}", name, *axis.least);
    }
    if (axis.most) {
      out += fmt::format(", {}max={:.6g}", name, *axis.most);
    }
    if (axis.whole && plot_.series.size() > 0) {
      out += fmt::format(", {0}tick distance=1, enlarge {0} limits={{abs=0.35}}", name);
    }
    if (!axis.ticks.empty()) {
      std::string ticks;
      for (const double tick : axis.ticks) {
        ticks += fmt::format("{}{:.6g}", ticks.empty() ? "" : ",", tick);
      }
      out += fmt::format(", {}tick={{{}}}", name, ticks);
      if (!axis.tick_labels.empty()) {
        std::string labels;
        for (const std::string &label : axis.tick_labels) {
          labels += (labels.empty() ? "" : ",") + tex_text_of(label);
        }
        out += fmt::format(", {}ticklabels={{{}}}", name, labels);
      }
    }
    return out;
  }

  double at_frame(double value, bool upper) const {
    return is_drawable(plot_.y, value) ? value : upper ? highest_ : lowest_;
  }
  bool has_place(const PlotPoint &point) const {
    return any_ && is_drawable(plot_.x, point.x) && !std::isnan(point.lower) && !std::isnan(point.upper);
  }

  // Steps are written out: pgfplots' own end at the last point's x otherwise.
  template <class Value>
  static std::string along(const PlotSeries &series, const std::vector<PlotPoint> &points, Value value) {
    std::string out;
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (series.shape == PlotShape::Steps && i > 0) {
        out += coordinate(points[i].x, value(points[i - 1]));
      }
      out += coordinate(points[i].x, value(points[i]));
    }
    return out;
  }

  std::string band(const PlotSeries &series) const {
    std::vector<PlotPoint> points;
    bool any = false;
    for (const PlotPoint &point : series.points) {
      if (has_place(point)) {
        points.push_back({point.x, at_frame(point.lower, false), at_frame(point.upper, true)});
        any = any || point.lower != point.upper;
      }
    }
    if (!any) {
      return "";
    }
    const std::string upper = along(series, points, [](const PlotPoint &p) { return p.upper; });
    std::vector<std::string> lower;
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (series.shape == PlotShape::Steps && i > 0) {
        lower.push_back(coordinate(points[i].x, points[i - 1].lower));
      }
      lower.push_back(coordinate(points[i].x, points[i].lower));
    }
    std::string back;
    for (std::size_t i = lower.size(); i-- > 0;) {
      back += lower[i];
    }
    return fmt::format(
        "\\addplot[draw={1}, fill=layercert{0}, opacity=0.3, forget plot] coordinates {{{2}{3}}} -- cycle;\n",
        series.colour,
        series.marks ? fmt::format("layercert{}, line width=2pt, line join=round", series.colour) : "none",
        upper, back);
  }

  std::string line(const PlotSeries &series) const {
    if (series.edge == PlotEdge::None) {
      return "";
    }
    const auto value = [&](const PlotPoint &p) { return series.edge == PlotEdge::Upper ? p.upper : p.lower; };
    std::vector<PlotPoint> points;
    for (const PlotPoint &point : series.points) {
      if (has_place(point) && is_drawable(plot_.y, value(point))) {
        points.push_back(point);
      }
    }
    if (points.empty()) {
      return "";
    }
    std::string out = fmt::format("\\addplot[layercert{}, thick{}{}] coordinates {{{}}}", series.colour,
                                  series.dashed ? ", dashed" : "",
                                  series.marks ? fmt::format(", mark={}, mark options={{solid}}",
                                                             kMarks[static_cast<std::size_t>(series.colour)])
                                               : ", no markers",
                                  along(series, points, value));
    if (!series.name.empty()) {
      out += fmt::format("\n  node[pos=1, right, font=\\footnotesize] {{{}}}", tex_text_of(series.name));
    }
    return out + ";\n";
  }

  const Plot &plot_;
  std::string image_;
  double lowest_ = 0, highest_ = 1;
  bool any_ = false;
};

struct Symbol {
  std::string_view text;
  const char *tex;
};
constexpr std::array<Symbol, 11> kSymbols = {{{"\u2212", "$-$"},
                                              {"\u2264", "$\\le$"},
                                              {"\u2265", "$\\ge$"},
                                              {"\u221e", "$\\infty$"},
                                              {"\u03a6", "$\\Phi$"},
                                              {"\u03c9", "$\\omega$"},
                                              {"\u03bb", "$\\lambda$"},
                                              {"\u03b1", "$\\alpha$"},
                                              {"\u00b7", "$\\cdot$"},
                                              {"\u00f6", "\\\"o"},
                                              {"\u00a0", "~"}}};

std::string with_symbols(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto *const found = std::find_if(kSymbols.begin(), kSymbols.end(), [&](const Symbol &symbol) {
      return text.starts_with(symbol.text);
    });
    const std::size_t length = found != kSymbols.end() ? found->text.size() : 1;
    out += found != kSymbols.end() ? std::string(found->tex) : tex_text(text.substr(0, 1));
    text.remove_prefix(length);
  }
  return out;
}

// Within mathematics, without the dollars.
std::string in_mathematics(const std::string &text) {
  std::string out = with_symbols(text);
  std::erase(out, '$');
  return out;
}

} // namespace

std::string tex_of(const Plot &plot, const std::string &width, const std::string &image) {
  return TexPlot(plot, image).text(width);
}

std::string tex_colours() {
  std::string out;
  for (std::size_t i = 0; i < kColoursOnLight.size(); ++i) {
    std::string digits = kColoursOnLight[i] + 1;
    std::transform(digits.begin(), digits.end(), digits.begin(),
                   [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c; });
    out += fmt::format("\\definecolor{{layercert{}}}{{HTML}}{{{}}}\n", i, digits);
  }
  return out;
}

// Letters, indices and exponents that follow each other make one piece of mathematics.
std::string tex_text_of(const std::string &label) {
  std::string out;
  LabelPlace place = LabelPlace::Line;
  bool inside = false; // of mathematics
  for (const LabelPart &part : parts_of(label)) {
    const bool plain = part.place == LabelPlace::Line && !part.italic;
    if (place != LabelPlace::Line && part.place != place) {
      out += "}";
    }
    if (inside == plain) {
      out += "$";
      inside = !plain;
    }
    if (part.place != LabelPlace::Line && part.place != place) {
      out += part.place == LabelPlace::Index ? "_{" : "^{";
    }
    out += plain ? with_symbols(part.text) : in_mathematics(part.text);
    place = part.place;
  }
  return out + (place != LabelPlace::Line ? "}" : "") + (inside ? "$" : "");
}

} // namespace layercert
