// An advisory lock on a folder. The kernel lifts it when the process ends, however it ends.
#pragma once

#include <filesystem>

namespace layercert {

class FolderLock {
public:
  explicit FolderLock(const std::filesystem::path &folder);
  FolderLock(const FolderLock &) = delete;
  FolderLock &operator=(const FolderLock &) = delete;
  ~FolderLock();

  bool held() const { return held_; }
  bool contended() const { return contended_; } // another process has it, or the folder is gone

private:
  int descriptor_;
  bool held_ = false;
  bool contended_ = false;
};

} // namespace layercert
