#include "shipped_examples.hpp"

#include "layercert/error.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace layercert::cli {

namespace fs = std::filesystem;

namespace {

fs::path find_folder() {
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  const fs::path installed = program.parent_path() / "share" / "layercert" / "instances";
  if (fs::is_directory(installed, ignored)) {
    return installed;
  }
  for (fs::path tree = program; tree.has_relative_path(); tree = tree.parent_path()) {
    const fs::path built = tree / "data" / "instances";
    if (fs::is_directory(built, ignored) && fs::is_directory(tree / "include" / "layercert", ignored)) {
      return built;
    }
  }
  throw InputError(installed.string(), 0,
                   "cannot be read; expected the instances that are installed with layercert");
}

std::string leading_comment(const std::string &text) {
  std::string about;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line) && line.starts_with("# ");) {
    about += (about.empty() ? "" : " ") + line.substr(2);
  }
  return about;
}

} // namespace

std::vector<Example> shipped_examples() {
  std::vector<Example> examples;
  for (const fs::directory_entry &entry : fs::directory_iterator(find_folder())) {
    if (entry.path().extension() == ".toml") {
      Instance instance = read_instance(entry.path());
      std::string about = leading_comment(instance.text);
      examples.push_back({entry.path().stem().string(), std::move(about), std::move(instance)});
    }
  }
  std::sort(examples.begin(), examples.end(),
            [](const Example &a, const Example &b) { return a.name < b.name; });
  return examples;
}

std::string text_beside_samples(const Example &example) {
  const Instance &instance = example.instance;
  const fs::path &samples = instance.image.empty() ? instance.table : instance.image;
  std::string text = instance.text;
  if (samples.empty()) {
    return text;
  }
  std::size_t line = 0;
  for (int n = 1; n < instance.line_of_source; ++n) {
    line = text.find('\n', line) + 1;
  }
  const std::size_t open = text.find('"', line);
  const std::size_t close = text.find('"', open + 1);
  text.replace(open + 1, close - open - 1, samples.filename().string());
  const Instance moved = parse_instance(text, instance.file, {});
  if (moved.image != instance.image.filename() || moved.table != instance.table.filename()) {
    throw std::logic_error(instance.file + ": the name of the samples was not found");
  }
  return text;
}

} // namespace layercert::cli
