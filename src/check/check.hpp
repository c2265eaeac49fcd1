// The checker: re-proves a result folder from its files alone (proofs/certificate-format.md).
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace checker {

struct Report {
  bool accepted = false;
  std::string reason;             // of a rejection, one line
  bool unknown = false;           // rejected only as it is beyond this checker
  std::vector<std::string> lines; // what was verified, what was not, and what was taken on trust
};

// Told before each level, the lowest first.
struct Step {
  std::size_t dimension = 0;
  int N = 0, depth = 0, level = 0;
};
using Progress = std::function<void(const Step &)>;

// Called often, on any thread, and may throw: that ends the check, and is what check() throws.
using Between = std::function<void()>;

struct Division; // division.hpp

// Throws std::runtime_error where a file cannot be read at all; expected to be exit status 2.
Report check(const std::filesystem::path &folder, int threads = 0, const Progress &progress = {},
             const Between &between = {});
// Shared with other processes, of which all have the same report. A network of another kind is checked by the
// first of them alone; the report of the others is then empty, and accepts nothing.
Report check(const std::filesystem::path &folder, int threads, const Progress &progress,
             const Between &between, const Division &division);

} // namespace checker
