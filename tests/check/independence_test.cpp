// What layercert-check consists of: nothing of the library but the readers of samples, and no library that it
// does not name.
#define BOOST_TEST_MODULE check_independence
#include <boost/test/unit_test.hpp>

#include "common/files.hpp"
#include "common/paths.hpp"
#include "trusted.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <regex>
#include <set>
#include <sstream>

namespace fs = std::filesystem;
using layercert::test::read_file;

namespace {

std::string output_of(const std::string &command) {
  const std::unique_ptr<FILE, int (*)(FILE *)> pipe(::popen(command.c_str(), "r"), ::pclose);
  BOOST_TEST_REQUIRE(pipe.get() != nullptr);
  std::string text;
  std::array<char, 4096> piece{};
  while (const std::size_t count = std::fread(piece.data(), 1, piece.size(), pipe.get())) {
    text.append(piece.data(), count);
  }
  return text;
}

const fs::path kSource = paths::data().parent_path() / "src";

std::set<std::string> includes_of(const fs::path &file, const char *pattern) {
  const std::string text = read_file(file);
  const std::regex line(std::string("#include [\"<](") + pattern + ")[\">]");
  std::set<std::string> found;
  for (std::sregex_iterator it(text.begin(), text.end(), line), end; it != end; ++it) {
    found.insert((*it)[1]);
  }
  return found;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_library_that_is_loaded_is_named) {
  std::set<std::string> unused;
  for (const checker::Trusted &one : checker::trusted()) {
    if (*one.library != 0) {
      unused.insert(one.library);
    }
  }
  BOOST_TEST_REQUIRE(unused.size() >= 10U);
  const std::set<std::string> named = unused;
  std::istringstream lines(output_of("ldd " + paths::check_program().string()));
  std::string line;
  int loaded = 0;
  while (std::getline(lines, line)) {
    std::string name;
    std::istringstream(line) >> name;
    name = fs::path(name).filename().string();
#ifdef __SANITIZE_ADDRESS__ // the sanitizers, and what an optimised build has no call of
    if (name.starts_with("libasan.so") || name.starts_with("libubsan.so") ||
        name.starts_with("libgmpxx.so")) {
      continue;
    }
#endif
    const auto is_of = [&](const std::string &library) { return name.starts_with(library); };
    BOOST_TEST(std::any_of(named.begin(), named.end(), is_of), name << " is not named as trusted");
    std::erase_if(unused, is_of);
    ++loaded;
  }
  BOOST_TEST(loaded >= 10);
  if (loaded >= 10) { // the sanitizers load some of these libraries themselves, never fewer
    for (const std::string &library : unused) {
      BOOST_ERROR(library << " is named as trusted, but is not loaded");
    }
  }
}

BOOST_AUTO_TEST_CASE(every_header_library_is_named) {
  const std::string names = checker::trusted_names();
  BOOST_TEST(names.find("nlohmann/json") != std::string::npos);
  std::set<std::string> others;
  for (const auto &entry : fs::directory_iterator(kSource / "check")) {
    others.merge(includes_of(entry.path(), "[a-z+]+/[a-z/+_]+\\.h(?:pp)?"));
  }
  for (const char *known :
       {"nlohmann/json.hpp", "toml++/toml.h", "openssl/sha.h", "sys/stat.h", "layercert/error.hpp",
        "layercert/function/sample_table.hpp", "function/sample_bytes.hpp"}) {
    others.erase(known);
  }
  for (const std::string &other : others) {
    BOOST_ERROR(other << " is included, and neither named as trusted nor a reader of samples");
  }
}

// The link proves that no compiled code of the library is used; these are the names of all that was compiled
// in.
BOOST_AUTO_TEST_CASE(of_the_library_only_the_readers_of_samples) {
  const std::set<std::string> allowed{"InputError",         "SampleTable",   "parse_image", "parse_table",
                                      "read_image",         "read_table",    "read_png",    "read_pgm",
                                      "read_npy",           "read_csv",      "internal",    "npy_sides",
                                      "parse_exact_number", "SampleOptions", "Channel"};
  const std::string symbols = output_of("nm -C --defined-only " + paths::check_program().string());
  const std::regex name("\\blayercert::([A-Za-z_0-9]+|\\(anonymous namespace\\))");
  std::set<std::string> found;
  for (std::sregex_iterator it(symbols.begin(), symbols.end(), name), end; it != end; ++it) {
    found.insert((*it)[1]);
  }
  BOOST_TEST(found.contains("InputError"));
  BOOST_TEST(found.contains("parse_table"));
  for (const std::string &one : found) {
    BOOST_TEST((one[0] == '(' || allowed.contains(one)), "layercert::" << one << " is a part of the checker");
  }
}

// The readers of samples, for their part, need nothing else of the library.
BOOST_AUTO_TEST_CASE(readers_of_samples_stand_alone) {
  const std::set<std::string> allowed{"layercert/error.hpp",
                                      "layercert/instance/exact_number.hpp",
                                      "layercert/function/sample_table.hpp",
                                      "layercert/instance/sample_options.hpp",
                                      "sample_bytes.hpp",
                                      "sample_file.hpp"};
  for (const char *file :
       {"instance/exact_number.cpp", "function/csv_reader.cpp", "function/npy_reader.cpp",
        "function/pgm_reader.cpp", "function/png_reader.cpp", "function/sample_table.cpp"}) {
    const std::set<std::string> found = includes_of(kSource / file, "[a-z/_]+\\.hpp");
    BOOST_TEST(!found.empty());
    for (const std::string &one : found) {
      BOOST_TEST(allowed.contains(one), file << " includes " << one);
    }
  }
}
