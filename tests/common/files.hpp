// Folders and files of tests.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

namespace layercert::test {

// A folder of its own for every object, and gone with it.
class TemporaryFolder {
public:
  explicit TemporaryFolder(const std::filesystem::path &parent = std::filesystem::temp_directory_path()) {
    std::string name = (parent / "layercert_test_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      throw std::runtime_error("no temporary folder");
    }
    path_ = std::filesystem::canonical(name);
  }
  TemporaryFolder(const TemporaryFolder &) = delete;
  TemporaryFolder &operator=(const TemporaryFolder &) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path &path() const { return path_; }
  std::filesystem::path operator/(const std::string &name) const { return path_ / name; }

private:
  std::filesystem::path path_;
};

// Empty if there is no such file.
inline std::string read_file(const std::filesystem::path &file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline std::filesystem::path write_file(const std::filesystem::path &file, std::string_view bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
  return file;
}

} // namespace layercert::test
