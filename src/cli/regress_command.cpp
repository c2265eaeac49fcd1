#include "commands.hpp"
#include "interruption.hpp"
#include "regress_files.hpp"

#include "layercert/error.hpp"
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

bool is_single(const std::vector<ResultFacts> &results) {
  return results.size() == 1 && results.front().name.empty();
}

void require_alike(const std::vector<ResultFacts> &baseline, const std::vector<ResultFacts> &now,
                   const RegressArguments &arguments) {
  if (is_single(baseline) != is_single(now)) {
    throw InputError(arguments.now.string(), 0,
                     fmt::format("{} is {}; expected two results or two folders of results",
                                 arguments.baseline.string(),
                                 is_single(baseline) ? "a single result" : "a folder of them"));
  }
}

// Two single results need not have the same name; the comparisons bear that of the new one.
std::vector<Comparison> compare_named(std::vector<ResultFacts> baseline, std::vector<ResultFacts> now,
                                      const RegressArguments &arguments,
                                      const RegressionThresholds &thresholds) {
  if (is_single(now)) {
    const std::filesystem::path folder = std::filesystem::absolute(arguments.now).lexically_normal();
    const std::string name = (folder.has_filename() ? folder : folder.parent_path()).filename().string();
    now.front().name = name;
    for (ResultFacts &result : baseline) {
      result.name = name;
    }
  }
  return compare(baseline, now, thresholds);
}

void require_two_folders(const RegressArguments &arguments) {
  std::error_code error;
  if (std::filesystem::equivalent(arguments.baseline, arguments.now, error)) {
    throw InputError(arguments.now.string(), 0,
                     "is the baseline itself; with --update, expected another folder of new results");
  }
}

} // namespace

int regress_command(const RegressArguments &arguments) {
  const RegressionThresholds thresholds =
      arguments.thresholds ? read_thresholds(*arguments.thresholds) : RegressionThresholds();
  if (arguments.update) {
    require_two_folders(arguments);
  }
  const std::vector<ResultFacts> baseline =
      arguments.update ? read_results_if_any(arguments.baseline) : read_results(arguments.baseline);
  const std::vector<ResultFacts> now = read_results(arguments.now);
  if (!baseline.empty()) {
    require_alike(baseline, now, arguments);
  }
  const std::vector<Comparison> comparisons = compare_named(baseline, now, arguments, thresholds);
  {
    const Uninterrupted whole;
    if (arguments.junit) {
      write_bytes(*arguments.junit, regression_junit(comparisons));
    }
    if (arguments.update) {
      accept_results(arguments.baseline, baseline, arguments.now, now);
    }
  }
  if (arguments.json) {
    fmt::print(
        "{}\n",
        json_of(comparisons, arguments.update).dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  } else {
    fmt::print("{}", regression_text(comparisons));
  }
  if (!arguments.update) {
    return any_worse(comparisons) ? 1 : 0;
  }
  if (!arguments.json) {
    fmt::print("accepted: {} result{} as the baseline {}\n", now.size(), now.size() == 1 ? "" : "s",
               arguments.baseline.string());
  }
  // What is worse even now: results that are missing. The baseline is read anew, as it stands on the disk.
  return any_worse(compare_named(read_results(arguments.baseline), now, arguments, thresholds)) ? 1 : 0;
}

} // namespace layercert::cli
