#include "layercert/instance/instance.hpp"
#include "memory_estimate.hpp"

#include "layercert/error.hpp"
#include "layercert/instance/exact_number.hpp"
#include "nearest_name.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace layercert {

namespace {

constexpr std::size_t kMostDots = 8; // of a line, outside of its strings

// Every dot of a key opens a table, and toml++ recurses when tables end. Where this reads a text otherwise
// than TOML does, the text is none. Returns the line with too many of them, or 0.
std::size_t line_of_many_dots(std::string_view text) {
  std::size_t line = 1;
  std::size_t dots = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"' || c == '\'') {
      const std::string three(3, c);
      const bool long_string = text.substr(at, 3) == three;
      at += long_string ? 3 : 1;
      while (at < text.size() &&
             (long_string ? text.substr(at, 3) != three : text[at] != c && text[at] != '\n')) {
        line += text[at] == '\n' ? 1 : 0;
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
      ++line;
      dots = 0;
    } else if (c == '.' && ++dots > kMostDots) {
      return line;
    }
  }
  return 0;
}

struct KnownTable {
  std::string_view name;
  std::vector<std::string_view> keys;
};

const std::vector<KnownTable> &known_tables() {
  static const std::vector<KnownTable> tables = {
      {"target",
       {"dimension", "expression", "image", "table", "interpolation", "remainder", "header", "column",
        "channel", "round"}},
      {"theorem", {"N", "depth", "p", "norm"}},
      {"hoelder", {"lambda", "alpha"}},
  };
  return tables;
}

// Stand before the tables.
const std::vector<std::string_view> kTexts = {"name", "title", "latex"};

constexpr std::size_t kLongestName = 64;
constexpr std::size_t kLongestText = 1000; // bytes of title and latex

std::string_view type_name(const toml::node &node) {
  switch (node.type()) {
  case toml::node_type::table:
    return "a table";
  case toml::node_type::array:
    return "an array";
  case toml::node_type::string:
    return "a string";
  case toml::node_type::integer:
    return "an integer";
  case toml::node_type::floating_point:
    return "a number with a fraction";
  case toml::node_type::boolean:
    return "a boolean";
  default:
    return "a date or time";
  }
}

int line_of(const toml::source_region &region) { return static_cast<int>(region.begin.line); }

class Reader {
public:
  Reader(Instance &instance, const std::filesystem::path &folder) : instance_(instance), folder_(folder) {}

  void run() {
    if (instance_.text.empty()) {
      fail(0, "the file is empty; expected an instance in TOML, with the tables [target] and [theorem]");
    }
    if (const std::size_t line = line_of_many_dots(instance_.text); line != 0) {
      throw InputError(instance_.file, line,
                       fmt::format("more than {} dots outside of strings; expected plain keys", kMostDots));
    }
    toml::table root;
    try {
      root = toml::parse(std::string_view(instance_.text), std::string_view(instance_.file));
    } catch (const toml::parse_error &error) {
      fail(line_of(error.source()), fmt::format("TOML syntax: {}", error.description()));
    }
    refuse_unknown_names(root);
    read_texts(root);
    read_target(required_table(root, "target"));
    read_theorem(required_table(root, "theorem"));
    if (const toml::table *hoelder = optional_table(root, "hoelder")) {
      read_hoelder(*hoelder);
    }
  }

private:
  [[noreturn]] void fail(int line, const std::string &message) const {
    throw InputError(instance_.file, static_cast<std::size_t>(line), message);
  }

