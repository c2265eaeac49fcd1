#include "svg_plot.hpp"

#include "markup.hpp"
#include "plot_canvas.hpp"

#include <fmt/format.h>

#include <functional>

namespace layercert {

namespace {

class SvgCanvas final : public PlotCanvas {
public:
  void path(Ink ink, int colour, const std::string &commands, const std::string &tooltip) override {
    out_ += fmt::format("<path class=\"{}\" d=\"{}\"", class_of(ink, colour), commands);
    out_ += tooltip.empty() ? "/>\n" : fmt::format("><title>{}</title></path>\n", escaped(tooltip));
  }
  void text(Lettering lettering, int colour, double x, double y, std::string_view anchor,
            const std::string &label) override {
    const std::string kind = lettering == Lettering::Text    ? "plot-text"
                             : lettering == Lettering::Label ? "plot-label"
                                                             : fmt::format("plot-name plot-c{}", colour);
    out_ += fmt::format("<text class=\"{}\" x=\"{:.2f}\" y=\"{:.2f}\" text-anchor=\"{}\">{}</text>\n", kind,
                        x, y, anchor, svg_text_of(label));
  }
  void picture(double x, double y, double width, double height, const PlotPicture &picture) override {
    out_ +=
        fmt::format("<image class=\"plot-picture\" x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" "
                    "height=\"{:.2f}\" preserveAspectRatio=\"none\" href=\"{}\"/>\n",
                    x, y, width, height, data_url_of("image/png", png_of(picture.image, picture.palette)));
  }
  void begin_clip(double x, double y, double width, double height) override {
    out_ +=
        fmt::format("<svg x=\"{0:.2f}\" y=\"{1:.2f}\" width=\"{2:.2f}\" height=\"{3:.2f}\" viewBox=\"{0:.2f} "
                    "{1:.2f} {2:.2f} {3:.2f}\">\n",
                    x, y, width, height);
  }
  void end_clip() override { out_ += "</svg>\n"; }

  const std::string &markup() const { return out_; }

private:
  static std::string class_of(Ink ink, int colour) {
    switch (ink) {
    case Ink::Grid:
      return "plot-grid";
    case Ink::Axis:
      return "plot-axis";
    case Ink::Leader:
      return fmt::format("plot-leader plot-c{}", colour);
    case Ink::Line:
      return fmt::format("plot-line plot-c{}", colour);
    case Ink::DashedLine:
      return fmt::format("plot-line plot-c{} plot-dashed", colour);
    case Ink::Band:
      return fmt::format("plot-band plot-c{}", colour);
    case Ink::Area:
      return fmt::format("plot-area plot-c{}", colour);
    case Ink::Mark:
      break;
    }
    return fmt::format("plot-mark plot-c{}", colour);
  }

