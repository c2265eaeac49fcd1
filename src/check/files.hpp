// Reading of JSON and of instances.
#pragma once

#include "numbers.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace checker {

// All bytes of a regular file, read once. Throws Unreadable, with the name, also for a link, a folder, a FIFO or a device.
std::string read_file(const std::filesystem::path &file);
std::string sha256_bytes(const std::string &bytes); // 32 bytes
std::string sha256_digits(const std::string &bytes);

// Refuses keys that stand twice. Throws Rejected.
nlohmann::json parse_json(const std::string &bytes, const std::string &name);
const nlohmann::json &get(const nlohmann::json &object, const std::string &key);
const nlohmann::json &get_array(const nlohmann::json &object, const std::string &key);
std::string get_text(const nlohmann::json &object, const std::string &key);
ulong get_count(const nlohmann::json &object, const std::string &key); // at most 10^9

enum class Norm { Euclidean, Max, One };

struct Instance {
  int dimension = 0;
  std::string expression; // or, if empty,
  std::string samples;    // the file's name
  bool image = false;
  bool multilinear = false;
  ulong N = 0, depth = 0;
  Rational p;
  Norm norm = Norm::Euclidean;
  Rational remainder;
  std::optional<Rational> lambda, alpha;
};
Instance read_instance(const std::string &text); // throws Rejected

} // namespace checker
