#include "certified_layers.hpp"

#include "numeric/sha256.hpp"

#include <algorithm>

namespace layercert::cli {

LayeredNetwork certified_layers(const ResultFiles &files) {
  using nlohmann::json;
  if (files.certificate.value("network_sha256", json()) != json(sha256_hex(files.network_bytes))) {
    refuse_altered(files.network_file);
  }
  LayeredNetwork network = parse_layers(files.network_bytes, files.network_file.string());
  std::vector<LayerReadout> chosen;
  for (const json &entry : files.certificate.value("readouts", json::array())) {
    const json name = entry.is_object() ? entry.value("readout", json()) : json();
    const auto found = std::find_if(network.readouts.begin(), network.readouts.end(),
                                    [&](const LayerReadout &one) { return json(one.name) == name; });
    if (found != network.readouts.end()) {
      chosen.push_back(*found);
    }
  }
  network.readouts = std::move(chosen);
  return network;
}

} // namespace layercert::cli
