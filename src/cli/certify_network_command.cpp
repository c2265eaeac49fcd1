// layercert certify INSTANCE --network FILE: the readouts of a network that others made.
#include "commands.hpp"
#include "interruption.hpp"
#include "output_colour.hpp"
#include "progress.hpp"
#include "run_document.hpp"
#include "threads.hpp"

#include "certify/certify_layers_run.hpp"
#include "layercert/error.hpp"
#include "layercert/instance/instance.hpp"
#include "layercert/result/pending_folder.hpp"
#include "numeric/file_bytes.hpp"
#include "report/layers_table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <iostream>
#include <iterator>

namespace layercert::cli {

namespace {

namespace fs = std::filesystem;

// A file of a quarter of the memory would need all of it.
constexpr std::uint64_t kPartOfMemory = 4;

std::string read_model(const fs::path &file) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(file, error);
  if (!error && size > physical_memory_bytes() / kPartOfMemory) {
    throw InputError(
        file.string(), 0,
        fmt::format("has {:.1f} GB, which take about {:.1f} GB of memory; expected at most {:.1f} GB of "
                    "this machine's",
                    static_cast<double>(size) / 1e9, kPartOfMemory * static_cast<double>(size) / 1e9,
                    static_cast<double>(physical_memory_bytes()) / 1e9));
  }
  return read_bytes(file, "a network: ONNX, network.json or network.lcn");
}

} // namespace

int certify_network_command(const CertifyArguments &arguments) {
  const ThreadLimit threads(arguments.threads);
  Progress progress(arguments.quiet);
  if (arguments.instances.size() != 1 || fs::is_directory(arguments.instances.front())) {
    throw InputError("--network", 0, "expected one instance with it, a TOML file or -");
  }
  if (!arguments.accuracy.empty()) {
    throw InputError("--accuracy", 0, "is for the construction; expected --at-most with --network");
  }
  if (arguments.resume) {
    throw InputError("--resume", 0, "is for the construction; nothing is kept with --network");
  }
  LayersRun run;
  run.readouts = arguments.readouts;
  LayersOptions &options = run.options;
  options.effort = effort_named(arguments.effort, "--effort");
  options.effort.boxes = arguments.boxes.value_or(options.effort.boxes);
  options.effort.tolerance = arguments.tolerance.value_or(options.effort.tolerance);
  options.sup = arguments.sup;
  if (!arguments.at_most.empty()) {
    options.at_most = positive_number(arguments.at_most);
    if (!options.at_most) {
      throw InputError(
          "--at-most", 0,
          fmt::format("found \"{}\"; expected a number above 0, such as 1e-3", arguments.at_most));
    }
  }
  const fs::path &file = arguments.instances.front();
  const Instance instance =
      file == "-"
          ? parse_instance(std::string((std::istreambuf_iterator<char>(std::cin)), {}), "standard input", {})
          : read_instance(file);
  const fs::path &model = *arguments.network;
  progress.phase("reading the network");
  const std::string bytes = read_model(model);
  std::optional<PendingFolder> folder;
  std::optional<TidyUp> tidy_up; // after `folder`: gone before it
  if (arguments.out) {
    folder.emplace(*arguments.out);
    tidy_up.emplace([&] {
      return folder->abandon() ? arguments.out->string() + " was already written"
                               : "nothing was written to " + arguments.out->string();
    });
  }
  run.phase = [&](const std::string &phase) { progress.phase(phase); };
  const auto start = std::chrono::steady_clock::now();
  const auto [certificate, document] =
      run_layers(instance, bytes, model.string(), run, folder ? &*folder : nullptr);
  progress.clear();
  if (folder) {
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    folder->write("run.json", run_document(passed.count(), arguments.threads));
    folder->commit();
  }
  if (arguments.json) {
    fmt::print("{}\n", document.dump(2));
  } else {
    fmt::print("{}{}: {}\n{}", instance.title.empty() ? "" : instance.title + ": ", instance.file,
               model.string(), layers_table(instance, certificate, output_colour()));
    fmt::print("{}\n", folder
                           ? fmt::format("files: {}", arguments.out->string())
                           : "nothing was written; give --out DIR to keep the network and the certificate");
  }
  return certificate.verdict() == Status::Certified ? 0 : 1;
}

} // namespace layercert::cli
