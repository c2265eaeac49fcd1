// The parts of the HTML report, from the top.
#pragma once

#include "readout_pictures.hpp"
#include "report.hpp"

#include <string>
#include <vector>

namespace layercert {

std::string html_head_section(const ReportInput &input);
std::string html_head_section(const LayersReportInput &input);
std::string html_levels_section(const ReportInput &input);
std::string html_readouts_section(const LayersReportInput &input);
// f, then the readouts and how far f is from them. `headings` are markup, one a readout; `note` says how the
// readouts are drawn.
std::string html_pictures_section(const ReportFacts &input, const ReadoutPictures &pictures,
                                  const std::vector<std::string> &headings, const std::string &note);
// Requires: a role for every unit.
std::string html_network_section(const ReportInput &input, const Network &network);
// How the result was made and can be checked, its files, how to cite it.
std::string html_run_section(const ReportInput &input);
std::string html_run_section(const LayersReportInput &input);

// f in mathematics, and as code.
std::string html_target(const ReportFacts &input);
// omega_p(f, t) = sup ..., in mathematics.
std::string html_modulus_definition(const Instance &instance);
// A sentence with a space before it; empty without a remainder.
std::string html_remark_on_remainder(const Instance &instance);

// "certified" with its sign, in its colour.
std::string html_badge(Status status);
std::string html_sign(Status status);
struct ReportFigure;
// With its caption, and a link that saves it.
std::string html_figure(const ReportFigure &figure);

// A link that saves the text under the name.
std::string html_download(const std::string &name, const std::string &type, const std::string &text,
                          const std::string &words);

} // namespace layercert
