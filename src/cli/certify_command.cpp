#include "commands.hpp"
#include "interruption.hpp"
#include "output_colour.hpp"
#include "progress.hpp"
#include "threads.hpp"

#include "layercert/certify/pending_folder.hpp"
#include "layercert/certify/result_folder.hpp"
#include "layercert/error.hpp"
#include "layercert/instance/exact_number.hpp"
#include "layercert/instance/memory_estimate.hpp"
#include "layercert/network/builder.hpp"
#include "layercert/network/network_file.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "layercert/report/table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <oneapi/tbb/parallel_invoke.h>

#include <algorithm>
#include <cmath>
#include <exception>

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

mpq_class read_accuracy(const std::string &text) {
  if (text.empty()) {
    return 0;
  }
  const std::optional<mpq_class> value = positive_number(text);
  if (!value) {
    throw InputError("--accuracy", 0,
                     fmt::format("found \"{}\"; expected a number above 0, such as 1e-3", text));
  }
  return *value;
}

// The network as a file, whose bytes are gone once they are written and their sum is known.
struct NetworkFile {
  std::string name;
  std::string sha256;
  std::exception_ptr failure;
};

NetworkFile write_network_file(const Network &network, NetworkFormat format, PendingFolder *folder) {
  const NearestScope nearest; // a thread may come here from within a certificate's loop
  NetworkFile file;
  try {
    const EncodedNetwork encoded = encode_network(network, format);
    file.name = encoded.file_name;
    file.sha256 = sha256_hex(encoded.bytes);
    if (folder != nullptr) {
      folder->write(encoded.file_name, encoded.bytes);
    }
  } catch (...) { // must not leave a task: it would cut short the others
    file.failure = std::current_exception();
  }
  return file;
}

} // namespace

std::optional<mpq_class> positive_number(const std::string &text) {
  try {
    const mpq_class value = parse_exact_number(text);
    return value > 0 ? std::optional(value) : std::nullopt;
  } catch (const std::invalid_argument &) {
    return std::nullopt;
  }
}

std::size_t most_boxes() {
  constexpr std::uint64_t bytes_of_a_box = 512; // the box, its bounds, and room for growth
  return static_cast<std::size_t>(physical_memory_bytes() / bytes_of_a_box);
}

int certify_command(const CertifyArguments &arguments) {
  const ThreadLimit threads(arguments.threads);
  Progress progress(arguments.quiet);
  const NetworkFormat format = parse_network_format(arguments.format, "--format");
  const mpq_class accuracy = read_accuracy(arguments.accuracy);
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
  const NetworkParameters parameters = build_parameters(instance, sampled.target, build);
  Network network = assemble_network(parameters);
  progress.phase("decoding the network");
  CertifyOptions options;
  options.boxes = arguments.boxes;
  options.tolerance = arguments.tolerance;
  options.list_subdivisions = arguments.subdivisions;
  options.progress = [&](int level) { progress.level("certifying", level, instance); };
  if (!arguments.accuracy.empty()) {
    options.accuracy = accuracy;
  }
  Certificate certificate;
  NetworkFile network_file;
  const auto write_network = [&] {
    if (folder || arguments.json) {
      network_file = write_network_file(network, format, folder ? &*folder : nullptr);
    }
  };
  if (options.accuracy) {
    certificate = certify(instance, sampled.target, network, "the built network", options);
    const int level = certificate.accuracy->level;
    if (level != 0 && level < instance.depth) {
      // The prefix has to prove it all again, by itself.
      Network prefix = assemble_network(prefix_of(parameters, level));
      if (!is_prefix(prefix, network)) {
        throw std::logic_error("the shorter network is no prefix of the longer");
      }
      network = std::move(prefix);
      Instance shorter = instance;
      shorter.depth = level;
      certificate = certify(shorter, sampled.target, network, "the prefix of the built network", options);
    }
    write_network();
  } else {
    oneapi::tbb::parallel_invoke(write_network, [&] {
      certificate = certify(instance, sampled.target, network, "the built network", options);
    });
  }
  if (network_file.failure) {
    std::rethrow_exception(network_file.failure);
  }

  nlohmann::json json;
  if (folder || arguments.json) {
    progress.phase("writing the result");
    json = certificate_json(certificate, sha256_hex(instance.text), network_file.sha256);
    json["network_file"] = network_file.name;
    json["boxes"] = arguments.boxes;
    if (arguments.subdivisions) {
      json["subdivisions"] = true;
    }
    if (!sampled.file.empty()) {
      json["samples_sha256"] = sha256_hex(sampled.bytes);
    }
    if (folder) {
      folder->write("instance.toml", instance.text);
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
    fmt::print("{}\n{}", instance.file, table_of(instance, certificate, output_colour()));
    fmt::print("{}", advice(instance, sampled.target, certificate, arguments.boxes));
    if (folder) {
      fmt::print("files: {0} (layercert check {0} verifies them)\n", arguments.out->string());
    } else {
      fmt::print("nothing was written; give --out DIR to keep the network and the certificate\n");
    }
  }
  const bool accurate = !certificate.accuracy || certificate.accuracy->level != 0;
  return certificate.all_certified() && accurate ? 0 : 1;
}

} // namespace layercert::cli
