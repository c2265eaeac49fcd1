// One table of the results in a folder, in one of the forms that reports have.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace layercert::cli {

// The results in a folder that is none itself, by name; empty if there are none.
std::vector<std::filesystem::path> results_in(const std::filesystem::path &folder);

// Requires: one of report_formats(). Throws InputError for what is no result, or was altered.
std::string summary_of_results(const std::vector<std::filesystem::path> &folders, const std::string &format);

} // namespace layercert::cli
