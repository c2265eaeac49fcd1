#include "commands.hpp"
#include "interruption.hpp"
#include "progress.hpp"
#include "threads.hpp"

#include "layercert/certify/pending_folder.hpp"
#include "layercert/certify/result_folder.hpp"
#include "layercert/error.hpp"
#include "layercert/instance/memory_estimate.hpp"
#include "layercert/network/builder.hpp"
#include "layercert/network/network_file.hpp"
#include "layercert/report/table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace layercert::cli {

namespace {

// The samples are part of the result, for without them nobody could check it: the target and the bytes that it was made of.
struct Sampled {
  Target target;
  std::filesystem::path file; // empty for an expression
  std::string bytes;
};

Sampled read_target(const Instance &instance) {
  const std::filesystem::path &file = instance.image.empty() ? instance.table : instance.image;
  Sampled sampled{make_target(instance), file, {}};
  if (!file.empty()) {
    sampled.bytes = read_bytes(file, "the samples");
    const Target again = make_target(instance);
    if (again.samples()->numerators != sampled.target.samples()->numerators ||
        again.samples()->denominator != sampled.target.samples()->denominator) {
      throw InputError(file.string(), 0, "was changed while it was read; expected it to stay as it is");
    }
  }
  return sampled;
}

// The command that may decide what this one did not, or "": more boxes help where the bound lies between those of the error.
std::string advice(const Instance &instance, const Target &target, const Certificate &certificate,
                   std::size_t boxes) {
  const bool helps =
      std::any_of(certificate.levels.begin(), certificate.levels.end(), [](const LevelCertificate &level) {
        return level.status == Status::Undecided && std::isfinite(level.error_upper) &&
               level.error_lower <= level.bound_lower;
      });
  const std::size_t more = std::min(8 * boxes, most_boxes());
  return helps && !target.is_table() && more > boxes
             ? fmt::format("to decide more, try: layercert certify {} --boxes {}\n", instance.file, more)
             : std::string();
}

} // namespace

std::size_t most_boxes() {
  constexpr std::uint64_t bytes_of_a_box = 512; // the box, its bounds, and room for growth
  return static_cast<std::size_t>(physical_memory_bytes() / bytes_of_a_box);
}

int certify_command(const CertifyArguments &arguments) {
  const ThreadLimit threads(arguments.threads);
  Progress progress(arguments.quiet);
  const NetworkFormat format = parse_network_format(arguments.format, "--format");
  const Instance instance = read_instance(arguments.instance);
  cell_count_or_throw(instance, physical_memory_bytes());
  progress.phase("reading the target");
  const Sampled sampled = read_target(instance);

  std::optional<PendingFolder> folder;
  std::optional<TidyUp> tidy_up; // after `folder`: gone before it
  if (arguments.out) {
    folder.emplace(*arguments.out);
    tidy_up.emplace([&] {
      return folder->abandon() ? arguments.out->string() + " was already written"
                               : "nothing was written to " + arguments.out->string();
    });
    for (const std::filesystem::path &leftover : folder->leftovers()) {
      if (!arguments.quiet) {
        progress.clear();
        fmt::print(stderr, "layercert: removed {}, which a killed run had left behind\n", leftover.string());
      }
    }
  }

  progress.phase("building the network: " + memory_estimate_text(instance));
  BuildOptions build;
  build.progress = [&](int level) { progress.level("building", level, instance); };
  const Network network = assemble_network(build_parameters(instance, sampled.target, build));
  progress.phase("decoding the network");
  CertifyOptions options;
  options.boxes = arguments.boxes;
  options.progress = [&](int level) { progress.level("certifying", level, instance); };
  const Certificate certificate = certify(instance, sampled.target, network, "the built network", options);

  nlohmann::json json;
  if (folder || arguments.json) {
    progress.phase("writing the result");
    const EncodedNetwork encoded = encode_network(network, format);
    json = certificate_json(certificate, sha256_hex(instance.text), sha256_hex(encoded.bytes));
    json["network_file"] = encoded.file_name;
    json["boxes"] = arguments.boxes;
    if (!sampled.file.empty()) {
      json["samples_sha256"] = sha256_hex(sampled.bytes);
    }
    if (folder) {
      folder->write("instance.toml", instance.text);
      folder->write(encoded.file_name, encoded.bytes);
      if (!sampled.file.empty()) {
        folder->write("samples" + sampled.file.extension().string(), sampled.bytes);
      }
      folder->write("certificate.json", json.dump(2) + "\n");
      folder->commit();
    }
  }
  progress.clear();
  if (arguments.json) {
    fmt::print("{}\n", json.dump(2));
  } else {
    fmt::print("{}\n{}", instance.file, table_of(instance, certificate));
    fmt::print("{}", advice(instance, sampled.target, certificate, arguments.boxes));
    if (folder) {
      fmt::print("files: {0} (layercert check {0} verifies them)\n", arguments.out->string());
    } else {
      fmt::print("nothing was written; give --out DIR to keep the network and the certificate\n");
    }
  }
  return certificate.all_certified() ? 0 : 1;
}

} // namespace layercert::cli
