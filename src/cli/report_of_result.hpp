// The report of a result folder, in one of the forms that there are.
#pragma once

#include "report/tex_fragments.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace layercert::cli {

// The names of the forms: html, tex, csv.
std::vector<std::string> report_formats();

// Requires: one of report_formats(). Throws InputError for what is no result, or was altered. `check` is what
// the page says of a check that was run for it.
std::string report_of_result(const std::filesystem::path &folder, const std::string &format,
                             const std::string &check = "");

// The parts for a paper that finds them in `out`, and every figure by itself (report/tex_fragments.hpp).
// Throws like report_of_result.
std::vector<ReportFile> report_files(const std::filesystem::path &folder, const std::filesystem::path &out,
                                     bool fragment, bool standalone);

} // namespace layercert::cli
