// The parts of a report for a paper, each a file to \input or to include.
#pragma once

#include "report.hpp"

#include <string>
#include <vector>

namespace layercert {

struct ReportFile {
  std::string name;
  std::string bytes;
};

// report-preamble.tex names the packages; report-formula.tex, report-table.tex, report-errors.tex,
// report-ratios.tex and report-pictures.tex are for \input, and report-*.png belong to the last. `folder` is
// where the paper finds them, empty or with a slash at its end.
std::vector<ReportFile> tex_fragments(const ReportInput &input, const std::string &folder);
// Likewise, without report-ratios.tex.
std::vector<ReportFile> tex_fragments(const LayersReportInput &input, const std::string &folder);

// Every figure as report-NAME.svg and report-NAME.pdf.
std::vector<ReportFile> standalone_figures(const ReportInput &input);
std::vector<ReportFile> standalone_figures(const LayersReportInput &input);

// The parts that a whole document has, too.
std::string tex_preamble();
std::string tex_formula(const ReportFacts &input);
std::string tex_table(const ReportInput &input); // the tabular alone
std::string tex_table(const LayersReportInput &input);
std::string tex_claim(const ReportInput &input); // in mathematics
std::string tex_claim(const LayersReportInput &input);

} // namespace layercert