  void refuse_unknown_names(const toml::table &root) const {
    std::vector<std::string_view> names;
    for (const KnownTable &table : known_tables()) {
      names.push_back(table.name);
    }
    for (const auto &[key, node] : root) {
      const std::string_view name = key.str();
      if (std::find(kTexts.begin(), kTexts.end(), name) != kTexts.end()) {
        continue;
      }
      const auto known = std::find_if(known_tables().begin(), known_tables().end(),
                                      [&](const KnownTable &table) { return table.name == name; });
      if (known == known_tables().end()) {
        if (node.is_table()) {
          fail(line_of(key.source()), fmt::format("unknown table \"{}\"; {}", name, suggestion(name, names)));
        }
        for (const KnownTable &table : known_tables()) {
          if (std::find(table.keys.begin(), table.keys.end(), name) != table.keys.end()) {
            fail(line_of(key.source()),
                 fmt::format("key \"{}\" outside of a table; expected it in [{}]", name, table.name));
          }
        }
        fail(line_of(key.source()),
             fmt::format("unknown key \"{}\" outside of a table; expected only {}, and the tables {}", name,
                         quoted_list(kTexts), quoted_list(names)));
      }
      if (!node.is_table()) {
        fail(line_of(key.source()),
             fmt::format("\"{}\": found {}; expected a table [{}]", name, type_name(node), name));
      }
      for (const auto &[inner, value] : *node.as_table()) {
        if (std::find(kTexts.begin(), kTexts.end(), inner.str()) != kTexts.end()) {
          fail(line_of(inner.source()),
               fmt::format("key \"{}\" in [{}]; expected it before the first table", inner.str(), name));
        }
        if (std::find(known->keys.begin(), known->keys.end(), inner.str()) == known->keys.end()) {
          fail(line_of(inner.source()),
               fmt::format("unknown key \"{}\"; {}", inner.str(), suggestion(inner.str(), known->keys)));
        }
      }
    }
  }

  static const toml::table *optional_table(const toml::table &root, std::string_view name) {
    const toml::node *node = root.get(name);
    return node == nullptr ? nullptr : node->as_table(); // that it is a table was checked with the names
  }

  const toml::table &required_table(const toml::table &root, std::string_view name) const {
    const toml::table *table = optional_table(root, name);
    if (table == nullptr) {
      fail(0, fmt::format("the table [{}] is missing", name));
    }
    return *table;
  }

  const toml::node &required(const toml::table &table, std::string_view name, std::string_view key) const {
    const toml::node *node = table.get(key);
    if (node == nullptr) {
      fail(line_of(table.source()), fmt::format("[{}]: the key \"{}\" is missing", name, key));
    }
    return *node;
  }

  int read_integer(const toml::node &node, std::string_view key, int least, int most) const {
    const int line = line_of(node.source());
    const std::string expected = fmt::format("expected an integer from {} to {}", least, most);
    if (!node.is_integer()) {
      fail(line, fmt::format("\"{}\": found {}; {}", key, type_name(node), expected));
    }
    const std::int64_t value = node.as_integer()->get();
    if (value < least || value > most) {
      fail(line, fmt::format("\"{}\": found {}; {}", key, value, expected));
    }
    return static_cast<int>(value);
  }

  std::string read_string(const toml::node &node, std::string_view key) const {
    if (!node.is_string()) {
      fail(line_of(node.source()),
           fmt::format("\"{}\": found {}; expected a string in quotes", key, type_name(node)));
    }
    const std::string &value = node.as_string()->get();
    if (value.find_first_not_of(" \t\r\n") == std::string::npos) {
      fail(line_of(node.source()), fmt::format("\"{}\": found an empty string", key));
    }
    return value;
  }

  // The bytes of the text from a position of toml++ on, which counts characters of UTF-8, and a byte order
  // mark not.
  std::string_view text_from(const toml::source_position &position) const {
    std::string_view rest = instance_.text;
    if (rest.starts_with("\xef\xbb\xbf")) {
      rest.remove_prefix(3);
    }
    for (unsigned line = 1; line < position.line; ++line) {
      rest.remove_prefix(std::min(rest.size(), rest.find('\n') + 1));
    }
    for (unsigned column = 1; column < position.column && !rest.empty(); ++column) {
      rest.remove_prefix(1);
      while (!rest.empty() && (static_cast<unsigned char>(rest.front()) & 0xC0U) == 0x80U) {
        rest.remove_prefix(1); // a continuation byte belongs to the character before it
      }
    }
    return rest;
  }

  // An exact rational. toml++ has already rounded a number with a fraction to a double, so its digits are
  // read again from the source. TOML lets "_" stand between digits.
  mpq_class read_exact(const toml::node &node, std::string_view key) const {
    const int line = line_of(node.source());
    if (const auto *integer = node.as_integer()) {
      return mpq_class(mpz_class(fmt::format("{}", integer->get()), 10));
    }
    std::string digits;
    if (const auto *string = node.as_string()) {
      digits = string->get();
    } else if (node.is_floating_point()) {
      for (const char c : text_from(node.source().begin)) {
        const bool part = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          c == '+' || c == '-' || c == '.' || c == '_';
        if (!part) {
          break;
        }
        if (c != '_') {
          digits += c;
        }
      }
    } else {
      fail(line, fmt::format("\"{}\": found {}; expected a number", key, type_name(node)));
    }
    try {
      return parse_exact_number(digits);
    } catch (const std::invalid_argument &error) {
      fail(line, fmt::format("\"{}\": {}", key, error.what()));
    }
  }

