// Levels at which f is its readout: where f is constant almost everywhere.
#pragma once

#include "layercert/result/certificate.hpp"

#include <algorithm>

namespace layercert {

// Error and modulus are 0: claim R reads 0 <= 0, and there is no ratio.
inline bool is_exact(const LevelCertificate &level) {
  return level.error_upper == 0 && level.modulus_upper == 0;
}
inline bool is_exact(const Certificate &certificate) {
  return !certificate.levels.empty() &&
         std::all_of(certificate.levels.begin(), certificate.levels.end(),
                     [](const LevelCertificate &level) { return is_exact(level); });
}

} // namespace layercert
