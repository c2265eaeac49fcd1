#include "layercert/function/sample_table.hpp"

#include "layercert/error.hpp"
#include "sample_bytes.hpp"
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

SampleTable parse_image(std::string_view bytes, const std::string &name) {
  return bytes.starts_with(internal::kPngMagic) ? internal::parse_png(bytes, name)
                                                : internal::parse_pgm(bytes, name);
}

SampleTable parse_table(std::string_view bytes, const std::string &name, int dimension) {
  return bytes.starts_with(internal::kNpyMagic) ? internal::parse_npy(bytes, name, dimension)
                                                : internal::parse_csv(bytes, name, dimension);
}

SampleTable read_image(const std::filesystem::path &file) {
  return parse_image(internal::read_sample_file(file, "a grey image in PGM or PNG format"), file.string());
}

SampleTable read_table(const std::filesystem::path &file, int dimension) {
  return parse_table(internal::read_sample_file(file, "a table in the NPY or CSV format"), file.string(),
                     dimension);
}

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
