#include "commands.hpp"
#include "interruption.hpp"
#include "regress_results.hpp"

#include "numeric/file_bytes.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace layercert::cli {

namespace {

const char *name_of(Change change) {
  return change == Change::Worse ? "worse" : change == Change::Better ? "better" : "same";
}

// Of what NEW was like before it was accepted, if it was.
nlohmann::json json_of(const std::vector<Comparison> &comparisons, bool accepted) {
  nlohmann::json list = nlohmann::json::array();
  for (const Comparison &comparison : comparisons) {
    list.push_back({{"result", comparison.result},
                    {"what", comparison.what},
                    {"change", name_of(comparison.change)},
                    {"text", comparison.text}});
  }
  nlohmann::json root = {{"worse", any_worse(comparisons)}, {"comparisons", std::move(list)}};
  if (accepted) {
    root["accepted"] = true;
  }
  return root;
}

} // namespace

int regress_command(const RegressArguments &arguments) {
  const RegressionThresholds thresholds =
      arguments.thresholds ? read_thresholds(*arguments.thresholds) : RegressionThresholds();
  if (arguments.update) {
    require_two_folders(arguments.baseline, arguments.now);
  }
  const ResultComparison found =
      compare_results(arguments.baseline, arguments.now, thresholds, arguments.update);
  std::vector<Comparison> left = found.comparisons; // once the new results are accepted, if they are to be
  {
    const Uninterrupted whole;
    if (arguments.junit) {
      write_bytes(*arguments.junit, regression_junit(found.comparisons));
    }
    if (arguments.update) {
      left = accept_as_baseline(arguments.baseline, arguments.now, found, thresholds);
    }
  }
  if (arguments.json) {
    fmt::print("{}\n", json_of(found.comparisons, arguments.update)
                           .dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  } else {
    fmt::print("{}", regression_text(found.comparisons));
    if (arguments.update) {
      fmt::print("accepted: {} result{} as the baseline {}\n", found.now.size(),
                 found.now.size() == 1 ? "" : "s", arguments.baseline.string());
    }
  }
  return any_worse(left) ? 1 : 0;
}

} // namespace layercert::cli
