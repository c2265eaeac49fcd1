#include "commands.hpp"
#include "interruption.hpp"
#include "regress_files.hpp"

#include "layercert/error.hpp"
#include "layercert/numeric/file_bytes.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace layercert::cli {

namespace {

const char *name_of(Change change) {
  return change == Change::Worse ? "worse" : change == Change::Better ? "better" : "same";
}

nlohmann::json json_of(const std::vector<Comparison> &comparisons) {
  nlohmann::json list = nlohmann::json::array();
  for (const Comparison &comparison : comparisons) {
    list.push_back({{"result", comparison.result},
                    {"what", comparison.what},
                    {"change", name_of(comparison.change)},
                    {"text", comparison.text}});
  }
  return {{"worse", any_worse(comparisons)}, {"comparisons", std::move(list)}};
}

// Two single results need not have the same name.
void give_one_name(std::vector<ResultFacts> &baseline, std::vector<ResultFacts> &now,
                   const RegressArguments &arguments) {
  const bool single = baseline.size() == 1 && baseline.front().name.empty();
  if (single != (now.size() == 1 && now.front().name.empty())) {
    throw InputError(arguments.now.string(), 0,
                     fmt::format("{} is {}; expected two results or two folders of results",
                                 arguments.baseline.string(),
                                 single ? "a single result" : "a folder of them"));
  }
  if (single) {
    const std::filesystem::path folder = std::filesystem::absolute(arguments.now).lexically_normal();
    baseline.front().name = now.front().name =
        (folder.has_filename() ? folder : folder.parent_path()).filename().string();
  }
}

} // namespace

int regress_command(const RegressArguments &arguments) {
  const RegressionThresholds thresholds =
      arguments.thresholds ? read_thresholds(*arguments.thresholds) : RegressionThresholds();
  std::vector<ResultFacts> baseline = read_results(arguments.baseline);
  std::vector<ResultFacts> now = read_results(arguments.now);
  give_one_name(baseline, now, arguments);
  const std::vector<Comparison> comparisons = compare(baseline, now, thresholds);
  if (arguments.junit) {
    const Uninterrupted whole;
    write_bytes(*arguments.junit, regression_junit(comparisons));
  }
  if (arguments.json) {
    fmt::print("{}\n", json_of(comparisons).dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  } else {
    fmt::print("{}", regression_text(comparisons));
  }
  return any_worse(comparisons) ? 1 : 0;
}

} // namespace layercert::cli
