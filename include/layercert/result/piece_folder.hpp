// What an unfinished run keeps of its finished parts, so that the next one need not compute them again.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace layercert {

class FolderLock;

// What a run is made of. Pieces serve a run of the same identity alone.
struct RunIdentity {
  std::string version; // of the program
  std::string instance_sha256;
  std::string samples_sha256; // empty: there are none
  std::string options;        // all that the result depends on, as a text for people
};

// The folder .NAME.kept beside a result folder NAME. A piece is a file of its own: a header that names the
// run and the part, the content, and the SHA-256 of both. It is written whole or not at all, and read only if
// it is sealed, so that it does not matter how its run ended.
class PieceFolder {
public:
  using Tell = std::function<void(const std::string &)>;

  // To `resume`, the pieces that are there are taken up by begin(); else they are removed. `tell` is called
  // with a line for people. A run beside another one for the same result keeps nothing. Throws InputError: to
  // resume, while that one lives.
  PieceFolder(const std::filesystem::path &result, bool resume, Tell tell);
  PieceFolder(const PieceFolder &) = delete;
  PieceFolder &operator=(const PieceFolder &) = delete;
  ~PieceFolder(); // keeps the pieces

  // Call first. Throws InputError(file, ...) for a piece of another run. One that was altered, or is cut
  // short, is told and left out.
  void begin(const RunIdentity &run);

  // The content of a part; nothing where it was not kept.
  std::optional<std::string> find(const std::string &part) const;
  // Requires: part is a name of a file. What cannot be written is told, and no more is kept.
  void keep(const std::string &part, std::string_view content);

  // How many pieces there are. Any thread may ask.
  std::size_t count() const noexcept { return count_.load(); }
  const std::filesystem::path &folder() const noexcept { return folder_; }

  // The result stands: all pieces go.
  void remove();

private:
  std::filesystem::path file_of(const std::string &part) const;
  std::vector<std::filesystem::path> pieces() const;
  void take_up();

  std::filesystem::path folder_;
  bool resume_;
  Tell tell_;
  std::string header_; // of every piece, but for its part
  RunIdentity run_;
  std::unique_ptr<FolderLock> lock_;
  bool keeps_ = true;
  std::atomic<std::size_t> count_ = 0;
};

} // namespace layercert
