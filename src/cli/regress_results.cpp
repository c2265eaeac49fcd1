#include "regress_results.hpp"

#include "layercert/error.hpp"

#include <fmt/format.h>

namespace layercert::cli {

namespace {

bool is_single(const std::vector<ResultFacts> &results) {
  return results.size() == 1 && results.front().name.empty();
}

void require_alike(const std::vector<ResultFacts> &baseline, const std::vector<ResultFacts> &now,
                   const std::filesystem::path &baseline_folder, const std::filesystem::path &now_folder) {
  if (is_single(baseline) != is_single(now)) {
    throw InputError(now_folder.string(), 0,
                     fmt::format("{} is {}; expected two results or two folders of results",
                                 baseline_folder.string(),
                                 is_single(baseline) ? "a single result" : "a folder of them"));
  }
}

std::vector<Comparison> compare_named(std::vector<ResultFacts> baseline, std::vector<ResultFacts> now,
                                      const std::filesystem::path &now_folder,
                                      const RegressionThresholds &thresholds) {
  if (is_single(now)) {
    const std::filesystem::path folder = std::filesystem::absolute(now_folder).lexically_normal();
    const std::string name = (folder.has_filename() ? folder : folder.parent_path()).filename().string();
    now.front().name = name;
    for (ResultFacts &result : baseline) {
      result.name = name;
    }
  }
  return compare(baseline, now, thresholds);
}

} // namespace

ResultComparison compare_results(const std::filesystem::path &baseline, const std::filesystem::path &now,
                                 const RegressionThresholds &thresholds, bool may_be_empty) {
  ResultComparison found;
  found.baseline = may_be_empty ? read_results_if_any(baseline) : read_results(baseline);
  found.now = read_results(now);
  if (!found.baseline.empty()) {
    require_alike(found.baseline, found.now, baseline, now);
  }
  found.comparisons = compare_named(found.baseline, found.now, now, thresholds);
  return found;
}

std::vector<Comparison> accept_as_baseline(const std::filesystem::path &baseline,
                                           const std::filesystem::path &now,
                                           const ResultComparison &comparison,
                                           const RegressionThresholds &thresholds) {
  accept_results(baseline, comparison.baseline, now, comparison.now);
  // The baseline is read anew, as it stands on the disk.
  return compare_named(read_results(baseline), comparison.now, now, thresholds);
}

void require_two_folders(const std::filesystem::path &baseline, const std::filesystem::path &now) {
  std::error_code error;
  if (std::filesystem::equivalent(baseline, now, error)) {
    throw InputError(now.string(), 0,
                     "is the baseline itself; with --update, expected another folder of new results");
  }
}

} // namespace layercert::cli
