#include "files.hpp"

#include <openssl/sha.h>
#include <toml++/toml.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <memory>
#include <set>
#include <sstream>

namespace checker {

using nlohmann::json;

// What is opened is what is looked at and read: a name may come to mean another file in between. A FIFO is opened without waiting.
std::string read_file(const std::filesystem::path &file) {
  const int opened = ::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  const bool is_link = opened < 0 && errno == ELOOP;
  const auto refuse = [&](const char *what) {
    throw Unreadable(file.string() + ": " + what + "; expected a regular file of a result folder");
  };
  if (is_link) {
    refuse("is a link");
  }
  if (opened < 0) {
    refuse("cannot be read");
  }
  const std::unique_ptr<const int, void (*)(const int *)> closed(&opened, [](const int *f) { ::close(*f); });
  struct stat kind {};
  if (::fstat(opened, &kind) != 0 || !S_ISREG(kind.st_mode)) {
    refuse(S_ISDIR(kind.st_mode) ? "is a folder" : "is no regular file");
  }
  std::string bytes;
  for (;;) {
    char piece[1 << 16];
    const ssize_t count = ::read(opened, piece, sizeof piece);
    if (count == 0) {
      return bytes;
    }
    if (count > 0) {
      bytes.append(piece, static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      refuse("cannot be read");
    }
  }
}

std::string sha256_bytes(const std::string &bytes) {
  unsigned char sum[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char *>(bytes.data()), bytes.size(), sum);
  return {reinterpret_cast<char *>(sum), sizeof sum};
}

std::string sha256_digits(const std::string &bytes) {
  std::string result;
  for (const char c : sha256_bytes(bytes)) {
    for (const int shift : {4, 0}) {
      result += "0123456789abcdef"[static_cast<unsigned char>(c) >> shift & 15];
    }
  }
  return result;
}

// ---- JSON ----

json parse_json(const std::string &bytes, const std::string &name) {
  std::vector<std::set<std::string>> keys; // of the objects that are open
  const auto watch = [&](int, json::parse_event_t event, json &value) {
    if (event == json::parse_event_t::object_start) {
      keys.emplace_back();
    } else if (event == json::parse_event_t::object_end) {
      keys.pop_back();
    } else if (event == json::parse_event_t::key && !keys.back().insert(value.get<std::string>()).second) {
      throw Rejected(name + ": \"" + value.get<std::string>() +
                     "\" stands twice in one object; expected it once");
    }
    return true;
  };
  std::size_t depth = 0;
  for (const char c : bytes) { // brackets within strings only make this stricter
    depth += c == '[' || c == '{' ? 1 : 0;
    depth -= (c == ']' || c == '}') && depth > 0 ? 1 : 0;
    if (depth > 100) {
      throw Rejected(name + ": nested too deeply");
    }
  }
  try {
    return json::parse(bytes, watch);
  } catch (const json::exception &error) {
    throw Rejected(name + ": no JSON: " + error.what());
  }
}

const json &get(const json &object, const std::string &key) {
  if (!object.is_object() || !object.contains(key)) {
    throw Rejected("the key \"" + key + "\" is missing");
  }
  return object.at(key);
}

const json &get_array(const json &object, const std::string &key) {
  const json &value = get(object, key);
  if (!value.is_array()) {
    throw Rejected("\"" + key + "\" is no array");
  }
  return value;
}

std::string get_text(const json &object, const std::string &key) {
  const json &value = get(object, key);
  if (!value.is_string()) {
    throw Rejected("\"" + key + "\" is no string");
  }
  return value.get<std::string>();
}

ulong get_count(const json &object, const std::string &key) {
  const json &value = get(object, key);
  if (!value.is_number_unsigned() || value.get<ulong>() > 1000000000) {
    throw Rejected("\"" + key + "\" is no count");
  }
  return value.get<ulong>();
}

// ---- instance.toml ----

namespace {

// toml++ has rounded a number with a fraction: its digits are read again from the text.
Rational exact(const toml::node &node, const std::string &text) {
  if (const auto *integer = node.as_integer()) {
    return Rational(integer->get());
  }
  std::string digits;
  if (const auto *string = node.as_string()) {
    digits = string->get();
  } else {
    std::istringstream lines(text);
    std::string line;
    for (toml::source_index i = 0; i < node.source().begin.line; ++i) {
      std::getline(lines, line);
    }
    // The number is the value at the end of a line without quotes: after its "=".
    const bool plain = line.find_first_of("\"'{[") == std::string::npos;
    const std::size_t from = line.find('=');
    if (!node.is_floating_point() || !plain || from == std::string::npos) {
      throw Unknown("instance.toml has a number that is not written as key = number");
    }
    digits = line.substr(from + 1, line.find('#', from) - from - 1);
    std::erase_if(digits, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '_'; });
  }
  try {
    return exact_number(digits);
  } catch (const std::invalid_argument &error) {
    throw Rejected(std::string("instance.toml: ") + error.what());
  }
}

} // namespace

Instance read_instance(const std::string &text) {
  toml::table root;
  try {
    root = toml::parse(text);
  } catch (const toml::parse_error &error) {
    throw Rejected("instance.toml: no TOML: " + std::string(error.description()));
  }
  std::size_t used = 0;
  const auto find = [&](const char *table, const char *key, bool required) -> const toml::node * {
    const toml::table *inner = root[table].as_table();
    const toml::node *node = inner != nullptr ? inner->get(key) : nullptr;
    if (node == nullptr && required) {
      throw Rejected(std::string("instance.toml: [") + table + "] has no \"" + key + "\"");
    }
    used += node != nullptr ? 1 : 0;
    return node;
  };
  const auto integer = [&](const char *table, const char *key, std::int64_t least, std::int64_t most) {
    const auto *value = find(table, key, true)->as_integer();
    if (value == nullptr || value->get() < least || value->get() > most) {
      throw Rejected(std::string("instance.toml: \"") + key + "\" is no integer in its range");
    }
    return value->get();
  };
  const auto words = [&](const char *table, const char *key) {
    const toml::node *node = find(table, key, false);
    if (node != nullptr && !node->is_string()) {
      throw Rejected(std::string("instance.toml: \"") + key + "\" is no string");
    }
    return node != nullptr ? node->as_string()->get() : std::string();
  };
  const auto number = [&](const char *table, const char *key) -> std::optional<Rational> {
    const toml::node *node = find(table, key, false);
    return node != nullptr ? std::optional(exact(*node, text)) : std::nullopt;
  };
  Instance result;
  result.dimension = static_cast<int>(integer("target", "dimension", 1, 10));
  result.expression = words("target", "expression");
  const std::string image = words("target", "image");
  const std::string table = words("target", "table");
  result.image = !image.empty();
  result.samples = image + table;
  if ((result.expression.empty() ? 0 : 1) + (image.empty() ? 0 : 1) + (table.empty() ? 0 : 1) != 1 ||
      (result.image && result.dimension != 2)) {
    throw Rejected("instance.toml: expected one of expression, image and table (an image has dimension 2)");
  }
  const std::string interpolation = words("target", "interpolation");
  const std::string norm = words("theorem", "norm");
  result.multilinear = interpolation == "multilinear";
  result.norm = norm == "max" ? Norm::Max : norm == "one" ? Norm::One : Norm::Euclidean;
  result.N = static_cast<ulong>(integer("theorem", "N", 2, 1000));
  result.depth = static_cast<ulong>(integer("theorem", "depth", 1, 64));
  result.p = number("theorem", "p").value_or(Rational(0));
  result.remainder = number("target", "remainder").value_or(Rational(0));
  result.lambda = number("hoelder", "lambda");
  result.alpha = number("hoelder", "alpha");
  std::size_t keys = 0;
  for (const auto &[name, node] : root) {
    keys += node.is_table() ? node.as_table()->size() : 1000;
  }
  const bool known_words = (interpolation.empty() || result.multilinear || interpolation == "constant") &&
                           (norm.empty() || norm == "euclidean" || norm == "max" || norm == "one");
  if (keys != used || !known_words) {
    throw Unknown("instance.toml has a key or a word that this checker does not know");
  }
  if (result.p < 1 || result.p > 1000 || result.remainder < 0 ||
      result.lambda.has_value() != result.alpha.has_value() ||
      (result.lambda && (*result.lambda <= 0 || *result.alpha <= 0 || *result.alpha > 1))) {
    throw Rejected("instance.toml: p, remainder, lambda or alpha is out of its range");
  }
  return result;
}

} // namespace checker
