#include "paths.hpp"

namespace paths {

std::filesystem::path data() { return LAYERCERT_DATA; }
std::filesystem::path test_data() { return LAYERCERT_TEST_DATA; }
std::filesystem::path fuzz_data() { return LAYERCERT_FUZZ_DATA; }
std::filesystem::path program() { return LAYERCERT_PROGRAM; }
std::filesystem::path check_program() { return LAYERCERT_CHECK_PROGRAM; }

} // namespace paths
