#include "files.hpp"

#include <openssl/sha.h>
#include <toml++/toml.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <set>
#include <sstream>

namespace checker {

using nlohmann::json;

// What is opened is what is looked at and read: a name may come to mean another file in between. A FIFO is
// opened without waiting, and a pipe or a device, which may never end, is no file of a result.
std::string read_file(const std::filesystem::path &file) {
  const int opened = ::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  const bool is_link = opened < 0 && errno == ELOOP;
  const auto refuse = [&](const std::string &what) {
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
  const auto size = static_cast<std::uint64_t>(kind.st_size);
  if (size > physical_memory() / 4) {
    refuse("has " + std::to_string(size) + " bytes, too many for the memory of this machine");
  }
  std::string bytes(size, '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = ::read(opened, bytes.data() + done, bytes.size() - done);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got <= 0) {
      refuse("cannot be read");
    }
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

std::string one_line(std::string text) {
  constexpr std::size_t longest = 1000;
  if (text.size() > longest) {
    text.resize(longest);
    text += "...";
  }
  std::replace_if(
      text.begin(), text.end(), [](char c) { return (c >= 0 && c < ' ') || c == 127; }, ' ');
  return text;
}

std::uint64_t physical_memory() {
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  const long size = ::sysconf(_SC_PAGESIZE);
  return pages > 0 && size > 0 ? static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(size)
                               : std::uint64_t{1} << 32;
}

// Each cell has a sum, a phase and the place of its tree. A network that is worth it has more to say: today
// some bytes of weights a cell.
void require_memory(ulong d, ulong N, ulong levels, std::uint64_t bytes_of_files) {
  constexpr double free_of_charge = 256.0 * 1024 * 1024;
  constexpr double for_each_byte = 256;
  double cells = 0;
  double of_level = 1;
  for (ulong l = 0; l < levels; ++l) {
    of_level *= std::pow(static_cast<double>(N), static_cast<double>(d));
    cells += of_level;
  }
  const double bytes = cells * static_cast<double>(3 * sizeof(std::size_t));
  const double allowed =
      std::min(std::max(free_of_charge, for_each_byte * static_cast<double>(bytes_of_files)),
               static_cast<double>(physical_memory()));
  if (!(bytes <= allowed)) {
    char text[200];
    std::snprintf(
        text, sizeof text,
        "%.3g cells, for which the checker needs about %.3g MiB of memory; for a result of this size "
        "it takes at most %.3g",
        cells, bytes / 1048576, allowed / 1048576);
    throw Unknown(text);
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

namespace {

constexpr std::size_t kDeepestJson = 100;
constexpr std::size_t kLongestMessage = 200;

std::string cut(std::string text) {
  if (text.size() > kLongestMessage) {
    text.resize(kLongestMessage);
    text += "...";
  }
  return text;
}

// Brackets that are open at once, outside of strings. nlohmann's values recurse when they are copied.
bool nested_deeply(const std::string &bytes) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const char c = bytes[at];
    if (in_string) {
      at += c == '\\' ? 1 : 0;
      in_string = c != '"';
      continue;
    }
    in_string = c == '"';
    depth += c == '[' || c == '{' ? 1 : 0;
    depth -= (c == ']' || c == '}') && depth > 0 ? 1 : 0;
    if (depth > kDeepestJson) {
      return true;
    }
  }
  return false;
}

} // namespace

json parse_json_or_nothing(const std::string &bytes) {
  return nested_deeply(bytes) ? json() : json::parse(bytes, nullptr, false);
}

json parse_json(const std::string &bytes, const std::string &name) {
  std::vector<std::set<std::string>> keys; // of the objects that are open
  const auto watch = [&](int, json::parse_event_t event, json &value) {
    if (event == json::parse_event_t::object_start) {
      keys.emplace_back();
    } else if (event == json::parse_event_t::object_end) {
      keys.pop_back();
    } else if (event == json::parse_event_t::key && !keys.back().insert(value.get<std::string>()).second) {
      throw Rejected(name + ": \"" + cut(value.get<std::string>()) +
                     "\" stands twice in one object; expected it once");
    }
    return true;
  };
  if (nested_deeply(bytes)) {
    throw Rejected(name + ": nested too deeply");
  }
  try {
    return json::parse(bytes, watch);
  } catch (const json::exception &error) {
    throw Rejected(name + ": no JSON: " + cut(error.what()));
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

constexpr std::size_t kLongestInstance = 1 << 20;
constexpr std::size_t kMostDots = 8; // of a line, outside of its strings

// Every dot of a key opens a table, and tables recurse when they end. A dot in a string or a comment is none;
// where this reads a text otherwise than TOML does, the text is none.
void require_shallow(const std::string &text) {
  if (text.size() > kLongestInstance) {
    throw Rejected("instance.toml has more than " + std::to_string(kLongestInstance) + " bytes");
  }
  std::size_t dots = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"' || c == '\'') {
      const std::string three(3, c);
      const bool long_string = text.compare(at, 3, three) == 0;
      at += long_string ? 3 : 1;
      while (at < text.size() &&
             (long_string ? text.compare(at, 3, three) != 0 : text[at] != c && text[at] != '\n')) {
        at += c == '"' && text[at] == '\\' ? 2 : 1;
      }
      if (long_string) { // two quotes more may stand in front of the last three
        at += 2;
        for (int more = 0; more < 2 && at + 1 < text.size() && text[at + 1] == c; ++more) {
          ++at;
        }
      }
    } else if (c == '#') {
      at = std::min(text.find('\n', at), text.size()) - 1;
    } else if (c == '\n') {
      dots = 0;
    } else if (c == '.' && ++dots > kMostDots) {
      throw Rejected("instance.toml: a line has too many dots");
    }
  }
}

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

std::optional<layercert::Channel> channel_named(const std::string &name) {
  using layercert::Channel;
  const std::pair<const char *, Channel> known[] = {{"", Channel::Grey},     {"luma", Channel::Luma},
                                                    {"red", Channel::Red},   {"green", Channel::Green},
                                                    {"blue", Channel::Blue}, {"alpha", Channel::Alpha}};
  for (const auto &[word, channel] : known) {
    if (name == word) {
      return channel;
    }
  }
  return std::nullopt;
}

} // namespace

Instance read_instance(const std::string &text) {
  require_shallow(text);
  toml::table root;
  try {
    root = toml::parse(text);
  } catch (const toml::parse_error &error) {
    throw Rejected("instance.toml: no TOML: " + cut(std::string(error.description())));
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
  result.dimension = static_cast<std::size_t>(integer("target", "dimension", 1, 10));
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
  const std::optional<layercert::Channel> channel = channel_named(words("target", "channel"));
  result.options.channel = channel.value_or(layercert::Channel::Grey);
  const std::optional<Rational> round = number("target", "round");
  result.options.round = round.value_or(Rational(0));
  const toml::node *header = find("target", "header", false);
  const toml::node *column = find("target", "column", false);
  if (header != nullptr) {
    result.options.header = header->value_exact<bool>();
  }
  if (column != nullptr) {
    result.options.column_name = column->value_exact<std::string>().value_or("");
    result.options.column = static_cast<int>(
        std::clamp<std::int64_t>(column->value_exact<std::int64_t>().value_or(0), 0, 1000000));
  }
  if ((round && *round <= 0) || (header != nullptr && !result.options.header) ||
      (column != nullptr && result.options.column == 0 && result.options.column_name.empty()) || !channel) {
    throw Rejected("instance.toml: header, column, channel or round is out of its range");
  }
  std::size_t keys = 0;
  for (const auto &[name, node] : root) {
    const bool words_for_people = (name == "name" || name == "title" || name == "latex") && node.is_string();
    keys += node.is_table() ? node.as_table()->size() : words_for_people ? 0 : 1000;
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
