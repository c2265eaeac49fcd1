// The check of a certificate of a network of any layers, which others made (proofs/layers.md).
#pragma once

#include "check.hpp"

namespace checker {

// Appends what was verified. Throws Rejected.
void check_layers(const std::filesystem::path &folder, int threads, const Progress &progress,
                  const Between &between, const std::string &certificate_bytes,
                  std::vector<std::string> &lines);

} // namespace checker
