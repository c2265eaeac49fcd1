// The checker: re-proves a result folder from its files alone (proofs/certificate-format.md).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace checker {

struct Report {
  bool accepted = false;
  std::string reason;             // of a rejection, one line
  bool unknown = false;           // rejected only as it is beyond this checker
  std::vector<std::string> lines; // what was verified, what was not, and what was taken on trust
};

// Throws std::runtime_error where a file cannot be read at all; expected to be exit status 2.
Report check(const std::filesystem::path &folder, int threads = 0);

} // namespace checker
