#include "certify_layers_run.hpp"

#include "function/target_from_bytes.hpp"
#include "layercert/error.hpp"
#include "layers/layers_file.hpp"
#include "numeric/file_bytes.hpp"
#include "numeric/sha256.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace layercert {

namespace {

// "NAME" or "NAME=LEVEL", separated by commas: these readouts alone, in this order; without a level, the i-th
// is level i.
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

// What a checker reads of the network: the file itself, or, since none reads ONNX, the row of its units.
struct CheckableNetwork {
  std::string file;
  std::string bytes;
  bool from_onnx = false;
};

CheckableNetwork checkable(const std::string &bytes, const LayeredNetwork &network) {
  switch (kind_of_network(bytes)) {
  case NetworkKind::Json:
    return {"network.json", bytes};
  case NetworkKind::Binary:
    return {"network.lcn", bytes};
  case NetworkKind::Row:
    return {"layers.json", bytes};
  case NetworkKind::Onnx:
    break;
  }
  return {"layers.json", layers_to_json(network), true};
}

} // namespace

LayersOutcome run_layers(const Instance &instance, const std::string &network_bytes, const std::string &name,
                         const LayersRun &run, PendingFolder *folder) {
  const auto begin = [&](const std::string &phase) {
    if (run.phase) {
      run.phase(phase);
    }
  };
  begin("reading the network");
  LayeredNetwork network = parse_layers(network_bytes, name);
  if (!run.readouts.empty()) {
    choose_readouts(run.readouts, name, network);
  }
  for (const LayerReadout &readout : network.readouts) {
    if (readout.level > kHighestLevel && !run.options.at_most) {
      throw InputError(name, 0,
                       fmt::format("has {} readouts; expected at most {}, one a level, or --readouts",
                                   network.readouts.size(), kHighestLevel));
    }
  }
  begin("reading the target");
  const std::filesystem::path &samples = instance.image.empty() ? instance.table : instance.image;
  const std::string sample_bytes = samples.empty() ? std::string() : read_bytes(samples, "the samples");
  const Target target = samples.empty() ? make_target(instance) : make_target(instance, sample_bytes);
  LayersOptions options = run.options;
  if (!options.progress) {
    options.progress = [&](const LayerReadout &readout) { begin("certifying readout " + readout.name); };
  }
  LayersOutcome outcome{certify_layers(instance, target, network, name, options), {}};
  const CheckableNetwork checked = checkable(network_bytes, network);
  LayersContext context;
  context.instance_sha256 = sha256_hex(instance.text);
  context.network_sha256 = sha256_hex(checked.bytes);
  context.network_file = checked.file;
  context.model_sha256 = checked.from_onnx ? sha256_hex(network_bytes) : std::string();
  context.samples_sha256 = samples.empty() ? std::string() : sha256_hex(sample_bytes);
  context.boxes = options.effort.boxes;
  outcome.document = layers_certificate_json(outcome.certificate, instance, context);
  if (folder != nullptr) {
    folder->write("instance.toml", instance.text);
    folder->write(checked.file, checked.bytes);
    if (checked.from_onnx) {
      folder->write("network.onnx", network_bytes);
    }
    if (!samples.empty()) {
      folder->write("samples" + samples.extension().string(), sample_bytes);
    }
    folder->write("certificate.json", outcome.document.dump(2) + "\n");
  }
  return outcome;
}

} // namespace layercert
