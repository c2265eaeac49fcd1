// What an unfinished run keeps of its finished parts, so that the next one need not compute them again.
#pragma once

#include "layercert/result/piece_store.hpp"

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace layercert {

class FolderLock;

// The folder .NAME.kept beside a result folder NAME, or a folder of shards. A piece is a file of its own: a
// header that names the run and the part, the content, and the SHA-256 of both. It is written whole or not at
// all, and read only if it is sealed, so that it does not matter how its run ended.
class PieceFolder final : public PieceStore {
public:
  using Tell = std::function<void(const std::string &)>;

  // To `resume`, the pieces that are there are taken up by begin(); else they are removed. `tell` is called
  // with a line for people. A run beside another one for the same result keeps nothing. Throws InputError: to
  // resume, while that one lives.
  PieceFolder(const std::filesystem::path &result, bool resume, Tell tell);
  // A folder of shards, which is made if there is none. Several runs may fill it at once, each with its
  // share. What is there is taken up.
  static std::unique_ptr<PieceFolder> of_shards(const std::filesystem::path &folder, Tell tell);
  ~PieceFolder() override; // keeps the pieces

  // Throws InputError(file, ...) for a piece of another run. One that was altered, or is cut short, is told
  // and left out; of shards it is refused with an InputError, too.
  void begin(const RunIdentity &run) override;

  std::optional<std::string> find(const std::string &part) const override;
  // What cannot be written is told, and no more is kept; of shards it is refused with an InputError.
  void keep(const std::string &part, std::string_view content) override;

  // Of a piece of any run; nothing if the file is none, or not as it was written.
  static std::optional<std::string> content_of(const std::filesystem::path &file);

  // The parts that were kept or found so far, in order.
  std::vector<std::string> parts_used() const;
  // All parts that are there, with their contents. Requires: begin().
  std::vector<std::pair<std::string, std::string>> contents() const;

  // How many pieces there are. Any thread may ask.
  std::size_t count() const noexcept { return count_.load(); }
  const std::filesystem::path &folder() const noexcept { return folder_; }

  // The result stands: all pieces go.
  void remove();

  std::filesystem::path file_of(const std::string &part) const;

private:
  PieceFolder(std::filesystem::path folder, Tell tell); // of shards

  std::vector<std::filesystem::path> pieces() const;
  void take_up();

  std::filesystem::path folder_;
  bool resume_;
  bool of_shards_ = false;
  Tell tell_;
  std::string header_; // of every piece, but for its part
  RunIdentity run_;
  std::unique_ptr<FolderLock> lock_;
  bool keeps_ = true;
  std::atomic<std::size_t> count_ = 0;
  mutable std::mutex mutex_; // of what keep() and find() change
  mutable std::set<std::string> used_;
};

} // namespace layercert
