// layercert certify INSTANCE --network FILE: the readouts of a network that others made.
#include "commands.hpp"
#include "interruption.hpp"
#include "output_colour.hpp"
#include "progress.hpp"
#include "threads.hpp"

#include "certify/certify_layers.hpp"
#include "function/target_from_bytes.hpp"
#include "layercert/error.hpp"
#include "layercert/instance/instance.hpp"
#include "layercert/result/pending_folder.hpp"
#include "numeric/file_bytes.hpp"
#include "numeric/sha256.hpp"
#include "report/layers_table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>
#include <iostream>
#include <iterator>

namespace layercert::cli {

namespace {

namespace fs = std::filesystem;

// A file of a quarter of the memory would need all of it.
constexpr std::uint64_t kPartOfMemory = 4;
constexpr int kHighestLevel = 64;

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

// "NAME" or "NAME=LEVEL", separated by commas: these readouts alone, in this order; without a level, the i-th is level i.
void choose_readouts(const std::string &text, const std::string &file, LayeredNetwork &network) {
  std::vector<LayerReadout> chosen;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string item = text.substr(begin, end - begin);
    begin = end + 1;
    const std::size_t equals = item.rfind('=');
    const std::string name = item.substr(0, equals);
    int level = static_cast<int>(chosen.size()) + 1;
    if (equals != std::string::npos) {
      const char *const last = item.data() + item.size();
      const auto [stop, fault] = std::from_chars(item.data() + equals + 1, last, level);
      if (fault != std::errc() || stop != last || level < 1 || level > kHighestLevel) {
        throw InputError("--readouts", 0,
                         fmt::format("found \"{}\"; expected NAME or NAME=LEVEL with a level from 1 to {}",
                                     item, kHighestLevel));
      }
    }
    const auto found = std::find_if(network.readouts.begin(), network.readouts.end(),
                                    [&](const LayerReadout &readout) { return readout.name == name; });
    if (found == network.readouts.end()) {
      std::string names;
      for (const LayerReadout &readout : network.readouts) {
        names += (names.empty() ? "" : ", ") + readout.name;
      }
      throw InputError("--readouts", 0,
                       fmt::format("found \"{}\"; {} has the readouts {}", name, file, names));
    }
    chosen.push_back(*found);
    chosen.back().level = level;
  }
  network.readouts = std::move(chosen);
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
  LayersOptions options;
  options.effort = effort_named(arguments.effort, "--effort");
  options.effort.boxes = arguments.boxes.value_or(options.effort.boxes);
  options.effort.tolerance = arguments.tolerance.value_or(options.effort.tolerance);
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
  LayeredNetwork network = parse_layers(bytes, model.string());
  if (!arguments.readouts.empty()) {
    choose_readouts(arguments.readouts, model.string(), network);
  }
  for (const LayerReadout &readout : network.readouts) {
    if (readout.level > kHighestLevel && !options.at_most) {
      throw InputError(model.string(), 0,
                       fmt::format("has {} readouts; expected at most {}, one a level, or --readouts",
                                   network.readouts.size(), kHighestLevel));
    }
  }
  progress.phase("reading the target");
  const fs::path &samples = instance.image.empty() ? instance.table : instance.image;
  const std::string sample_bytes = samples.empty() ? std::string() : read_bytes(samples, "the samples");
  const Target target = samples.empty() ? make_target(instance) : make_target(instance, sample_bytes);

  std::optional<PendingFolder> folder;
  std::optional<TidyUp> tidy_up; // after `folder`: gone before it
  if (arguments.out) {
    folder.emplace(*arguments.out);
    tidy_up.emplace([&] {
      return folder->abandon() ? arguments.out->string() + " was already written"
                               : "nothing was written to " + arguments.out->string();
    });
  }
  options.progress = [&](const LayerReadout &readout) {
    progress.phase("certifying readout " + readout.name);
  };
  const LayersCertificate certificate = certify_layers(instance, target, network, model.string(), options);
  progress.clear();
  const std::string extension = model.extension() == ".json" || model.extension() == ".lcn"
                                    ? model.extension().string()
                                    : std::string(".onnx");
  const nlohmann::json document = layers_certificate_json(
      certificate, instance,
      {sha256_hex(instance.text), sha256_hex(bytes), "network" + extension, options.effort.boxes});
  if (folder) {
    folder->write("instance.toml", instance.text);
    folder->write("network" + extension, bytes);
    if (!samples.empty()) {
      folder->write("samples" + samples.extension().string(), sample_bytes);
    }
    folder->write("certificate.json", document.dump(2) + "\n");
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
