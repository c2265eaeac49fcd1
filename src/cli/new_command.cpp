#include "commands.hpp"

#include "function/operations.hpp"
#include "layercert/error.hpp"
#include "layercert/function/expression.hpp"
#include "layercert/function/target.hpp"
#include "layercert/instance/instance.hpp"
#include "numeric/file_bytes.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace layercert::cli {

namespace fs = std::filesystem;

namespace {

constexpr int kMostDimensions = 10;
constexpr double kUsualCells = 1024; // certified within seconds
constexpr int kUsualDepth = 6;

// What the file is to say; N is 0 until the samples are known.
struct Choice {
  std::string source; // key and value of the target
  std::string expression;
  std::size_t dimension = 0;
  int N = 0, depth = 0;
};

// A TOML string of any text.
std::string toml_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

// Digits may stand without quotes, fractions may not.
std::string number(const std::string &text) {
  const bool plain = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos &&
                     (text.size() == 1 || text.front() != '0') && text.size() < 10;
  return plain ? text : toml_string(text);
}

// Smooth in one place, with a kink off every grid in another, and no coordinate idle.
std::string usual_expression(std::size_t dimension) {
  std::string text = dimension == 1 ? "sin(2*pi*x0) + abs(x0 - 1/3)" : "sin(2*pi*x0)*x1 + abs(x0 - 1/3)";
  for (std::size_t j = 2; j < dimension; ++j) {
    text += fmt::format(" + x{}", j);
  }
  return text;
}

int usual_depth(int N, std::size_t dimension) {
  const double levels = std::log(kUsualCells) / (static_cast<double>(dimension) * std::log(N));
  return std::clamp(static_cast<int>(levels + 1e-9), 1, kUsualDepth);
}

bool is_power_of(int side, int root) {
  while (side % root == 0) {
    side /= root;
  }
  return side == 1;
}

// The least number up to 1000 of which all sides are powers, so that every sample has cells of its own; else
// 2.
int root_of(const std::vector<int> &sides) {
  for (int root = 2; root <= 1000; ++root) {
    if (std::all_of(sides.begin(), sides.end(), [&](int side) { return is_power_of(side, root); })) {
      return root;
    }
  }
  return 2;
}

// The name from the folder of the new file, so that the instance finds it.
std::string name_for(const fs::path &samples, const NewArguments &arguments) {
  if (!arguments.file || samples.is_absolute()) {
    return samples.string();
  }
  return fs::proximate(samples, arguments.file->has_parent_path() ? arguments.file->parent_path() : ".")
      .string();
}

Choice choose_expression(const NewArguments &arguments) {
  Choice choice;
  choice.expression = arguments.expression;
  if (choice.expression.empty()) {
    choice.dimension = arguments.dimension.value_or(2);
    choice.expression = usual_expression(choice.dimension);
  } else {
    const Expression parsed = parse_expression(
        choice.expression, arguments.dimension.value_or(kMostDimensions), {"--expression", 1, 1});
    choice.dimension = arguments.dimension.value_or(std::max(1, parsed.highest_variable() + 1));
  }
  choice.N = arguments.N.value_or(2);
  choice.source = "expression = " + toml_string(choice.expression);
  return choice;
}

// As the header of an NPY says; a CSV does not.
std::size_t axes_of_table(const fs::path &file) {
  std::ifstream stream(file, std::ios::binary);
  std::string magic(6, '\0');
  stream.read(magic.data(), 6);
  if (magic != "\x93NUMPY") {
    throw InputError("--dimension", 0, "is missing; expected the number of axes of the table");
  }
  const std::size_t axes = npy_sides(file).size();
  if (axes < 1 || axes > kMostDimensions) {
    throw InputError(file.string(), 0,
                     fmt::format("found an array of {} axes; expected 1 to {}", axes, kMostDimensions));
  }
  return axes;
}

Choice choose_samples(const NewArguments &arguments) {
  Choice choice;
  const bool image = !arguments.image.empty();
  choice.dimension = image                 ? arguments.dimension.value_or(2)
                     : arguments.dimension ? *arguments.dimension
                                           : axes_of_table(arguments.table);
  const SampleTable samples =
      image ? read_image(arguments.image) : read_table(arguments.table, choice.dimension);
  const bool constant = arguments.interpolation != "multilinear";
  choice.N = arguments.N.value_or(constant ? root_of(samples.sides) : 2);
  choice.source = image ? "image = " + toml_string(name_for(arguments.image, arguments))
                        : "table = " + toml_string(name_for(arguments.table, arguments));
  return choice;
}

// `key = value` as it is meant, or as a comment that shows how.
std::string optional_line(std::string_view key, const std::string &value, std::string_view usual) {
  return value.empty() ? fmt::format("# {} = {}\n", key, usual) : fmt::format("{} = {}\n", key, value);
}

std::string text_of(const Choice &choice, const NewArguments &arguments) {
  const auto text_or_nothing = [](const std::string &text) {
    return text.empty() ? text : toml_string(text);
  };
  std::string out = fmt::format(
      R"(# An instance: what "layercert certify" proves. Lines that begin with # explain, or show what may be added.

# For people: a short name, a title, and f for LaTeX. Reports and tables show them.
# name = "mine"
# title = "A function of mine"
# latex = '\sin(5 x) y'

[target]
# The target f is a function on the cube [0,1]^d; this is d, 1 to 10.
dimension = {}

# f itself: an expression in x0, x1, ... (x, y, z are the first three) with + - * / ^, comparisons, pi, e and
# the functions {}.
# Numbers are exact.
# Or a grey PGM or PNG: image = "photo.png"; or an array of numbers, CSV or NPY: table = "values.npy".
{}
)",
      choice.dimension, function_names(" "), choice.source);
  if (choice.expression.empty()) {
    out += "\n# Samples are constant on the pieces of their grid, or values at nodes: \"constant\" or "
           "\"multilinear\".\n" +
           optional_line("interpolation", text_or_nothing(arguments.interpolation), "\"constant\"");
  }
  out += "\n# f may differ from this by so much, anywhere, as a series does from its first terms.\n" +
         optional_line("remainder", text_or_nothing(arguments.remainder), "\"1/2^30\"");
  out += fmt::format(R"(
[theorem]
# Cells of level l have side N^-l; 2 to 1000.
N = {}

# L, the number of levels that are certified, 1 to 64; the finest has N^(d L) cells.
depth = {}

# Errors are measured in L^p; 1 to 1000, a fraction in quotes such as "7/2".
p = {}

# The norm of shifts in the modulus of continuity: "euclidean", "max" or "one".
)",
                     choice.N, choice.depth, number(arguments.p)) +
         optional_line("norm", text_or_nothing(arguments.norm), "\"euclidean\"");
  const bool hoelder = !arguments.lambda.empty();
  out += fmt::format(
      "\n# If |f(x) - f(y)| <= lambda |x - y|^alpha, then the corollary can be certified as well.\n"
      "{0}[hoelder]\n{0}lambda = {1}\n{0}alpha = {2}\n",
      hoelder ? "" : "# ", hoelder ? number(arguments.lambda) : "1",
      hoelder && !arguments.alpha.empty() ? number(arguments.alpha) : "1");
  return out;
}

