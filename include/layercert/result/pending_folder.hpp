// A result folder (instance.toml, the network, certificate.json, the samples if there are any), written whole
// or not at all.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace layercert {

class FolderLock;

// A folder that is filled beside its place, as .NAME.partial-PID, and takes it in one step; until then, and
// after any exception, what stood there stands there still. The kernel keeps a lock on it for as long as the
// process lives, so that a folder which a killed process left behind is known as such: the next one for the
// same place removes it.
class PendingFolder {
public:
  // Throws InputError: not writable, or something stands at `target` that is neither an empty folder nor a
  // former result and nothing else. Missing parents are made, and removed again if no result comes of it.
  explicit PendingFolder(const std::filesystem::path &target);
  PendingFolder(const PendingFolder &) = delete;
  PendingFolder &operator=(const PendingFolder &) = delete;
  ~PendingFolder();

  // What killed processes had left behind, by now removed or, a former result between two renames, put back.
  const std::vector<std::filesystem::path> &leftovers() const noexcept { return leftovers_; }

  void write(const std::string &name, std::string_view bytes);
  void commit();

  // For another thread than the one that writes, just before it ends the process: removes what is unfinished.
  // A write or commit that begins after this never returns. Returns true if the result was committed before.
  bool abandon();

private:
  void make_parents();
  void tidy_leftovers();
  void make_temporary();
  void discard();

  std::filesystem::path target_;
  std::filesystem::path temporary_; // empty once committed or discarded
  std::vector<std::filesystem::path> made_parents_;
  std::vector<std::filesystem::path> leftovers_;
  std::unique_ptr<FolderLock> lock_;
  std::mutex mutex_; // of everything that touches the files
  bool committed_ = false;
};

} // namespace layercert
