#define BOOST_TEST_MODULE file_bytes
#include <boost/test/unit_test.hpp>

#include "common/files.hpp"
#include "common/refusal.hpp"
#include "layercert/error.hpp"
#include "numeric/file_bytes.hpp"

#include <algorithm>

using namespace layercert;
using layercert::test::tells;
using layercert::test::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

std::ptrdiff_t count_files(const TemporaryFolder &folder) {
  return std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator());
}

} // namespace

BOOST_AUTO_TEST_CASE(what_was_written_is_read) {
  const TemporaryFolder folder;
  const fs::path file = folder / "a";
  std::string bytes;
  for (const std::size_t size : {0, 1, 65535, 65536, 65537, 1000000}) {
    bytes.resize(size);
    for (std::size_t i = 0; i < size; ++i) {
      bytes[i] = static_cast<char>(i * i >> 3);
    }
    write_bytes(file, bytes); // over the former one
    BOOST_CHECK(read_bytes(file, "a file") == bytes);
    BOOST_CHECK_EQUAL(count_files(folder), 1);
  }
}

BOOST_AUTO_TEST_CASE(several_files_are_written_all_or_none) {
  const TemporaryFolder folder;
  write_bytes(std::vector<FileBytes>{{folder / "a", "1"}, {folder / "b", "2"}});
  BOOST_TEST(read_bytes(folder / "a", "a file") + read_bytes(folder / "b", "a file") == "12");
  for (const fs::path &bad : {folder / "none" / "c", folder.path()}) {
    BOOST_CHECK_THROW(
        write_bytes(std::vector<FileBytes>{{folder / "a", "3"}, {bad, "4"}, {folder / "b", "5"}}),
        InputError);
    BOOST_TEST(read_bytes(folder / "a", "a file") + read_bytes(folder / "b", "a file") == "12");
    BOOST_CHECK_EQUAL(count_files(folder), 2);
  }
  write_bytes(std::vector<FileBytes>{});
}

BOOST_AUTO_TEST_CASE(files_whose_size_is_not_known) {
  BOOST_CHECK(!read_bytes("/proc/self/status", "a file").empty());
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_or_written) {
  const TemporaryFolder folder;
  BOOST_CHECK_EXCEPTION(read_bytes(folder / "none", "a network"), InputError,
                        tells("none: cannot be read; expected a network"));
  BOOST_CHECK_EXCEPTION(read_bytes(folder.path(), "a network"), InputError, tells("cannot be read"));
  BOOST_CHECK_EXCEPTION(write_bytes(folder / "none" / "a", "x"), InputError, tells("cannot be written"));
  BOOST_CHECK_EXCEPTION(write_bytes(folder.path(), "x"), InputError, tells("no regular file"));
  BOOST_CHECK_EXCEPTION(write_bytes("/dev/null", "x"), InputError, tells("no regular file"));
  BOOST_CHECK_EQUAL(count_files(folder), 0);
}
