// Runs a fuzz target on the files and folders named on the command line: what was once found stays mended,
// with any compiler.
#include "input.hpp"

#include <cstdio>
#include <vector>

namespace fs = std::filesystem;

int main(int argc, char **argv) {
  std::vector<fs::path> files;
  for (int i = 1; i < argc; ++i) {
    if (fs::is_directory(argv[i])) {
      for (const fs::directory_entry &entry : fs::directory_iterator(argv[i])) {
        files.push_back(entry.path());
      }
    } else {
      files.emplace_back(argv[i]);
    }
  }
  if (files.empty()) {
    std::fprintf(stderr, "usage: %s FILE|FOLDER ...; there is no file\n", argv[0]);
    return 2;
  }
  for (const fs::path &file : files) {
    std::printf("%s\n", file.c_str());
    std::fflush(stdout); // the last line names the one that crashes
    const std::string bytes = fuzz::read_file(file);
    // A copy of its own size, so that a sanitizer sees a read past the end.
    const std::vector<std::uint8_t> data(bytes.begin(), bytes.end());
    LLVMFuzzerTestOneInput(data.data(), data.size());
  }
  return 0;
}
