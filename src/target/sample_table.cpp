#include "layercert/target/sample_table.hpp"

#include "layercert/error.hpp"
#include "sample_file.hpp"

#include <fmt/format.h>

#include <cassert>
#include <fstream>
#include <iterator>

namespace layercert {

namespace internal {

std::string read_sample_file(const std::filesystem::path &file, const std::string &expected) {
  std::error_code ignored;
  const auto status = std::filesystem::status(file, ignored);
  if (!std::filesystem::exists(status)) {
    throw InputError(file.string(), 0, "no such file; expected " + expected);
  }
  if (std::filesystem::is_directory(status)) {
    throw InputError(file.string(), 0, "found a folder; expected " + expected);
  }
  std::ifstream stream(file, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  if (!stream.is_open() || stream.bad()) {
    throw InputError(file.string(), 0, "the file cannot be read");
  }
  return bytes;
}

bool begins_with(const std::filesystem::path &file, std::string_view magic) {
  std::ifstream stream(file, std::ios::binary);
  std::string found(magic.size(), '\0');
  stream.read(found.data(), static_cast<std::streamsize>(found.size()));
  return stream && found == magic;
}

std::string shown_bytes(std::string_view bytes) {
  constexpr std::size_t most = 40;
  std::string shown(bytes.substr(0, most));
  for (char &c : shown) {
    if (c < ' ' || c > '~') {
      c = '?';
    }
  }
  return bytes.size() > most ? shown + "..." : shown;
}

} // namespace internal

void require_power_side(const SampleTable &table, int N, int depth, const std::string &file,
                        std::size_t line) {
  assert(N >= 2 && depth >= 1 && table.side >= 1);
  std::int64_t below = 1;
  while (below * N <= table.side) {
    below *= N;
  }
  if (below == table.side) {
    return;
  }
  throw InputError(
      file, line,
      fmt::format("found a side of {} samples; expected a power of N = {}, such as {} or {}, so that "
                  "the samples nest with the cells of levels 1 to {}",
                  table.side, N, below, below * N, depth));
}

} // namespace layercert
