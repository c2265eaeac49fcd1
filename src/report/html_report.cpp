// The page: what f is and what is proved of it, the levels, the pictures, the network, and how to make it
// again. Each part is in a file of its own.
#include "report.hpp"

#include "html_sections.hpp"
#include "html_style.hpp"
#include "html_text.hpp"
#include "markup.hpp"
#include "network_facts.hpp"
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

std::string html_report(const ReportInput &input) {
  const CellPictures pictures(input);
  const Network network =
      assemble_network(pictures.parameters()); // with a role for every unit, whoever wrote the file
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n"
      "<title>layercert: "
      "{}</title>\n<style>\n{}{}{}</style>\n</head>\n<body>\n<main>\n{}{}{}{}{}</main>\n</body>\n</html>\n",
      escaped(heading_text(input)), plot_style(), network_figure_style(), html_style(),
      html_head_section(input), html_levels_section(input), html_pictures_section(input, pictures),
      html_network_section(input, network), html_run_section(input));
}

} // namespace layercert
