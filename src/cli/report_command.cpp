#include "check_result.hpp"
#include "commands.hpp"
#include "interruption.hpp"
#include "progress.hpp"
#include "report_of_result.hpp"
#include "summary_of_results.hpp"
#include "threads.hpp"

#include "layercert/error.hpp"
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

// What the page says of the check.
std::string checked(const fs::path &folder, const ReportArguments &arguments, Progress &progress) {
  if (!arguments.check) {
    return "";
  }
  progress.phase("checking " + folder.string());
  CheckOptions options;
  options.threads = arguments.threads;
  const CheckOutcome outcome = check_result(folder, options);
  if (!outcome.accepted()) {
    throw InputError(folder.string(), 0, "rejected by the checker: " + outcome.rejection);
  }
  return outcome.independent() ? "accepted: every verdict is proved again, by the independent checker"
                               : "accepted: every number was found again by the program that made it";
}

// The parts for a paper. All are made before the first one is written.
int write_parts(const std::vector<fs::path> &results, const ReportArguments &arguments, Progress &progress) {
  if (arguments.format != "tex") {
    throw InputError(arguments.fragment ? "--fragment" : "--standalone", 0,
                     fmt::format("goes with --format tex; found --format {}", arguments.format));
  }
  if (arguments.out == "-") {
    throw InputError("--out", 0, "found -, but there are several files to write; expected a folder");
  }
  std::vector<std::pair<fs::path, std::vector<ReportFile>>> parts;
  for (const fs::path &result : results) {
    const fs::path out = arguments.out.empty() ? result
                         : results.size() == 1 ? fs::path(arguments.out)
                                               : fs::path(arguments.out) / result.filename();
    checked(result, arguments, progress);
    progress.phase("writing the parts of " + result.string());
    parts.emplace_back(out, report_files(result, out, arguments.fragment, arguments.standalone));
  }
  progress.clear();
  for (const auto &[out, files] : parts) {
    std::error_code error;
    fs::create_directories(out, error);
    for (const ReportFile &file : files) {
      write_whole(out / file.name, file.bytes);
    }
    fmt::print("{}: {} files, report-*\n", out.string(), files.size());
  }
  return 0;
}

} // namespace

int report_command(const ReportArguments &arguments) {
  const ThreadLimit threads(arguments.threads);
  Progress progress(arguments.quiet);
  const std::vector<fs::path> results = results_in(arguments.folder);
  if (arguments.fragment || arguments.standalone) {
    return write_parts(results.empty() ? std::vector<fs::path>{arguments.folder} : results, arguments,
                       progress);
  }
  progress.phase("writing the report");
  const std::string report = results.empty()
                                 ? report_of_result(arguments.folder, arguments.format,
                                                    checked(arguments.folder, arguments, progress))
                                 : summary_of_results(results, arguments.format);
  const bool to_stdout = arguments.out == "-";
  for (const fs::path &result : results) { // the pages that the summary leads to
    if (arguments.format == "html" && !to_stdout) {
      const std::string check = checked(result, arguments, progress);
      progress.phase("writing the report of " + result.string());
      write_whole(result / "report.html", report_of_result(result, "html", check));
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
