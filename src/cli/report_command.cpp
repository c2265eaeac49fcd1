#include "commands.hpp"
#include "interruption.hpp"
#include "progress.hpp"
#include "result/result_files.hpp"
#include "threads.hpp"

#include "function/target_from_bytes.hpp"
#include "layercert/error.hpp"
#include "layercert/network/network_file.hpp"
#include "numeric/file_bytes.hpp"
#include "numeric/sha256.hpp"
#include "report/report.hpp"
#include "report/summary.hpp"
#include "result/certificate_document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdio>
#include <filesystem>
#include <vector>

namespace layercert::cli {

namespace {

using nlohmann::json;

namespace fs = std::filesystem;

struct Format {
  std::string_view name;
  std::string (*report)(const ReportInput &input);
  std::string (*summary)(const std::vector<ResultSummary> &results);
};
constexpr std::array<Format, 3> kFormats = {{{"html", html_report, html_summary},
                                             {"tex", tex_report, tex_summary},
                                             {"csv", csv_report, csv_summary}}};

// Requires: one of the names above, as the command line makes sure.
const Format &format_named(const std::string &name) {
  const auto *const found = std::find_if(kFormats.begin(), kFormats.end(),
                                         [&](const Format &format) { return format.name == name; });
  assert(found != kFormats.end());
  return *found;
}

ReportInput read_input(const ResultFiles &files) {
  const fs::path &folder = files.folder;
  const std::string certificate_name = (folder / "certificate.json").string();
  require_unaltered(files);
  ReportInput input;
  input.folder = folder.string();
  input.instance = parse_instance(files.instance_bytes, (folder / "instance.toml").string(), folder);
  cell_count_or_throw(input.instance, physical_memory_bytes());
  std::string sample_bytes;
  for (fs::path *samples : {&input.instance.image, &input.instance.table}) {
    if (!samples->empty()) { // the copy that stands in the result
      input.samples_origin = samples->filename().string();
      input.samples_file = "samples" + samples->extension().string();
      *samples = folder / input.samples_file;
      sample_bytes = read_regular_bytes(*samples, "the samples that were certified");
      input.samples_sha256 = sha256_hex(sample_bytes);
      if (files.certificate.value("samples_sha256", json()) != json(input.samples_sha256)) {
        refuse_altered(*samples);
      }
    }
  }
  input.certificate = read_certificate(files.certificate, certificate_name, input.instance);
  input.network = parse_network(files.network_bytes, files.network_file.string());
  const auto depth = static_cast<int>(input.certificate.levels.size());
  if (input.network.dimension != input.instance.dimension || input.network.N != input.instance.N ||
      input.network.depth < depth) {
    throw InputError(files.network_file.string(), 0,
                     "d, N or depth is not that of the certificate; expected the network that was certified");
  }
  input.instance.depth = std::min(input.instance.depth, input.network.depth);
  input.target = make_target(input.instance, sample_bytes);
  input.network_file = files.network_file.filename().string();
  input.network_file_bytes = files.network_bytes.size();
  input.instance_sha256 = sha256_hex(files.instance_bytes);
  input.network_sha256 = sha256_hex(files.network_bytes);
  input.certificate_sha256 = sha256_hex(files.certificate_bytes);
  const json boxes = files.certificate.value("boxes", json());
  if (!boxes.is_number_unsigned()) {
    throw InputError(certificate_name, 0, fmt::format("/boxes is {}; expected a whole number", boxes.dump()));
  }
  input.boxes = boxes.get<std::uint64_t>();
  input.subdivisions = files.certificate.contains("subdivisions");
  return input;
}

// The results in a folder that is none itself, by name; empty if there are none.
std::vector<fs::path> results_in(const fs::path &folder) {
  std::vector<fs::path> results;
  if (fs::is_directory(folder) && !fs::exists(folder / "certificate.json")) {
    for (const fs::directory_entry &entry : fs::directory_iterator(folder)) {
      const bool is_leftover = entry.path().filename().string().starts_with('.');
      if (!is_leftover && fs::exists(entry.path() / "certificate.json")) {
        results.push_back(entry.path());
      }
    }
  }
  std::sort(results.begin(), results.end());
  return results;
}

ResultSummary read_summary(const fs::path &folder) {
  const ResultFiles files = read_result(folder);
  require_unaltered(files);
  ResultSummary summary;
  summary.folder = folder.filename().string();
  summary.instance = parse_instance(files.instance_bytes, (folder / "instance.toml").string(), folder);
  summary.certificate =
      read_certificate(files.certificate, (folder / "certificate.json").string(), summary.instance);
  if (summary.instance.name.empty()) {
    summary.instance.name = summary.folder;
  }
  return summary;
}

// One page of all results, and, as HTML, a page of each to which it leads.
std::string summarise(const std::vector<fs::path> &folders, const Format &format, Progress &progress,
                      bool pages) {
  std::vector<ResultSummary> summaries;
  for (const fs::path &folder : folders) {
    progress.phase("reading " + folder.string());
    summaries.push_back(read_summary(folder));
  }
  for (std::size_t i = 0; pages && i < folders.size(); ++i) {
    progress.phase("writing the report of " + folders[i].string());
    const std::string report = format.report(read_input(read_result(folders[i])));
    const Uninterrupted whole;
    write_bytes(folders[i] / "report.html", report);
  }
  return format.summary(summaries);
}

} // namespace

int report_command(const ReportArguments &arguments) {
  const ThreadLimit threads(arguments.threads);
  Progress progress(arguments.quiet);
  const Format &format = format_named(arguments.format);
  std::string report;
  if (const std::vector<fs::path> results = results_in(arguments.folder); !results.empty()) {
    report = summarise(results, format, progress, format.name == "html" && arguments.out != "-");
  } else {
    progress.phase("reading the result");
    const ReportInput input = read_input(read_result(arguments.folder));
    progress.phase("writing the report");
    report = format.report(input);
  }
  progress.clear();
  if (arguments.out == "-") {
    std::fwrite(report.data(), 1, report.size(), stdout);
    return 0;
  }
  const fs::path out = arguments.out.empty() ? arguments.folder / fmt::format("report.{}", format.name)
                                             : fs::path(arguments.out);
  const Uninterrupted whole;
  write_bytes(out, report);
  fmt::print("{}: {} bytes\n", out.string(), report.size());
  return 0;
}

} // namespace layercert::cli
