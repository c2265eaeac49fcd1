// The report of a result folder, in one of the forms that there are.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace layercert::cli {

// The names of the forms: html, tex, csv.
std::vector<std::string> report_formats();

// Requires: one of report_formats(). Throws InputError for what is no result, or was altered.
std::string report_of_result(const std::filesystem::path &folder, const std::string &format);

} // namespace layercert::cli
