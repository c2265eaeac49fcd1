#include "file_bytes.hpp"

#include "layercert/error.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <memory>
#include <utility>

namespace layercert {

namespace fs = std::filesystem;

std::string read_bytes(const fs::path &file, const std::string &expected) {
  std::error_code error;
  std::ifstream in(file, std::ios::binary);
  const bool readable = in && !fs::is_directory(file, error);
  std::string bytes;
  if (readable) {
    // In one piece if the size is known; in further pieces if the file is a pipe or has grown.
    const std::uintmax_t size = fs::file_size(file, error);
    std::size_t piece = error ? 0 : static_cast<std::size_t>(size);
    do {
      const std::size_t before = bytes.size();
      bytes.resize(before + piece);
      in.read(bytes.data() + before, static_cast<std::streamsize>(piece));
      bytes.resize(before + static_cast<std::size_t>(in.gcount()));
      piece = std::size_t{1} << 16;
    } while (in && in.peek() != std::ifstream::traits_type::eof());
  }
  if (!readable || in.bad()) {
    throw InputError(file.string(), 0, "cannot be read; expected " + expected);
  }
  return bytes;
}

std::string read_regular_bytes(const fs::path &file, const std::string &expected) {
  const auto refuse = [&](const char *what) {
    throw InputError(file.string(), 0, std::string(what) + "; expected " + expected + ", a regular file");
  };
  // What is opened is what is looked at and read; a FIFO is opened without waiting.
  const int opened = ::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (opened < 0) {
    refuse(errno == ELOOP ? "is a link" : "cannot be read");
  }
  const std::unique_ptr<const int, void (*)(const int *)> closed(&opened, [](const int *f) { ::close(*f); });
  struct stat kind {};
  if (::fstat(opened, &kind) != 0 || !S_ISREG(kind.st_mode)) {
    refuse("is no regular file");
  }
  std::string bytes(static_cast<std::size_t>(kind.st_size), '\0');
  std::size_t size = 0;
  for (;;) { // to the end of the file, even if it has grown
    bytes.resize(std::max(bytes.size(), size + 4096));
    const ssize_t count = ::read(opened, bytes.data() + size, bytes.size() - size);
    if (count == 0) {
      bytes.resize(size);
      return bytes;
    }
    if (count > 0) {
      size += static_cast<std::size_t>(count);
    } else if (errno != EINTR) {
      refuse("cannot be read");
    }
  }
}

namespace {

[[noreturn]] void cannot_write(const fs::path &file, const std::error_code &error) {
  throw InputError(file.string(), 0,
                   "cannot be written" + (error ? " (" + error.message() + ")"
                                                : std::string(" (no such folder, or the disk is full?)")));
}

// Complete contents beside their file, until they take its place. What has not taken it is removed.
class StagedFile {
public:
  StagedFile(const fs::path &file, std::string_view bytes)
      : file_(file), temporary_(file.string() + fmt::format(".partial-{}", ::getpid())) {
    std::error_code error;
    if (fs::exists(file, error) && !fs::is_regular_file(file, error)) { // a device must not be renamed over
      throw InputError(file.string(), 0,
                       "exists and is no regular file; expected the name of a file to write");
    }
    std::ofstream out(temporary_, std::ios::binary);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    out.close();
    if (!out) {
      discard();
      cannot_write(file_, {});
    }
  }
  StagedFile(StagedFile &&other) noexcept
      : file_(std::move(other.file_)), temporary_(std::exchange(other.temporary_, {})) {}
  StagedFile(const StagedFile &) = delete;
  StagedFile &operator=(const StagedFile &) = delete;
  StagedFile &operator=(StagedFile &&) = delete;
  ~StagedFile() { discard(); }

  void take_place() {
    std::error_code error;
    fs::rename(temporary_, file_, error);
    if (error) {
      cannot_write(file_, error);
    }
    temporary_.clear();
  }

private:
  void discard() noexcept {
    if (!temporary_.empty()) {
      std::error_code ignored;
      fs::remove(temporary_, ignored);
    }
  }

  fs::path file_, temporary_; // an empty name once there is nothing to remove
};

} // namespace

void write_bytes(const fs::path &file, std::string_view bytes) { StagedFile(file, bytes).take_place(); }

void write_bytes(const std::vector<FileBytes> &files) {
  std::vector<StagedFile> staged;
  staged.reserve(files.size());
  for (const FileBytes &one : files) {
    staged.emplace_back(one.file, one.bytes);
  }
  for (StagedFile &one : staged) {
    one.take_place();
  }
}

} // namespace layercert