// Throws InputError if certify would.
void require_instance(const std::string &text, const fs::path &folder) {
  try {
    const Instance instance = parse_instance(text, "the new instance", folder);
    cell_count_or_throw(instance, physical_memory_bytes());
    make_target(instance);
  } catch (const InputError &error) {
    throw InputError(error.file(), 0, error.message()); // without the line of a file that is not there
  }
}

} // namespace

int new_command(const NewArguments &arguments) {
  const int sources = (arguments.expression.empty() ? 0 : 1) + (arguments.image.empty() ? 0 : 1) +
                      (arguments.table.empty() ? 0 : 1);
  if (sources > 1) {
    throw InputError("layercert new", 0, "expected one of --expression, --image and --table; found more");
  }
  if (arguments.file && fs::exists(*arguments.file)) {
    throw InputError(arguments.file->string(), 0, "exists already; expected the name of a new file");
  }
  Choice choice = arguments.image.empty() && arguments.table.empty() ? choose_expression(arguments)
                                                                     : choose_samples(arguments);
  choice.depth = arguments.depth.value_or(usual_depth(choice.N, choice.dimension));
  const std::string text = text_of(choice, arguments);
  require_instance(text, arguments.file ? arguments.file->parent_path() : fs::path());
  if (arguments.file) {
    write_bytes(*arguments.file, text);
  }
  if (arguments.json) {
    nlohmann::json json = {{"text", text}};
    if (arguments.file) {
      json["file"] = arguments.file->string();
    }
    fmt::print("{}\n", json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  } else if (arguments.file) {
    fmt::print("{0}\nnext: layercert certify {0}\n", arguments.file->string());
  } else {
    fmt::print("{}", text);
  }
  return 0;
}

} // namespace layercert::cli
