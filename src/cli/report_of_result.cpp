#include "report_of_result.hpp"
#include "result/result_files.hpp"

#include "function/target_from_bytes.hpp"
#include "layercert/error.hpp"
#include "layercert/network/network_file.hpp"
#include "numeric/file_bytes.hpp"
#include "numeric/sha256.hpp"
#include "report/report.hpp"
#include "result/certificate_document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>

namespace layercert::cli {

namespace {

using nlohmann::json;

struct Format {
  std::string_view name;
  std::string (*report)(const ReportInput &input);
};
constexpr std::array<Format, 3> kFormats = {
    {{"html", html_report}, {"tex", tex_report}, {"csv", csv_report}}};

// Requires: one of the names above, as the callers make sure.
const Format &format_named(const std::string &name) {
  const auto *const found = std::find_if(kFormats.begin(), kFormats.end(),
                                         [&](const Format &format) { return format.name == name; });
  assert(found != kFormats.end());
  return *found;
}

// run.json is no part of what is proved: one that is missing, or not as certify writes it, is not shown.
std::optional<RunFacts> read_run(const std::filesystem::path &file) {
  if (!std::filesystem::is_regular_file(file)) {
    return std::nullopt;
  }
  const json run = json::parse(read_regular_bytes(file, "what certify noted of the run"), nullptr, false);
  try {
    return RunFacts{run.at("date"), run.at("machine"), run.at("version"), run.at("seconds"),
                    run.at("threads")};
  } catch (const json::exception &) {
    return std::nullopt;
  }
}

ReportInput read_input(const ResultFiles &files) {
  const std::filesystem::path &folder = files.folder;
  const std::string certificate_name = (folder / "certificate.json").string();
  require_unaltered(files);
  ReportInput input;
  input.folder = folder.string();
  input.instance = parse_instance(files.instance_bytes, (folder / "instance.toml").string(), folder);
  cell_count_or_throw(input.instance, physical_memory_bytes());
  std::string sample_bytes;
  for (std::filesystem::path *samples : {&input.instance.image, &input.instance.table}) {
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
  input.run = read_run(folder / "run.json");
  return input;
}

} // namespace

std::vector<std::string> report_formats() {
  std::vector<std::string> names;
  for (const Format &format : kFormats) {
    names.emplace_back(format.name);
  }
  return names;
}

std::string report_of_result(const std::filesystem::path &folder, const std::string &format,
                             const std::string &check) {
  ReportInput input = read_input(read_result(folder));
  input.check = check;
  return format_named(format).report(input);
}

std::vector<ReportFile> report_files(const std::filesystem::path &folder, const std::filesystem::path &out,
                                     bool fragment, bool standalone) {
  const ReportInput input = read_input(read_result(folder));
  std::vector<ReportFile> files;
  if (fragment) {
    files = tex_fragments(input, (out / "").string());
  }
  if (standalone) {
    for (ReportFile &file : standalone_figures(input)) {
      files.push_back(std::move(file));
    }
  }
  return files;
}

} // namespace layercert::cli
