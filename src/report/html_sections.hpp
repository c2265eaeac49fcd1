// The parts of the HTML report, from the top.
#pragma once

#include "cell_pictures.hpp"
#include "report.hpp"

#include <string>

namespace layercert {

std::string html_head_section(const ReportInput &input);
std::string html_levels_section(const ReportInput &input);
// f, then the readouts and how far f is from them.
std::string html_pictures_section(const ReportInput &input, const CellPictures &pictures);
// Requires: a role for every unit.
std::string html_network_section(const ReportInput &input, const Network &network);
// How the result was made and can be checked, its files, how to cite it.
std::string html_run_section(const ReportInput &input);

// "certified" with its sign, in its colour.
std::string html_badge(Status status);
std::string html_sign(Status status);

// A link that saves the text under the name.
std::string html_download(const std::string &name, const std::string &type, const std::string &text,
                          const std::string &words);

} // namespace layercert
