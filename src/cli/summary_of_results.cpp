#include "summary_of_results.hpp"
#include "result/result_files.hpp"

#include "layercert/instance/instance.hpp"
#include "report/summary.hpp"
#include "result/certificate_document.hpp"

#include <algorithm>

namespace layercert::cli {

namespace {

namespace fs = std::filesystem;

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

} // namespace

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

std::string summary_of_results(const std::vector<fs::path> &folders, const std::string &format) {
  std::vector<ResultSummary> summaries;
  summaries.reserve(folders.size());
  for (const fs::path &folder : folders) {
    summaries.push_back(read_summary(folder));
  }
  return format == "html"  ? html_summary(summaries)
         : format == "tex" ? tex_summary(summaries)
                           : csv_summary(summaries);
}

} // namespace layercert::cli
