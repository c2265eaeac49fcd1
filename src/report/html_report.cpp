// The page: what f is and what is proved of it, the levels, the pictures, the network, and how to make it
// again. Each part is in a file of its own.
#include "report.hpp"

#include "cell_pictures.hpp"
#include "html_sections.hpp"
#include "html_style.hpp"
#include "html_text.hpp"
#include "layer_pictures.hpp"
#include "markup.hpp"
#include "network_facts.hpp"
#include "report_plots.hpp"
#include "report_text.hpp"
#include "svg_plot.hpp"

#include <fmt/format.h>

namespace layercert {

std::string html_sign(Status status) {
  return status == Status::Certified ? "\u2713" : status == Status::Refuted ? "\u2717" : "?";
}

std::string html_badge(Status status) {
  return fmt::format("<span class=\"badge {0}\">{1} {0}</span>", name_of(status), html_sign(status));
}

std::string html_download(const std::string &name, const std::string &type, const std::string &text,
                          const std::string &words) {
  return fmt::format("<a class=\"download\" download=\"{}\" href=\"{}\">{}</a>", escaped(name),
                     data_url_of(type, text), escaped(words));
}

std::string html_figure(const ReportFigure &figure) {
  return fmt::format("<figure>{}<figcaption>{} {}</figcaption></figure>\n", svg_of(figure.plot),
                     html_text_of(figure.caption),
                     html_download(figure.name + ".svg", "image/svg+xml", svg_file_of(figure.plot), "SVG"));
}

namespace {

std::string page(const std::string &title, const std::string &content) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n"
      "<title>layercert: "
      "{}</title>\n<style>\n{}{}{}</style>\n</head>\n<body>\n<main>\n{}</main>\n</body>\n</html>\n",
      escaped(title), plot_style(), network_figure_style(), html_style(), content);
}

} // namespace

std::string html_report(const ReportInput &input) {
  const CellPictures pictures(input);
  const Network network =
      assemble_network(pictures.parameters()); // with a role for every unit, whoever wrote the file
  std::vector<std::string> headings;
  for (const LevelCertificate &level : input.certificate.levels) {
    headings.push_back(fmt::format("Level {} <small>{} cells, error at most {}</small>", level.level,
                                   level.cells, upper_text(level.error_upper)));
  }
  const std::string note =
      html_text_of("*\u03a6*_{l}") + " is constant on the cells, but for steep ramps too narrow to see.";
  return page(heading_text(input), html_head_section(input) + html_levels_section(input) +
                                       html_pictures_section(input, pictures, headings, note) +
                                       html_network_section(input, network) + html_run_section(input));
}

std::string html_report(const LayersReportInput &input) {
  const LayerPictures pictures(input);
  std::vector<std::string> headings;
  int number = 0;
  for (const ReadoutCertificate &readout : input.certificate.readouts) {
    headings.push_back(fmt::format("Readout {} <small>{}, error at most {}</small>", ++number,
                                   escaped(readout.name), upper_text(readout.level.error_upper)));
  }
  const std::string note = "So is every readout " + html_text_of("*\u03a6*_{i}") + ".";
  return page(heading_text(input), html_head_section(input) + html_readouts_section(input) +
                                       html_pictures_section(input, pictures, headings, note) +
                                       html_run_section(input));
}

} // namespace layercert
