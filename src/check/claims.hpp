// The claims of a certificate, key by key, and the relations between them: K1 to K20 of
// proofs/certificate-format.md. Nothing is proved here of the network or the target: a relation that fails
// says that the certificate contradicts itself.
#pragma once

#include "files.hpp"

#include <optional>
#include <string>
#include <vector>

namespace checker {

// Of the certificate of a construction, or of a network of any layers.
enum class Section { Certificate, Architecture, Level, Corollary, Accuracy, Layers, LayersCount, Readout };

// K1 and K2: the object has no key but those of this part and the copies for people, which say the same.
void require_known_keys(const nlohmann::json &object, Section section);
// A bound, at least 0 and perhaps infinite.
Arf bound_of(const nlohmann::json &object, const std::string &key);

// The bounds of one level that are not arithmetic of others.
struct LevelClaims {
  Arf error_lower, error_upper, modulus_lower, modulus_upper;
};
// K5 to K7, K9 to K13 and K15 of entry l of the levels. Requires: status is "certified". Throws Rejected.
LevelClaims read_level(const nlohmann::json &level, ulong l, ulong cells, const Instance &instance);
// K16 of levels l <= m. Throws Rejected.
void compare_moduli(ulong l, const LevelClaims &of_l, ulong m, const LevelClaims &of_m, ulong N);
void compare_levels(const std::vector<LevelClaims> &levels, ulong N);
// Of a readout of a network of any layers: what read_level() asks, but for cells, with claim R; else that the
// error is at most a number.
struct ReadoutClaims {
  std::string name;
  ulong level = 0; // with claim R
  LevelClaims bounds;
};
// Requires: status is "certified". Throws Rejected.
ReadoutClaims read_readout(const nlohmann::json &entry, const std::optional<Rational> &at_most,
                           const Instance &instance);
// Nothing with claim R. Throws Rejected.
std::optional<Rational> read_at_most(const nlohmann::json &certificate);
// K14, with lambda and alpha of the corollary. Returns (2d+1) lambda N^(-alpha l). Throws Rejected.
Interval read_corollary_bound(const nlohmann::json &level, ulong l, const Instance &instance,
                              const Rational &lambda, const Rational &alpha);
// K18 of the key `hoelder`. Throws Rejected.
struct CorollaryClaims {
  Rational lambda, alpha;
  bool verified = false; // the hypothesis; else assumed
};
CorollaryClaims read_corollary(const nlohmann::json &entry, const Instance &instance);
// K17 of the key `accuracy`. Throws Rejected.
struct AccuracyClaims {
  Rational wanted;
  bool smallest_proved = false;
};
AccuracyClaims read_accuracy(const nlohmann::json &entry, const std::vector<LevelClaims> &levels);
// K20. Throws Rejected.
void read_search(const nlohmann::json &certificate);

// What is verified of this certificate, a line each: the keys that no proof confirms, by name.
std::vector<std::string> unverified_lines(const nlohmann::json &certificate);

} // namespace checker