  void read_texts(const toml::table &root) {
    for (const auto &[key, place] : {std::pair("name", &instance_.name), std::pair("title", &instance_.title),
                                     std::pair("latex", &instance_.latex)}) {
      const toml::node *node = root.get(key);
      if (node == nullptr) {
        continue;
      }
      *place = read_string(*node, key);
      const bool one_line =
          std::none_of(place->begin(), place->end(), [](char c) { return (c >= 0 && c < ' ') || c == 127; });
      if (!one_line || place->size() > kLongestText) {
        fail(line_of(node->source()),
             fmt::format("\"{}\": found {}; expected one line of at most {} bytes", key,
                         one_line ? fmt::format("{} bytes", place->size())
                                  : "a control character or the end of a line",
                         kLongestText));
      }
    }
    if (!is_name(instance_.name) && root.contains("name")) {
      fail(line_of(root.get("name")->source()),
           fmt::format(
               "\"name\": found \"{}\"; expected at most {} letters, digits and any of \"._-\", the first "
               "one a letter or a digit",
               instance_.name.substr(0, kLongestName), kLongestName));
    }
  }

  // Fit for a folder, and for a label of LaTeX.
  static bool is_name(std::string_view name) {
    const auto plain = [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    };
    return !name.empty() && name.size() <= kLongestName && plain(name.front()) &&
           std::all_of(name.begin(), name.end(),
                       [&](char c) { return plain(c) || c == '.' || c == '_' || c == '-'; });
  }

  void read_target(const toml::table &target) {
    const toml::node &dimension = required(target, "target", "dimension");
    instance_.line_of_dimension = line_of(dimension.source());
    instance_.dimension = read_integer(dimension, "dimension", 1, 10);

    std::vector<std::string_view> found;
    const toml::node *source = nullptr;
    for (const std::string_view key : {"expression", "image", "table"}) {
      if (const toml::node *node = target.get(key)) {
        found.push_back(key);
        source = node;
      }
    }
    if (found.empty()) {
      fail(line_of(target.source()),
           "[target]: the target is missing; expected one of \"expression\", \"image\" "
           "and \"table\"");
    }
    if (found.size() > 1) {
      fail(
          line_of(source->source()),
          fmt::format("[target]: found both \"{}\" and \"{}\"; expected one of \"expression\", \"image\" and "
                      "\"table\"",
                      found[0], found[1]));
    }
    read_remainder(target);
    read_interpolation(target, found[0]);
    read_sample_options(target, found[0]);
    const std::string value = read_string(*source, found[0]);
    instance_.line_of_source = line_of(source->source());
    if (found[0] == "expression") {
      instance_.expression = value;
      locate_expression(*source);
    } else {
      (found[0] == "image" ? instance_.image : instance_.table) = (folder_ / value).lexically_normal();
      if (found[0] == "image" && instance_.dimension != 2) {
        fail(instance_.line_of_dimension,
             fmt::format("\"dimension\": found {}; expected 2, which an image has", instance_.dimension));
      }
    }
  }

  void read_remainder(const toml::table &target) {
    const toml::node *node = target.get("remainder");
    if (node == nullptr) {
      return;
    }
    instance_.remainder = read_exact(*node, "remainder");
    if (instance_.remainder < 0) {
      fail(line_of(node->source()), fmt::format("\"remainder\": found {}; expected a number of 0 or more",
                                                shown(instance_.remainder)));
    }
  }

  void read_interpolation(const toml::table &target, std::string_view source) {
    const toml::node *node = target.get("interpolation");
    if (node == nullptr) {
      return;
    }
    const std::string name = read_string(*node, "interpolation");
    if (name != "constant" && name != "multilinear") {
      fail(line_of(node->source()),
           fmt::format("\"interpolation\": found \"{}\"; expected \"constant\" or \"multilinear\"", name));
    }
    if (source == "expression") {
      fail(line_of(node->source()),
           "\"interpolation\" goes with \"image\" or \"table\"; found \"expression\"");
    }
    instance_.interpolation = name == "constant" ? Interpolation::Constant : Interpolation::Multilinear;
  }

