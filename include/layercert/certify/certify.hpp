// Certifies every level of a network for an instance.
#pragma once

#include "layercert/result/certificate.hpp"

#include <functional>
#include <optional>
#include <string>

namespace layercert {

// How much effort the proof may take, and what it is to leave behind.
struct CertifyOptions {
  std::size_t boxes = 1 << 18; // at most so many boxes an integral, or 4 a cell
  // Wanted relative width of the enclosures of the error and of the modulus, in (0, 1]; `boxes` bounds the effort.
  double tolerance = 0.01;
  // List in the certificate how the integrals were cut, so that layercert-check can prove it again without a search.
  bool list_subdivisions = false;
  // Stop at the first level whose error is certified to be at most this.
  std::optional<mpq_class> accuracy;
  std::function<void(int level)> progress; // called before each level; may throw
};

// Rigorous: only the network's weights and the target enter. Throws InputError(name, ...) for a network that is not of the
// construction.
Certificate certify(const Instance &instance, const Target &target, const Network &network,
                    const std::string &name, const CertifyOptions &options = {});

} // namespace layercert
