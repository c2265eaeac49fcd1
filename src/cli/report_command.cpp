#include "commands.hpp"
#include "interruption.hpp"
#include "progress.hpp"
#include "report_of_result.hpp"
#include "summary_of_results.hpp"
#include "threads.hpp"

#include "numeric/file_bytes.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <vector>

namespace layercert::cli {

namespace {

namespace fs = std::filesystem;

void write_whole(const fs::path &file, const std::string &text) {
  const Uninterrupted whole;
  write_bytes(file, text);
}

} // namespace

int report_command(const ReportArguments &arguments) {
  const ThreadLimit threads(arguments.threads);
  Progress progress(arguments.quiet);
  const std::vector<fs::path> results = results_in(arguments.folder);
  progress.phase("writing the report");
  const std::string report = results.empty() ? report_of_result(arguments.folder, arguments.format)
                                             : summary_of_results(results, arguments.format);
  const bool to_stdout = arguments.out == "-";
  for (const fs::path &result : results) { // the pages that the summary leads to
    if (arguments.format == "html" && !to_stdout) {
      progress.phase("writing the report of " + result.string());
      write_whole(result / "report.html", report_of_result(result, "html"));
    }
  }
  progress.clear();
  if (to_stdout) {
    std::fwrite(report.data(), 1, report.size(), stdout);
    return 0;
  }
  const fs::path out = arguments.out.empty() ? arguments.folder / fmt::format("report.{}", arguments.format)
                                             : fs::path(arguments.out);
  write_whole(out, report);
  fmt::print("{}: {} bytes\n", out.string(), report.size());
  return 0;
}

} // namespace layercert::cli