  // The node of a key that goes with one of some sources only; null without it.
  const toml::node *optional_with(const toml::table &target, std::string_view key, std::string_view source,
                                  const std::vector<std::string_view> &sources) const {
    const toml::node *node = target.get(key);
    if (node != nullptr && std::find(sources.begin(), sources.end(), source) == sources.end()) {
      fail(line_of(node->source()),
           fmt::format("\"{}\" goes with {}; found \"{}\"", key,
                       sources.size() == 1 ? fmt::format("\"{}\"", sources[0])
                                           : fmt::format("\"{}\" or \"{}\"", sources[0], sources[1]),
                       source));
    }
    return node;
  }

  void read_sample_options(const toml::table &target, std::string_view source) {
    SampleOptions &options = instance_.samples;
    if (const toml::node *node = optional_with(target, "header", source, {"table"})) {
      if (!node->is_boolean()) {
        fail(line_of(node->source()),
             fmt::format("\"header\": found {}; expected true or false", type_name(*node)));
      }
      options.header = node->as_boolean()->get();
    }
    if (const toml::node *node = optional_with(target, "column", source, {"table"})) {
      if (node->is_integer()) {
        options.column = read_integer(*node, "column", 1, 1000000);
      } else if (node->is_string()) {
        options.column_name = read_string(*node, "column");
      } else {
        fail(line_of(node->source()),
             fmt::format("\"column\": found {}; expected its name in quotes, or its number, from 1 on",
                         type_name(*node)));
      }
    }
    if (const toml::node *node = optional_with(target, "channel", source, {"image"})) {
      const std::string name = read_string(*node, "channel");
      const std::vector<std::string_view> names = {"luma", "red", "green", "blue", "alpha"};
      const auto at = std::find(names.begin(), names.end(), name);
      if (at == names.end()) {
        fail(line_of(node->source()),
             fmt::format("\"channel\": found \"{}\"; expected {}", name, quoted_list(names)));
      }
      constexpr Channel channels[] = {Channel::Luma, Channel::Red, Channel::Green, Channel::Blue,
                                      Channel::Alpha};
      options.channel = channels[at - names.begin()];
    }
    if (const toml::node *node = optional_with(target, "round", source, {"image", "table"})) {
      options.round = read_exact(*node, "round");
      if (options.round <= 0) {
        fail(line_of(node->source()), fmt::format("\"round\": found {}; expected a number above 0, such as "
                                                  "\"1/2^40\"",
                                                  shown(options.round)));
      }
    }
  }

  // Where the first character inside the quotes stands; a multi-line string drops a line end right after its
  // quotes.
  void locate_expression(const toml::node &node) {
    const toml::source_position begin = node.source().begin;
    const std::string_view text = text_from(begin);
    const bool multi_line = text.starts_with("\"\"\"") || text.starts_with("'''");
    const std::string_view inside = text.substr(multi_line ? 3 : 1);
    if (multi_line && (inside.starts_with('\n') || inside.starts_with("\r\n"))) {
      instance_.expression_line = static_cast<int>(begin.line) + 1;
      instance_.expression_column = 1;
    } else {
      instance_.expression_line = static_cast<int>(begin.line);
      instance_.expression_column = static_cast<int>(begin.column) + (multi_line ? 3 : 1);
    }
  }

  void read_theorem(const toml::table &theorem) {
    const toml::node &digits = required(theorem, "theorem", "N");
    instance_.line_of_N = line_of(digits.source());
    instance_.N = read_integer(digits, "N", 2, 1000);

    const toml::node &depth = required(theorem, "theorem", "depth");
    instance_.line_of_depth = line_of(depth.source());
    instance_.depth = read_integer(depth, "depth", 1, 64);

    const toml::node &p = required(theorem, "theorem", "p");
    instance_.line_of_p = line_of(p.source());
    refuse_infinite_p(p);
    instance_.p = read_exact(p, "p");
    if (instance_.p < 1 || instance_.p > 1000) {
      fail(instance_.line_of_p,
           fmt::format("\"p\": found {}; expected a number from 1 to 1000", shown(instance_.p)));
    }

    if (const toml::node *norm = theorem.get("norm")) {
      const std::string name = read_string(*norm, "norm");
      const std::vector<std::string_view> names = {"euclidean", "max", "one"};
      const auto at = std::find(names.begin(), names.end(), name);
      if (at == names.end()) {
        fail(line_of(norm->source()),
             fmt::format("\"norm\": found \"{}\"; expected {}", name, quoted_list(names)));
      }
      constexpr ShiftNorm norms[] = {ShiftNorm::Euclidean, ShiftNorm::Max, ShiftNorm::One};
      instance_.norm = norms[at - names.begin()];
    }
  }

