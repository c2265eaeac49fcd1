// What regress reads: results, or folders of them, and thresholds.
#pragma once

#include "layercert/report/regression.hpp"

#include <filesystem>
#include <vector>

namespace layercert::cli {

// The result that a folder is, under the name "", or those below it, by their relative names: every folder that holds a certificate.json.
// Throws InputError: none, or one that cannot be read.
std::vector<ResultFacts> read_results(const std::filesystem::path &folder);

// A TOML file with some of the keys of RegressionThresholds. Throws InputError.
RegressionThresholds read_thresholds(const std::filesystem::path &file);

} // namespace layercert::cli
