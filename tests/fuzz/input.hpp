// What the fuzz targets share. Each defines LLVMFuzzerTestOneInput, which libFuzzer calls, or replay.cpp for
// the files of corpus/.
#pragma once

#include "common/files.hpp"
#include "layercert/error.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

namespace fuzz {

using layercert::test::read_file;
using layercert::test::TemporaryFolder;
using layercert::test::write_file;

inline std::string_view text(const std::uint8_t *data, std::size_t size) {
  return {reinterpret_cast<const char *>(data), size};
}

// A folder in memory where there is one, gone when the process ends in good order.
inline TemporaryFolder folder_in_memory() {
  const std::filesystem::path memory = "/dev/shm";
  return TemporaryFolder(std::filesystem::is_directory(memory) ? memory
                                                               : std::filesystem::temp_directory_path());
}

// Bad input may be refused, in one way only. Everything else that is thrown ends the process, and so is
// found.
template <class Read> void refused_or_read(const Read &read) {
  try {
    read();
  } catch (const layercert::InputError &) {
  }
}

} // namespace fuzz