  // By Chebyshev's inequality, |f - Phi_l| > 1.02 E on a set of measure 1.02^-p at most, E a bound of the
  // norm; 1.02^-1000 < 2.6e-9.
  void refuse_infinite_p(const toml::node &p) const {
    std::string word;
    if (const auto *string = p.as_string()) {
      word = string->get();
    } else if (p.is_floating_point() &&
               p.as_floating_point()->get() == std::numeric_limits<double>::infinity()) {
      word = "inf";
    }
    std::string lower;
    for (const char c : word) {
      lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    static const std::vector<std::string_view> names = {"inf",   "+inf", "infinity",    "+infinity",
                                                        "infty", "oo",   "\xe2\x88\x9e"};
    if (std::find(names.begin(), names.end(), lower) != names.end()) {
      fail(instance_.line_of_p,
           fmt::format(
               "\"p\": found {}; expected a number from 1 to 1000: the theorem is about p < inf. A large p "
               "gives instead: with p = 1000 and the certified bound E of the error, |f - Phi_l| <= 1.02 E "
               "but for a set of measure below 2.6e-9",
               word));
    }
  }

  void read_hoelder(const toml::table &hoelder) {
    const toml::node &lambda = required(hoelder, "hoelder", "lambda");
    const toml::node &alpha = required(hoelder, "hoelder", "alpha");
    HoelderClaim claim{read_exact(lambda, "lambda"), read_exact(alpha, "alpha")};
    if (claim.lambda <= 0) {
      fail(line_of(lambda.source()),
           fmt::format("\"lambda\": found {}; expected a number above 0", shown(claim.lambda)));
    }
    if (claim.alpha <= 0 || claim.alpha > 1) {
      fail(line_of(alpha.source()),
           fmt::format("\"alpha\": found {}; expected a number above 0 and at most 1", shown(claim.alpha)));
    }
    instance_.hoelder = std::move(claim);
  }

  // For messages: short even where the exact fraction is not.
  static std::string shown(const mpq_class &value) {
    const std::string exact = value.get_str();
    return exact.size() <= 40 ? exact : fmt::format("{:.17g}", value.get_d());
  }

  Instance &instance_;
  const std::filesystem::path &folder_;
};

// Of the values, the shares and the boxes of a cell. Measured, verdicts alone, d = 2: 106 bytes a cell in all
// at 2^22 and at 2^24 cells. A target that needs more boxes than cells takes up to four times the part of the
// boxes, of 16 bytes an axis and 24 more.
constexpr int kBytesACell = 128;
constexpr int kBytesACellAndAxis = 32;

// Measured, an image of 2^22 samples and as many cells: 269 MB by 2 ranks and 229 by 4, where the estimate has
// 262 and 220.
constexpr int kBytesOfEveryCell = 24;

// N^(d depth) as it stands in cell_count_or_throw.
mpz_class count_cells(const Instance &instance, int depth) {
  mpz_class cells;
  mpz_ui_pow_ui(cells.get_mpz_t(), static_cast<unsigned long>(instance.N),
                instance.dimension * static_cast<unsigned long>(depth));
  return cells;
}

// The estimate of the header, rounded up.
mpz_class estimate_memory(const mpz_class &cells, std::size_t dimension) {
  const mpz_class log2_cells = mpz_class(static_cast<unsigned long>(mpz_sizeinbase(cells.get_mpz_t(), 2)));
  const mpz_class bits = cells * (log2_cells + 14);
  return bits / 2 + cells * (kBytesACell + kBytesACellAndAxis * dimension) + 1;
}

// Of a rank that builds nothing and holds the finest readouts of samples in its own part: 40 bytes a cell of
// that, four times the weight, and of every cell its share, its sample and its part of the coarser levels.
mpz_class estimate_memory_of_rank(const mpz_class &cells, int ranks) {
  const mpz_class log2_cells = mpz_class(static_cast<unsigned long>(mpz_sizeinbase(cells.get_mpz_t(), 2)));
  return 40 * cells / ranks + cells * (log2_cells + 14) / 2 + kBytesOfEveryCell * cells + 1;
}

std::string shown_bytes(const mpz_class &bytes) {
  constexpr std::string_view units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
  mpz_class scaled = bytes * 10; // tenths of a unit
  std::size_t unit = 0;
  while (scaled >= 10240 && unit + 1 < std::size(units)) {
    scaled /= 1024;
    ++unit;
  }
  if (unit == 0) {
    return fmt::format("{} bytes", bytes.get_str());
  }
  const mpz_class whole = scaled / 10;
  const mpz_class tenth = scaled % 10;
  const std::string digits = whole.get_str();
  return digits.size() <= 9 ? fmt::format("{}.{} {}", digits, tenth.get_str(), units[unit])
                            : fmt::format("about 1e{} {}", digits.size() - 1, units[unit]);
}

std::string shown_count(const mpz_class &count) {
  const std::string digits = count.get_str();
  return digits.size() <= 24 ? digits : fmt::format("about 1e{}", digits.size() - 1);
}

} // namespace

