#include "commands.hpp"
#include "interruption.hpp"
#include "limits.hpp"
#include "output_colour.hpp"
#include "progress.hpp"
#include "threads.hpp"

#include "function/constant_value.hpp"
#include "instance/memory_estimate.hpp"
#include "layercert/certify/run.hpp"
#include "layercert/error.hpp"
#include "layercert/instance/exact_number.hpp"
#include "layercert/report/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace layercert::cli {

namespace {

// The command that may decide what this one did not, or "": more boxes help where the bound lies between those of the error, unless f may be
// constant.
std::string advice(const Instance &instance, const Target &target, const Certificate &certificate,
                   std::size_t boxes) {
  const bool helps =
      std::any_of(certificate.levels.begin(), certificate.levels.end(), [&](const LevelCertificate &level) {
        return level.status == Status::Undecided && std::isfinite(level.error_upper) &&
               level.error_lower <= level.bound_lower && (level.modulus_lower > 0 || surely_varies(target));
      });
  const std::size_t more = std::min(8 * boxes, most_boxes());
  return helps && !target.is_table() && more > boxes
             ? fmt::format("to decide more, try: layercert certify {} --boxes {}\n", instance.file, more)
             : std::string();
}

void show(Progress &progress, Phase phase, int level, const Instance &instance) {
  switch (phase) {
  case Phase::Reading:
    return progress.phase("reading the target");
  case Phase::Building:
    return level == 0 ? progress.phase("building the network: " + memory_estimate_text(instance))
                      : progress.level("building", level, instance);
  case Phase::Decoding:
    return progress.phase("decoding the network");
  case Phase::Certifying:
    return level == 0 ? void() : progress.level("certifying", level, instance);
  case Phase::Writing:
    return progress.phase("writing the result");
  }
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

} // namespace

std::optional<mpq_class> positive_number(const std::string &text) {
  try {
    const mpq_class value = parse_exact_number(text);
    return value > 0 ? std::optional(value) : std::nullopt;
  } catch (const std::invalid_argument &) {
    return std::nullopt;
  }
}

int certify_command(const CertifyArguments &arguments) {
  const auto begin = std::chrono::steady_clock::now();
  const ThreadLimit threads(arguments.threads);
  Progress progress(arguments.quiet);
  const NetworkFormat format = parse_network_format(arguments.format, "--format");
  const mpq_class accuracy = read_accuracy(arguments.accuracy);
  const Instance instance = read_instance(arguments.instance);
  cell_count_or_throw(instance, physical_memory_bytes());
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

  RunOptions options;
  options.certify.boxes = arguments.boxes;
  options.certify.tolerance = arguments.tolerance;
  options.certify.list_subdivisions = arguments.subdivisions;
  if (!arguments.accuracy.empty()) {
    options.certify.accuracy = accuracy;
  }
  options.format = format;
  options.document = folder || arguments.json;
  options.progress = [&](Phase phase, int level) {
    show(progress, phase, level, instance);
    if (phase == Phase::Writing && folder && arguments.timing) {
      const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
      folder->write("timing.json", nlohmann::json{{"seconds", passed.count()}}.dump(2) + "\n");
    }
  };
  const Run done = run(instance, options, folder ? &*folder : nullptr);
  const Certificate &certificate = done.certificate;
  progress.clear();
  if (const SampleTable *samples = done.target.samples();
      samples != nullptr && !samples->note.empty() && !arguments.quiet) {
    fmt::print(stderr, "layercert: {}, {}\n", instance.table.string(), samples->note);
  }
  if (arguments.json) {
    fmt::print("{}\n", done.document.dump(2));
  } else {
    fmt::print("{}\n{}", instance.file, table_of(instance, certificate, output_colour()));
    fmt::print("{}", advice(instance, done.target, certificate, arguments.boxes));
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
