#include "report_of_result.hpp"
#include "certified_layers.hpp"
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

constexpr std::array<std::string_view, 3> kFormats = {"html", "tex", "csv"};

// Requires: one of the names above, as the callers make sure.
template <class Input> std::string report_as(const std::string &format, const Input &input) {
  assert(std::find(kFormats.begin(), kFormats.end(), format) != kFormats.end());
  return format == "html" ? html_report(input) : format == "tex" ? tex_report(input) : csv_report(input);
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

// All but what the certificate says. Afterwards `input.instance` names the samples in the folder.
void read_facts(const ResultFiles &files, ReportFacts &input) {
  const std::filesystem::path &folder = files.folder;
  require_unaltered(files);
  input.folder = folder.string();
  input.instance = parse_instance(files.instance_bytes, (folder / "instance.toml").string(), folder);
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
  input.target = make_target(input.instance, sample_bytes);
  input.network_file = files.network_file.filename().string();
  input.network_file_bytes = files.network_bytes.size();
  input.instance_sha256 = sha256_hex(files.instance_bytes);
  input.network_sha256 = sha256_hex(files.network_bytes);
  input.certificate_sha256 = sha256_hex(files.certificate_bytes);
  input.run = read_run(folder / "run.json");
}

ReportInput read_input(const ResultFiles &files) {
  const std::string certificate_name = (files.folder / "certificate.json").string();
  ReportInput input;
  read_facts(files, input);
  cell_count_or_throw(input.instance, physical_memory_bytes());
  input.certificate = read_certificate(files.certificate, certificate_name, input.instance);
  input.network = parse_network(files.network_bytes, files.network_file.string());
  const auto depth = static_cast<int>(input.certificate.levels.size());
  if (input.network.dimension != input.instance.dimension || input.network.N != input.instance.N ||
      input.network.depth < depth) {
    throw InputError(files.network_file.string(), 0,
                     "d, N or depth is not that of the certificate; expected the network that was certified");
  }
  input.instance.depth = std::min(input.instance.depth, input.network.depth);
  const json boxes = files.certificate.value("boxes", json());
  if (!boxes.is_number_unsigned()) {
    throw InputError(certificate_name, 0, fmt::format("/boxes is {}; expected a whole number", boxes.dump()));
  }
  input.boxes = boxes.get<std::uint64_t>();
  input.subdivisions = files.certificate.contains("subdivisions");
  return input;
}

LayersReportInput read_input_of_layers(const ResultFiles &files) {
  const std::string certificate_name = (files.folder / "certificate.json").string();
  LayersReportInput input;
  read_facts(files, input);
  LayersContext context;
  input.certificate = read_layers_certificate(files.certificate, certificate_name, input.instance, context);
  input.boxes = context.boxes;
  input.model_sha256 = context.model_sha256;
  input.network = certified_layers(files);
  if (input.network.dimension != input.instance.dimension ||
      input.network.readouts.size() != input.certificate.readouts.size()) {
    throw InputError(files.network_file.string(), 0,
                     "has other inputs or readouts than the certificate; expected the network that was "
                     "certified");
  }
  return input;
}

} // namespace

std::vector<std::string> report_formats() {
  std::vector<std::string> names;
  for (const std::string_view format : kFormats) {
    names.emplace_back(format);
  }
  return names;
}

std::string report_of_result(const std::filesystem::path &folder, const std::string &format,
                             const std::string &check) {
  if (is_result_of_layers(folder)) {
    LayersReportInput input = read_input_of_layers(read_result_of_layers(folder));
    input.check = check;
    return report_as(format, input);
  }
  ReportInput input = read_input(read_result(folder));
  input.check = check;
  return report_as(format, input);
}

namespace {

template <class Input>
std::vector<ReportFile> parts_of(const Input &input, const std::filesystem::path &out, bool fragment,
                                 bool standalone) {
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

} // namespace

std::vector<ReportFile> report_files(const std::filesystem::path &folder, const std::filesystem::path &out,
                                     bool fragment, bool standalone) {
  return is_result_of_layers(folder)
             ? parts_of(read_input_of_layers(read_result_of_layers(folder)), out, fragment, standalone)
             : parts_of(read_input(read_result(folder)), out, fragment, standalone);
}

} // namespace layercert::cli