  std::string out_;
};

std::string drawn(const Plot &plot, const std::string &before) {
  SvgCanvas canvas;
  const double height = draw(plot, canvas);
  return fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"plot\" role=\"img\" viewBox=\"0 0 {} "
                     "{:.2f}\" aria-label=\"{}\">\n<title>{}</title>\n{}{}</svg>\n",
                     kPlotWidth, height, escaped(plot.title), escaped(plot.title), before, canvas.markup());
}

using Colours = std::function<std::string(std::string_view name)>;

// The rules, with each colour as it is there, or as a variable.
std::string rules(const Colours &colour) {
  std::string text;
  for (int i = 0; i < kPlotColours; ++i) {
    const std::string of = colour(std::to_string(i));
    text += fmt::format(".plot-line.plot-c{0},.plot-leader.plot-c{0}{{stroke:{1}}}.plot-band.plot-c{0},"
                        ".plot-area.plot-c{0},.plot-mark.plot-c{0},.plot-name.plot-c{0}{{fill:{1}}}"
                        ".plot-band.plot-c{0}{{stroke:{1}}}\n",
                        i, of);
  }
  return text +
         fmt::format(".plot-text{{fill:{0}}}\n"
                     ".plot-label{{fill:{1}}}\n"
                     ".plot-small,.plot-letter.plot-small{{font-size:9.5px}}\n"
                     ".plot-letter{{font-family:\"STIX Two Text\",\"STIX Two Math\",\"Latin Modern Math\","
                     "\"Times New Roman\",serif;font-style:italic;font-size:1.1em}}\n"
                     ".plot-grid{{stroke:{2};fill:none}}\n"
                     ".plot-axis{{stroke:{1};fill:none}}\n"
                     ".plot-line{{fill:none;stroke-width:1.8;stroke-linejoin:round}}\n"
                     ".plot-leader{{fill:none;stroke-width:.7}}\n"
                     ".plot-dashed{{stroke-dasharray:5 3}}\n"
                     ".plot-band{{opacity:.25;stroke-width:5;stroke-linejoin:round}}\n"
                     ".plot-area{{opacity:.4}}\n"
                     ".plot-mark{{stroke:{3};stroke-width:.8}}\n"
                     ".plot-picture{{image-rendering:pixelated}}\n"
                     ".plot-paper{{fill:{3}}}\n",
                     colour("ink"), colour("faint"), colour("grid"), colour("paper"));
}

constexpr const char *kFont = "font:12px system-ui,\"Helvetica Neue\",Arial,sans-serif";

std::string on_paper(std::string_view name) {
  return name == "ink"     ? "#1c2024"
         : name == "faint" ? "#5b6470"
         : name == "grid"  ? "#d9dde2"
         : name == "paper" ? "#ffffff"
                           : kColoursOnLight[static_cast<std::size_t>(name[0] - '0')];
}

std::string variables(const std::array<const char *, kPlotColours> &palette) {
  std::string text;
  for (std::size_t i = 0; i < palette.size(); ++i) {
    text += fmt::format("--plot-{}:{};", i, palette[i]);
  }
  return text;
}

} // namespace

std::string svg_text_of(const std::string &label) {
  std::string text;
  double up = 0; // above the line, as it is
  for (const LabelPart &part : parts_of(label)) {
    const double wanted = part.place == LabelPlace::Exponent ? 4 : part.place == LabelPlace::Index ? -3 : 0;
    const char *const kind = part.place == LabelPlace::Line ? (part.italic ? "plot-letter" : "")
                             : part.italic                  ? "plot-letter plot-small"
                                                            : "plot-small";
    if (wanted == up && *kind == '\0') {
      text += escaped(part.text);
    } else {
      text += fmt::format("<tspan{}{}>{}</tspan>", *kind == '\0' ? "" : fmt::format(" class=\"{}\"", kind),
                          wanted == up ? "" : fmt::format(" dy=\"{:g}\"", up - wanted), escaped(part.text));
    }
    up = wanted;
  }
  return text;
}

std::string svg_of(const Plot &plot) { return drawn(plot, ""); }

std::string svg_file_of(const Plot &plot) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" +
         drawn(plot, fmt::format("<style>.plot{{{}}}\n{}</style>\n<rect class=\"plot-paper\" width=\"100%\" "
                                 "height=\"100%\"/>\n",
                                 kFont, rules(on_paper)));
}

std::string plot_style() {
  std::string light;
  for (const char *name : {"ink", "faint", "grid", "paper"}) {
    light += fmt::format("--plot-{}:{};", name, on_paper(name));
  }
  return fmt::format(
             ":root{{{}{}}}\n"
             "@media screen and (prefers-color-scheme:dark){{:root{{--plot-ink:#e7eaee;--plot-faint:#a9b2bd;"
             "--plot-grid:#3a424c;--plot-paper:#14181d;{}}}}}\n"
             ".plot{{display:block;width:100%;height:auto;{}}}\n",
             light, variables(kColoursOnLight), variables(kColoursOnDark), kFont) +
         rules([](std::string_view name) { return fmt::format("var(--plot-{})", name); });
}

} // namespace layercert
