#define BOOST_TEST_MODULE file_bytes
#include <boost/test/unit_test.hpp>

#include "layercert/error.hpp"
#include "layercert/numeric/file_bytes.hpp"

#include <unistd.h>

#include <algorithm>

using namespace layercert;
namespace fs = std::filesystem;

namespace {

struct Folder {
  fs::path path = fs::temp_directory_path() / ("layercert-file-bytes-" + std::to_string(::getpid()));
  Folder() { fs::create_directory(path); }
  ~Folder() { fs::remove_all(path); }
  std::ptrdiff_t files() const {
    return std::distance(fs::directory_iterator(path), fs::directory_iterator());
  }
};

} // namespace

BOOST_AUTO_TEST_CASE(what_was_written_is_read) {
  const Folder folder;
  const fs::path file = folder.path / "a";
  std::string bytes;
  for (const std::size_t size : {0, 1, 65535, 65536, 65537, 1000000}) {
    bytes.resize(size);
    for (std::size_t i = 0; i < size; ++i) {
      bytes[i] = static_cast<char>(i * i >> 3);
    }
    write_bytes(file, bytes); // over the former one
    BOOST_CHECK(read_bytes(file, "a file") == bytes);
    BOOST_CHECK_EQUAL(folder.files(), 1);
  }
}

BOOST_AUTO_TEST_CASE(files_whose_size_is_not_known) {
  BOOST_CHECK(!read_bytes("/proc/self/status", "a file").empty());
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_or_written) {
  const Folder folder;
  const auto tells = [](const std::string &words) {
    return [words](const InputError &error) {
      return std::string(error.what()).find(words) != std::string::npos;
    };
  };
  BOOST_CHECK_EXCEPTION(read_bytes(folder.path / "none", "a network"), InputError,
                        tells("none: cannot be read; expected a network"));
  BOOST_CHECK_EXCEPTION(read_bytes(folder.path, "a network"), InputError, tells("cannot be read"));
  BOOST_CHECK_EXCEPTION(write_bytes(folder.path / "none" / "a", "x"), InputError, tells("cannot be written"));
  BOOST_CHECK_EXCEPTION(write_bytes(folder.path, "x"), InputError, tells("no regular file"));
  BOOST_CHECK_EXCEPTION(write_bytes("/dev/null", "x"), InputError, tells("no regular file"));
  BOOST_CHECK_EQUAL(folder.files(), 0);
}
