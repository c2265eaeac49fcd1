// How files of a result are read: once each, and only if they are regular files.
#define BOOST_TEST_MODULE check_files
#include <boost/test/unit_test.hpp>

#include "files.hpp"
#include "results.hpp"

#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <map>

using namespace check_test;

namespace {

const char *const kImage =
    "[target]\ndimension = 2\nimage = \"samples.pgm\"\n[theorem]\nN = 2\ndepth = 1\np = 2\n";
const char *const kSamples = "P2\n2 2\n9\n1 2\n3 9\n";

// How often the files of a folder are opened.
class Opened {
public:
  explicit Opened(const fs::path &folder) : watch_(::inotify_init1(IN_NONBLOCK)) {
    BOOST_TEST_REQUIRE(::inotify_add_watch(watch_, folder.c_str(), IN_OPEN) >= 0);
  }
  ~Opened() { ::close(watch_); }
  std::map<std::string, int> count() const {
    std::map<std::string, int> times;
    alignas(inotify_event) char buffer[1 << 14];
    for (ssize_t size; (size = ::read(watch_, buffer, sizeof buffer)) > 0;) {
      for (const char *at = buffer; at < buffer + size;) {
        const auto *event = reinterpret_cast<const inotify_event *>(at);
        times[event->len > 0 ? event->name : "."] += 1;
        at += sizeof *event + event->len;
      }
    }
    return times;
  }

private:
  int watch_;
};

} // namespace

BOOST_AUTO_TEST_CASE(the_checker_reads_every_file_once) {
  const TemporaryFolder folder;
  make_result(folder.path(), kImage, kSamples);
  const Opened opened(folder.path());
  BOOST_TEST(checker::check(folder.path(), 1).reason == "");
  const std::map<std::string, int> times = opened.count();
  for (const char *file : {"certificate.json", "instance.toml", "network.json", "samples.pgm"}) {
    BOOST_TEST_REQUIRE(times.contains(file), file);
    BOOST_TEST(times.at(file) == 1, file << " was opened " << times.at(file) << " times");
  }
}

BOOST_AUTO_TEST_CASE(the_producer_reads_samples_once) {
  const TemporaryFolder place;
  const TemporaryFolder folder;
  write_file(place / "samples.pgm", kSamples);
  write_file(place / "samples.csv", "1,2\n3,4\n");
  for (const char *file : {"samples.pgm", "samples.csv"}) {
    const std::string key = file == std::string("samples.pgm") ? "image" : "table";
    const std::string text =
        "[target]\ndimension = 2\n" + key + " = \"" + file + "\"\n[theorem]\nN = 2\ndepth = 1\np = 2\n";
    const Opened opened(place.path());
    layercert::PendingFolder result(folder / key);
    layercert::run(layercert::parse_instance(text, "instance.toml", place.path()), {}, &result);
    BOOST_TEST(opened.count()[file] == 1);
    BOOST_TEST(read_file(folder / key / file) == read_file(place / file));
  }
}

// Every entry as a link to the right file, a folder, a FIFO (which must not be waited for), and a link to a
// device.
BOOST_AUTO_TEST_CASE(entries_are_regular_files) {
  const TemporaryFolder good;
  make_result(good.path(), kImage, kSamples);
  BOOST_TEST(checker::check(good.path(), 1).reason == "");
  for (const char *file : {"certificate.json", "instance.toml", "network.json", "samples.pgm"}) {
    for (const std::string kind : {"link", "folder", "fifo", "device"}) {
      const TemporaryFolder folder;
      fs::copy(good.path(), folder.path(), fs::copy_options::recursive);
      const fs::path entry = folder / file;
      fs::rename(entry, folder / "kept");
      if (kind == "link") {
        fs::create_symlink("kept", entry);
      } else if (kind == "folder") {
        fs::create_directory(entry);
      } else if (kind == "fifo") {
        BOOST_TEST_REQUIRE(::mkfifo(entry.c_str(), 0600) == 0);
      } else {
        fs::create_symlink("/dev/zero", entry);
      }
      BOOST_CHECK_EXCEPTION(checker::check(folder.path(), 1), checker::Unreadable, [&](const auto &error) {
        const std::string text = error.what();
        BOOST_TEST_MESSAGE(text);
        return text.find(file) != std::string::npos &&
               text.find("expected a regular file") != std::string::npos;
      });
    }
  }
  const fs::path link = fs::path(good.path().string() + ".link"); // the folder itself may be one
  fs::create_symlink(good.path(), link);
  BOOST_TEST(checker::check(link, 1).reason == "");
  fs::remove(link);
}
