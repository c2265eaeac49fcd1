// Whole files.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace layercert {

// Reads a whole file. Throws InputError(file, ...) if it cannot; `expected` completes "expected ...".
std::string read_bytes(const std::filesystem::path &file, const std::string &expected);

// The same of a file in a result folder, which must be a regular file there: no link, folder, FIFO or device.
std::string read_regular_bytes(const std::filesystem::path &file, const std::string &expected);

// Writes a file whole or not at all: to a temporary beside it, which is then renamed. Throws InputError(file,
// ...) if it cannot.
void write_bytes(const std::filesystem::path &file, std::string_view bytes);

struct FileBytes {
  std::filesystem::path file;
  std::string bytes;
};

// Writes every one of several files whole, and none of them unless all can be written: each goes to a
// temporary beside it, and only when all of these are complete are they renamed, in this order. Throws
// InputError(file, ...) as write_bytes does.
void write_bytes(const std::vector<FileBytes> &files);

} // namespace layercert
