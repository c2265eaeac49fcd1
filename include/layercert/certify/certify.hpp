// Certifies every level of a network for an instance.
#pragma once

#include "layercert/certify/effort.hpp"
#include "layercert/result/certificate.hpp"
#include "layercert/result/piece_folder.hpp"

#include <functional>
#include <optional>
#include <string>

namespace layercert {

// What certify is at: the verdict of a level, sharper bounds for it, or the list of boxes that a checker
// needs.
enum class CertifyStep { Deciding, Sharpening, Listing };

// How much effort the proof may take, and what it is to leave behind.
struct CertifyOptions {
  std::string effort =
      std::string(default_effort().name); // of efforts(); its budgets hold, but for the two that follow
  std::size_t boxes = default_effort().boxes;
  double tolerance = default_effort().tolerance;
  // List in the certificate how the integrals were cut, so that layercert-check can prove it again without a
  // search.
  bool list_subdivisions = false;
  // Stop at the first level whose error is certified to be at most this.
  std::optional<mpq_class> accuracy;
  // Where finished levels are kept and, from an earlier run, found; may be null. It must have begun
  // (PieceFolder::begin), as run() sees to.
  PieceFolder *pieces = nullptr;
  std::function<void(CertifyStep step, int level)>
      progress; // called before each step of each level; may throw
  // Called once for each level, as soon as its verdict is proved or the search for it has ended. The bounds
  // are those of that moment.
  std::function<void(const LevelCertificate &level)> verdict;
};

// All budgets of an effort.
CertifyOptions options_of(const Effort &effort);

// Rigorous: only the network's weights and the target enter. Throws InputError(name, ...) for a network that
// is not of the construction.
Certificate certify(const Instance &instance, const Target &target, const Network &network,
                    const std::string &name, const CertifyOptions &options = {});

} // namespace layercert
