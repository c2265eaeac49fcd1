// Internal to src/target: the bytes of a sample file.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace layercert::internal {

// Returns the whole file. `expected` completes "expected ..." in the InputError for a missing file or a
// folder.
std::string read_sample_file(const std::filesystem::path &file, const std::string &expected);

// False for a file that cannot be read, too: whoever reads it says what is wrong.
bool begins_with(const std::filesystem::path &file, std::string_view magic);

// A piece of a file for a message: short, and with bytes that cannot be shown replaced by '?'.
std::string shown_bytes(std::string_view bytes);

} // namespace layercert::internal
