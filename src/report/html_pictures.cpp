#include "html_sections.hpp"

#include "colour_map.hpp"
#include "html_text.hpp"
#include "report_plots.hpp"
#include "svg_plot.hpp"

#include <fmt/format.h>

#include <cmath>

namespace layercert {

namespace {

std::string value_text(double x) { return (x < 0 ? "\u2212" : "") + fmt::format("{:.4g}", std::fabs(x)); }

std::string figure(const ReportFigure &figure) {
  return fmt::format("<figure>{}<figcaption>{} {}</figcaption></figure>\n", svg_of(figure.plot),
                     html_text_of(figure.caption),
                     html_download(figure.name + ".svg", "image/svg+xml", svg_file_of(figure.plot), "SVG"));
}

std::string scale_bar(const std::string &title, ColourMap map, const std::string &least,
                      const std::string &middle, const std::string &most) {
  return fmt::format(
      "<div><span class=\"note\">{}</span><div class=\"scale\"><span>{}</span><span class=\"bar\" "
      "style=\"background:{}\"></span><span>{}</span></div>{}</div>\n",
      title, least, css_gradient_of(map), most,
      middle.empty() ? "" : fmt::format("<span class=\"note\">{}</span>", middle));
}

std::string scale_bars(const ReportInput &input, const CellPictures &pictures) {
  const bool image = !input.instance.image.empty();
  const auto [least, most] = image ? std::pair(0.0, 1.0) : pictures.value_range();
  const double range = pictures.difference_range();
  return fmt::format("<div class=\"scales\">{}{}</div>\n",
                     scale_bar(html_text_of("*f* and *\u03a6*_{l}"),
                               image ? ColourMap::Grey : ColourMap::Viridis, value_text(least), "",
                               value_text(most)),
                     scale_bar(html_text_of("*f* \u2212 *\u03a6*_{l}, at all levels; white is 0"),
                               ColourMap::Signed, value_text(-range), "", value_text(range)));
}

std::string heading(const LevelCertificate &level) {
  return fmt::format("<h3>Level {} <small>{} cells, error at most {}</small></h3>", level.level, level.cells,
                     upper_text(level.error_upper));
}

} // namespace

std::string html_pictures_section(const ReportInput &input, const CellPictures &pictures) {
  const bool plane = input.instance.dimension > 1;
  std::string levels;
  for (const LevelCertificate &level : input.certificate.levels) {
    levels += fmt::format("<article class=\"level\">{}<div class=\"row\">\n{}{}{}</div></article>\n",
                          heading(level), figure(figure_of_readout(input, pictures, level.level)),
                          figure(figure_of_difference(input, pictures, level.level)),
                          plane ? figure(figure_of_section(input, pictures, level.level)) : "");
  }
  return fmt::format("<section>\n<h2>Coarse to fine</h2>\n<div class=\"large\">{}</div>\n{}"
                     "<p class=\"note\">{} is drawn from its values at many points. {} is constant on the "
                     "cells, but for steep ramps too narrow to "
                     "see. These pictures are for the eye; the claims are in the table.</p>\n<div "
                     "class=\"levels\">\n{}</div>\n</section>\n",
                     figure(figure_of_target(input, pictures)), plane ? scale_bars(input, pictures) : "",
                     html_letter("f"), html_text_of("*\u03a6*_{l}"), levels);
}

} // namespace layercert
