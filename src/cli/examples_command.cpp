#include "commands.hpp"
#include "shipped_examples.hpp"

#include "instance/nearest_name.hpp"
#include "layercert/error.hpp"
#include "numeric/file_bytes.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace layercert::cli {

namespace fs = std::filesystem;

namespace {

nlohmann::json described(const Example &example) {
  const Instance &instance = example.instance;
  return {{"name", example.name},     {"about", example.about},
          {"file", instance.file},    {"dimension", instance.dimension},
          {"N", instance.N},          {"depth", instance.depth},
          {"p", instance.p.get_str()}};
}

void print_json(const nlohmann::json &document) {
  fmt::print("{}\n", document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

void list(const std::vector<Example> &examples, const ExamplesArguments &arguments) {
  nlohmann::json document = nlohmann::json::array();
  for (const Example &example : examples) {
    if (arguments.json) {
      document.push_back(described(example));
    } else if (arguments.names) {
      fmt::print("{}\n", example.name);
    } else {
      fmt::print("{:<14}  d = {}  {}\n", example.name, example.instance.dimension, example.about);
    }
  }
  if (arguments.json) {
    print_json(document);
  }
}

const Example &find(const std::vector<Example> &examples, const std::string &name) {
  std::vector<std::string_view> names;
  for (const Example &example : examples) {
    if (example.name == name) {
      return example;
    }
    names.push_back(example.name);
  }
  throw InputError("EXAMPLE", 0, fmt::format("found \"{}\"; {}", name, suggestion(name, names)));
}

// Returns the files written.
std::vector<fs::path> copy(const Example &example, const fs::path &folder) {
  const Instance &instance = example.instance;
  std::vector<std::pair<fs::path, std::string>> files = {
      {folder / (example.name + ".toml"), text_beside_samples(example)}};
  if (const fs::path &samples = instance.image.empty() ? instance.table : instance.image; !samples.empty()) {
    files.emplace_back(folder / samples.filename(), read_bytes(samples, "the samples of the example"));
  }
  for (const auto &[file, bytes] : files) {
    if (fs::exists(file)) {
      throw InputError(file.string(), 0, "exists already; expected a folder without it");
    }
  }
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    throw InputError(folder.string(), 0, "cannot be made a folder (" + error.message() + ")");
  }
  std::vector<fs::path> written;
  for (const auto &[file, bytes] : files) {
    write_bytes(file, bytes);
    written.push_back(file);
  }
  return written;
}

} // namespace

int examples_command(const ExamplesArguments &arguments) {
  const std::vector<Example> examples = shipped_examples();
  if (arguments.name.empty()) {
    list(examples, arguments);
    return 0;
  }
  const Example &example = find(examples, arguments.name);
  nlohmann::json document = described(example);
  if (arguments.out) {
    for (const fs::path &file : copy(example, *arguments.out)) {
      document["written"].push_back(file.string());
      if (!arguments.json) {
        fmt::print("{}\n", file.string());
      }
    }
  } else if (!arguments.json) {
    fmt::print("{}", example.instance.text);
  }
  if (arguments.json) {
    print_json(document);
  }
  return 0;
}

} // namespace layercert::cli
