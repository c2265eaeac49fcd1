#include "commands.hpp"
#include "interruption.hpp"
#include "progress.hpp"
#include "report_of_result.hpp"
#include "threads.hpp"

#include "numeric/file_bytes.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace layercert::cli {

int report_command(const ReportArguments &arguments) {
  const ThreadLimit threads(arguments.threads);
  const Progress progress(arguments.quiet);
  progress.phase("writing the report");
  const std::string report = report_of_result(arguments.folder, arguments.format);
  progress.clear();
  if (arguments.out == "-") {
    std::fwrite(report.data(), 1, report.size(), stdout);
    return 0;
  }
  const std::filesystem::path out = arguments.out.empty()
                                        ? arguments.folder / fmt::format("report.{}", arguments.format)
                                        : std::filesystem::path(arguments.out);
  const Uninterrupted whole;
  write_bytes(out, report);
  fmt::print("{}: {} bytes\n", out.string(), report.size());
  return 0;
}

} // namespace layercert::cli
