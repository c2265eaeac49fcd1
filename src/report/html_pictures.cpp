#include "html_sections.hpp"

#include "colour_map.hpp"
#include "html_text.hpp"
#include "report_plots.hpp"

#include <fmt/format.h>

#include <cmath>

namespace layercert {

namespace {

std::string value_text(double x) { return (x < 0 ? "\u2212" : "") + fmt::format("{:.4g}", std::fabs(x)); }

std::string scale_bar(const std::string &title, ColourMap map, const std::string &least,
                      const std::string &middle, const std::string &most) {
  return fmt::format(
      "<div><span class=\"note\">{}</span><div class=\"scale\"><span>{}</span><span class=\"bar\" "
      "style=\"background:{}\"></span><span>{}</span></div>{}</div>\n",
      title, least, css_gradient_of(map), most,
      middle.empty() ? "" : fmt::format("<span class=\"note\">{}</span>", middle));
}

std::string scale_bars(const ReportFacts &input, const ReadoutPictures &pictures) {
  const bool image = !input.instance.image.empty();
  const auto [least, most] = image ? std::pair(0.0, 1.0) : pictures.value_range();
  const double range = pictures.difference_range();
  return fmt::format("<div class=\"scales\">{}{}</div>\n",
                     scale_bar(html_text_of("*f* and the readouts"),
                               image ? ColourMap::Grey : ColourMap::Viridis, value_text(least), "",
                               value_text(most)),
                     scale_bar(html_text_of("*f* less a readout, for all of them; white is 0"),
                               ColourMap::Signed, value_text(-range), "", value_text(range)));
}

} // namespace

std::string html_pictures_section(const ReportFacts &input, const ReadoutPictures &pictures,
                                  const std::vector<std::string> &headings, const std::string &note) {
  const bool plane = input.instance.dimension > 1;
  std::string readouts;
  int number = 0;
  for (const std::string &heading : headings) {
    ++number;
    readouts +=
        fmt::format("<article class=\"level\"><h3>{}</h3><div class=\"row\">\n{}{}{}</div></article>\n",
                    heading, html_figure(figure_of_readout(input, pictures, number)),
                    html_figure(figure_of_difference(input, pictures, number)),
                    plane ? html_figure(figure_of_section(input, pictures, number)) : "");
  }
  return fmt::format(
      "<section>\n<h2>Coarse to fine</h2>\n<div class=\"large\">{}</div>\n{}"
      "<p class=\"note\">{} is drawn from its values at many points. {} These pictures are for "
      "the eye; the claims are in the table.</p>\n<div "
      "class=\"levels\">\n{}</div>\n</section>\n",
      html_figure(figure_of_target(input, pictures)), plane ? scale_bars(input, pictures) : "",
      html_letter("f"), note, readouts);
}

} // namespace layercert
