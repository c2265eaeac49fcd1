#include "layercert/result/pending_folder.hpp"

#include "folder_lock.hpp"

#include "layercert/error.hpp"
#include "numeric/file_bytes.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <fstream>

namespace layercert {

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 9> kParts = {"instance", "network", "layers", "certificate",
                                                    "samples",  "report",  "timing", "stability",
                                                    "run"}; // names of files, less their endings
constexpr std::string_view kExpected = "expected a new folder, or a former result";
constexpr std::string_view kOld = ".old";
constexpr int kAttempts = 8;
constexpr std::size_t kPiece = std::size_t{1}
                               << 20; // bytes written in one go, between which abandon() may come

// Why the folder may not be replaced, or "". Nothing that is not ours is ever removed.
std::string obstacle(const fs::path &folder) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(folder, error);
  if (status.type() == fs::file_type::not_found) {
    return {};
  }
  if (status.type() != fs::file_type::directory) {
    return fmt::format("exists and is no folder; {}", kExpected);
  }
  if (fs::equivalent(folder, fs::current_path(error), error)) {
    return fmt::format("is the current folder, which would be replaced; {}", kExpected);
  }
  bool empty = true;
  for (const fs::directory_entry &entry : fs::directory_iterator(folder, error)) {
    empty = false;
    const std::string stem = entry.path().stem().string();
    const bool part = std::find(kParts.begin(), kParts.end(), stem) != kParts.end() ||
                      stem.starts_with("report-"); // the parts of a report for a paper
    if (!part || !entry.is_regular_file(error)) {
      return fmt::format("holds \"{}\", which is no part of a result; {}", entry.path().filename().string(),
                         kExpected);
    }
  }
  if (error) {
    return fmt::format("cannot be read ({}); {}", error.message(), kExpected);
  }
  if (empty) {
    return {};
  }
  const fs::path certificate = folder / "certificate.json";
  if (!fs::is_regular_file(certificate, error)) {
    return fmt::format("is not empty and holds no certificate.json; {}", kExpected);
  }
  if (read_bytes(certificate, std::string(kExpected)).find("layercert-certificate-") == std::string::npos) {
    return fmt::format("holds a certificate.json of something else; {}", kExpected);
  }
  return {};
}

void swap_or_replace(const fs::path &from, const fs::path &to, std::error_code &error) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_EXCHANGE) == 0) {
    return;
  }
  if (errno != EINVAL && errno != ENOSYS) {
    error.assign(errno, std::generic_category());
    return;
  }
  // A file system that cannot exchange two names: tidy_leftovers() mends what a kill between these two lines
  // leaves.
  const fs::path old = from.string() + std::string(kOld);
  fs::rename(to, old, error);
  if (error) {
    return;
  }
  fs::rename(from, to, error);
  std::error_code second;
  fs::rename(old, error ? to : from, second);
}

} // namespace

PendingFolder::PendingFolder(const fs::path &target) {
  std::error_code error;
  target_ = fs::weakly_canonical(fs::absolute(target, error), error);
  if (!error && !target_.has_filename()) {
    target_ = target_.parent_path(); // "out/" is "out"
  }
  if (error || target.empty() || !target_.has_filename()) {
    throw InputError(target.string(), 0,
                     fmt::format("is no name of an output folder{}; {}",
                                 error ? " (" + error.message() + ")" : "", kExpected));
  }
  tidy_leftovers();
  if (const std::string why = obstacle(target_); !why.empty()) {
    throw InputError(target.string(), 0, why);
  }
  try {
    make_parents();
    make_temporary();
  } catch (const fs::filesystem_error &failure) {
    discard();
    throw InputError(target.string(), 0,
                     "the output folder cannot be written (" + failure.code().message() +
                         "); expected a place where it can be, choose another --out");
  }
}

PendingFolder::~PendingFolder() { discard(); }

