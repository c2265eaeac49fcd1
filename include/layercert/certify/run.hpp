// A whole run: an instance's target, its network, its certificate and, if wanted, the result folder.
#pragma once

#include "layercert/certify/certify.hpp"
#include "layercert/error.hpp"
#include "layercert/function/target.hpp"
#include "layercert/network/network_file.hpp"
#include "layercert/result/pending_folder.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <string>
#include <utility>

namespace layercert {

// Called as each phase begins (level 0), and before each level of building, certifying, sharpening and
// listing. May throw, which ends the run.
enum class Phase { Reading, Building, Decoding, Certifying, Sharpening, Listing, Writing };
using RunProgress = std::function<void(Phase phase, int level)>;

// How a run is to be made, and what is to come of it.
struct RunOptions {
  CertifyOptions certify; // without its progress
  NetworkFormat format = NetworkFormat::Automatic;
  bool document = true; // with `Run::document`; the network is encoded for it
  // The first share builds the network and keeps it among the pieces; the others wait for it there, and need
  // no memory for building. Requires: certify.share; whoever waits() is told of pieces.
  bool one_builds = false;
  RunProgress progress;
};

// What comes of a run.
struct Run {
  Target target;
  Network network; // with an accuracy wanted, the part of it that reaches the accuracy
  Certificate certificate;
  nlohmann::json document; // certificate.json
};

// The target is proved to be outside of L^p, so that the theorem says nothing of it; what() says where and
// why (exit status 1).
class NotInLpError : public InputError {
public:
  NotInLpError(std::string file, const std::string &reason) : InputError(std::move(file), 0, reason) {}
};

// If there is a folder, the result is written and committed there. Pieces are taken up and kept, and not
// removed in the end. Throws InputError: the target or the folder is not as it has to be. Throws NotInLpError
// before anything is built: the target is an expression whose norm was found to be infinite.
Run run(const Instance &instance, const RunOptions &options = {}, PendingFolder *folder = nullptr);

} // namespace layercert