std::string_view name_of(ShiftNorm norm) {
  return norm == ShiftNorm::Euclidean ? "euclidean" : norm == ShiftNorm::Max ? "max" : "one";
}

std::string name_of(const Instance &instance) {
  return !instance.name.empty() ? instance.name : std::filesystem::path(instance.file).stem().string();
}

Instance parse_instance(std::string text, std::string name, const std::filesystem::path &folder) {
  Instance instance;
  instance.file = std::move(name);
  instance.text = std::move(text);
  Reader(instance, folder).run();
  return instance;
}

Instance read_instance(const std::filesystem::path &file) {
  std::error_code ignored;
  const auto status = std::filesystem::status(file, ignored);
  if (!std::filesystem::exists(status)) {
    throw InputError(file.string(), 0, "no such file; expected an instance in TOML");
  }
  if (std::filesystem::is_directory(status)) {
    throw InputError(file.string(), 0, "found a folder; expected an instance file in TOML");
  }
  std::ifstream stream(file, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  if (!stream.is_open() || stream.bad()) {
    throw InputError(file.string(), 0, "the file cannot be read");
  }
  return parse_instance(std::move(text), file.string(), file.parent_path());
}

std::string memory_estimate_text(const Instance &instance, int ranks) {
  const mpz_class cells = count_cells(instance, instance.depth);
  const std::string here = fmt::format("{} cells, about {} of memory", shown_count(cells),
                                       shown_bytes(estimate_memory(cells, instance.dimension)));
  const bool of_blocks = (!instance.image.empty() || !instance.table.empty()) &&
                         instance.interpolation == Interpolation::Constant;
  return ranks == 1  ? here
         : of_blocks ? fmt::format("{} on rank 0 and {} on each other rank", here,
                                   shown_bytes(estimate_memory_of_rank(cells, ranks)))
                     : fmt::format("{} on each of {} ranks", here, ranks);
}

std::uint64_t cell_count_or_throw(const Instance &instance, std::uint64_t memory_bytes) {
  const mpz_class memory(static_cast<unsigned long>(memory_bytes));
  const mpz_class cells = count_cells(instance, instance.depth);
  const mpz_class needed = estimate_memory(cells, instance.dimension);
  if (needed <= memory) { // so the count fits in 64 bits: it is less than the memory
    return cells.get_ui();
  }
  int fits = instance.depth - 1;
  while (fits > 0 && estimate_memory(count_cells(instance, fits), instance.dimension) > memory) {
    --fits;
  }
  throw InputError(
      instance.file, static_cast<std::size_t>(instance.line_of_depth),
      fmt::format(
          "\"depth\": found {}, which makes {}^({}*{}) = {} cells and needs {} of memory; there are {}; {}",
          instance.depth, instance.N, instance.dimension, instance.depth, shown_count(cells),
          shown_bytes(needed), shown_bytes(memory),
          fits > 0 ? fmt::format("expected a depth of at most {}", fits)
                   : std::string("not even a depth of 1 fits: expected a smaller N or dimension")));
}

} // namespace layercert
