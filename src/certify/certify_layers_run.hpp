// A whole run with a network that others made: from the bytes of its file to a result folder.
#pragma once

#include "certify_layers.hpp"

#include "layercert/result/pending_folder.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace layercert {

struct LayersRun {
  // "NAME" or "NAME=LEVEL", separated by commas: these readouts alone, in this order; without a level, the
  // i-th is level i. Empty: all, as they are.
  std::string readouts;
  LayersOptions options;
  std::function<void(const std::string &phase)> phase; // what is begun
};

struct LayersOutcome {
  LayersCertificate certificate;
  nlohmann::json document; // certificate.json
};

// `name` stands for the network in messages. With a folder, the files of the result are written there; the
// caller commits it. Throws InputError as parse_layers and certify_layers do, and for readouts that are not
// there.
LayersOutcome run_layers(const Instance &instance, const std::string &network_bytes, const std::string &name,
                         const LayersRun &run, PendingFolder *folder);

} // namespace layercert
