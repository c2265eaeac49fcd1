// A result, or a folder of results, against an older one.
#pragma once

#include "regress_files.hpp"

#include <filesystem>
#include <vector>

namespace layercert::cli {

struct ResultComparison {
  std::vector<ResultFacts> baseline, now;
  std::vector<Comparison> comparisons;
};

// Two single results need not have the same name; the comparisons bear that of the new one. `may_be_empty`:
// there may be no baseline yet. Throws InputError: no results, one that cannot be read, or a single one
// against a folder of them.
ResultComparison compare_results(const std::filesystem::path &baseline, const std::filesystem::path &now,
                                 const RegressionThresholds &thresholds, bool may_be_empty);

// Makes the new results the baseline. Returns what is worse even then: results that are missing.
std::vector<Comparison> accept_as_baseline(const std::filesystem::path &baseline,
                                           const std::filesystem::path &now,
                                           const ResultComparison &comparison,
                                           const RegressionThresholds &thresholds);

// Throws InputError where the new results are the baseline, which cannot take them over.
void require_two_folders(const std::filesystem::path &baseline, const std::filesystem::path &now);

} // namespace layercert::cli
