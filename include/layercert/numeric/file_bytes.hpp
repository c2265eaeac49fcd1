// Whole files.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace layercert {

// Reads a whole file. Throws InputError(file, ...) if it cannot; `expected` completes "expected ...".
std::string read_bytes(const std::filesystem::path &file, const std::string &expected);

// The same of a file in a result folder, which must be a regular file there: no link, folder, FIFO or device.
std::string read_regular_bytes(const std::filesystem::path &file, const std::string &expected);

// Writes a file whole or not at all: to a temporary beside it, which is then renamed. Throws InputError(file, ...) if it
// cannot.
void write_bytes(const std::filesystem::path &file, std::string_view bytes);

} // namespace layercert
