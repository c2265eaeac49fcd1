// Reading of JSON and of instances.
#pragma once

#include "numbers.hpp"

#include "layercert/function/sample_table.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace checker {

// All bytes of a regular file, read once. Throws Unreadable, with the name, also for a link, a folder, a FIFO
// or a device, and for a file too large for the memory of this machine.
std::string read_file(const std::filesystem::path &file);
std::string one_line(std::string text); // of printable characters, without an end that is too long
std::uint64_t physical_memory();        // bytes
// Throws Unknown before memory is spent on N^(d l) cells of levels l = 1..levels that the machine has not, or
// that files of so many bytes in all are not worth.
void require_memory(ulong d, ulong N, ulong levels, std::uint64_t bytes_of_files);
std::string sha256_bytes(const std::string &bytes); // 32 bytes
std::string sha256_digits(const std::string &bytes);

// No JSON, or one that is nested deeply, gives no object.
nlohmann::json parse_json_or_nothing(const std::string &bytes);
// Refuses keys that stand twice. Throws Rejected.
nlohmann::json parse_json(const std::string &bytes, const std::string &name);
const nlohmann::json &get(const nlohmann::json &object, const std::string &key);
const nlohmann::json &get_array(const nlohmann::json &object, const std::string &key);
std::string get_text(const nlohmann::json &object, const std::string &key);
ulong get_count(const nlohmann::json &object, const std::string &key); // at most 10^9

enum class Norm { Euclidean, Max, One };

struct Instance {
  std::size_t dimension = 0;
  std::string expression; // or, if empty,
  std::string samples;    // the file's name
  bool image = false;
  layercert::SampleOptions options; // how they are read
  bool multilinear = false;
  ulong N = 0, depth = 0;
  Rational p;
  Norm norm = Norm::Euclidean;
  Rational remainder; // without what `round` moves samples by
  std::optional<Rational> lambda, alpha;
};
Instance read_instance(const std::string &text); // throws Rejected

} // namespace checker