void PendingFolder::make_parents() {
  std::vector<fs::path> missing;
  for (fs::path parent = target_.parent_path(); !fs::exists(parent); parent = parent.parent_path()) {
    missing.push_back(parent);
  }
  for (auto parent = missing.rbegin(); parent != missing.rend(); ++parent) {
    if (fs::create_directory(*parent)) {
      made_parents_.push_back(*parent);
    }
  }
}

void PendingFolder::make_temporary() {
  const std::string stem = fmt::format(".{}.partial-{}", target_.filename().string(), ::getpid());
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const fs::path candidate =
        target_.parent_path() / (attempt == 0 ? stem : fmt::format("{}-{}", stem, attempt));
    if (!fs::create_directory(candidate)) {
      continue; // left by an earlier process of this number, where there are no locks
    }
    auto lock = std::make_unique<FolderLock>(candidate);
    if (lock->contended()) {
      continue; // another process takes it for left behind, and removes it
    }
    lock_ = std::move(lock);
    temporary_ = candidate;
    return;
  }
  throw fs::filesystem_error("", std::make_error_code(std::errc::file_exists));
}

void PendingFolder::tidy_leftovers() {
  const std::string stem = fmt::format(".{}.partial-", target_.filename().string());
  std::error_code error;
  std::vector<fs::path> found;
  for (const fs::directory_entry &entry : fs::directory_iterator(target_.parent_path(), error)) {
    if (entry.path().filename().string().starts_with(stem) && fs::is_directory(entry.symlink_status(error))) {
      found.push_back(entry.path());
    }
  }
  std::sort(found.begin(), found.end());
  for (const fs::path &folder : found) {
    const bool old = folder.extension() == kOld;
    const fs::path owner = old ? folder.parent_path() / folder.stem() : folder;
    const FolderLock owned(owner);
    if (fs::exists(owner, error) && !owned.held()) {
      continue; // its process lives, or the file system has no locks: then nobody knows
    }
    if (old && !fs::exists(fs::symlink_status(target_, error))) {
      fs::rename(folder, target_, error); // the former result, from between the two renames
    } else {
      fs::remove_all(folder, error);
    }
    if (!error) {
      leftovers_.push_back(folder);
    }
  }
}

void PendingFolder::discard() {
  std::error_code ignored;
  if (!temporary_.empty()) {
    fs::remove_all(temporary_, ignored);
    temporary_.clear();
  }
  if (!committed_) {
    for (auto parent = made_parents_.rbegin(); parent != made_parents_.rend(); ++parent) {
      fs::remove(*parent, ignored); // only if nothing has come into it
    }
    made_parents_.clear();
  }
}

void PendingFolder::write(const std::string &name, std::string_view bytes) {
  std::ofstream out;
  {
    const std::scoped_lock lock(mutex_);
    out.open(temporary_ / name, std::ios::binary);
  }
  while (!bytes.empty() && out) {
    const std::scoped_lock lock(mutex_);
    const std::string_view piece = bytes.substr(0, kPiece);
    out.write(piece.data(), static_cast<std::streamsize>(piece.size()));
    bytes.remove_prefix(piece.size());
  }
  const std::scoped_lock lock(mutex_);
  out.close();
  if (!out) {
    throw InputError((target_ / name).string(), 0,
                     "cannot be written (is the disk full?); nothing was kept, choose another --out");
  }
}

void PendingFolder::commit() {
  const std::scoped_lock lock(mutex_);
  if (const std::string why = obstacle(target_); !why.empty()) { // it may have changed meanwhile
    throw InputError(target_.string(), 0, why);
  }
  std::error_code error;
  if (fs::exists(target_)) {
    swap_or_replace(temporary_, target_, error);
  } else {
    fs::rename(temporary_, target_, error);
  }
  if (error) {
    throw InputError(target_.string(), 0,
                     "the output folder cannot be written (" + error.message() + "); choose another --out");
  }
  committed_ = true;
  discard(); // by now the former result
}

bool PendingFolder::abandon() {
  mutex_.lock(); // and never unlocked
  discard();
  return committed_;
}

} // namespace layercert
