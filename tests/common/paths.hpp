// Where the tests find data and programs. One source has these places, so that no other object depends on
// them, and a compiler cache serves every clone.
#pragma once

#include <filesystem>

namespace paths {

std::filesystem::path data();          // the folder data of the repository
std::filesystem::path test_data();     // tests/data
std::filesystem::path fuzz_data();     // tests/fuzz
std::filesystem::path program();       // layercert of this build
std::filesystem::path check_program(); // layercert-check of this build

} // namespace paths
