// Several results side by side: functions by levels, as text, HTML, LaTeX or CSV. The numbers are those of
// the certificates.
#pragma once

#include "layercert/instance/instance.hpp"
#include "layercert/report/colour.hpp"
#include "layercert/result/certificate.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace layercert {

// One row.
struct ResultSummary {
  std::string folder; // of the result, relative to the summary; may be empty
  Instance instance;
  Certificate certificate;
};

// A line for each result, and one that counts the verdicts, with so many targets more that are not in L^p.
// Ratios are rounded up.
std::string text_summary(const std::vector<ResultSummary> &results, std::size_t not_in_lp = 0,
                         Colour colour = Colour::Off);
// A page that needs nothing else, with a link to each result's own report.
std::string html_summary(const std::vector<ResultSummary> &results);
// A tabular of booktabs, for \input.
std::string tex_summary(const std::vector<ResultSummary> &results);
// A line for each level of each result, with both ends of every enclosure.
std::string csv_summary(const std::vector<ResultSummary> &results);

} // namespace layercert
