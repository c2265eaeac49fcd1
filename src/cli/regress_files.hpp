// What regress reads: results, or folders of them, and thresholds.
#pragma once

#include "report/regression.hpp"

#include <filesystem>
#include <vector>

namespace layercert::cli {

// The result that a folder is, under the name "", or those below it, by their relative names: every folder
// that holds a certificate.json. What a killed run has left (.NAME.partial-PID) is no result. Throws
// InputError: none, or one that cannot be read.
std::vector<ResultFacts> read_results(const std::filesystem::path &folder);

// The same, where the folder may be missing or hold nothing yet: then there is no result.
std::vector<ResultFacts> read_results_if_any(const std::filesystem::path &folder);

// Copies the files that regress compares (certificate, profile, time), byte for byte, from the results of
// these names below `now` to those below `baseline`, whose folders are made where they are missing. Replaces
// all files or, if one cannot be read or written, none; then no folder that it made is left. A profile or a
// time that only the baseline has stays, unless it is of another instance. `former` is what the baseline
// held, `latter` what is copied. Throws InputError.
void accept_results(const std::filesystem::path &baseline, const std::vector<ResultFacts> &former,
                    const std::filesystem::path &now, const std::vector<ResultFacts> &latter);

// A TOML file with some of the keys of RegressionThresholds. Throws InputError.
RegressionThresholds read_thresholds(const std::filesystem::path &file);

} // namespace layercert::cli
