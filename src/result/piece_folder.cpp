// The layout of a piece, line by line: the format; the identity of its run as a JSON object; its part; the
// content; and, as the last line, the SHA-256 of all bytes before it.
#include "layercert/result/piece_folder.hpp"

#include "folder_lock.hpp"

#include "layercert/error.hpp"
#include "numeric/file_bytes.hpp"
#include "numeric/sha256.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace layercert {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::string_view kFormat = "layercert-piece-1";
constexpr std::string_view kEnding = ".piece";
constexpr std::size_t kSealDigits = 64;

std::string identity_text(const RunIdentity &run) {
  return json{{"version", run.version},
              {"instance_sha256", run.instance_sha256},
              {"samples_sha256", run.samples_sha256},
              {"options", run.options}}
      .dump();
}

std::string sealed(std::string text) { return text + sha256_hex(text) + "\n"; }

struct Piece {
  std::string identity, part, content;
};

// Nothing if the file is none, or not as it was written.
std::optional<Piece> read_piece(const fs::path &file) {
  std::string bytes;
  try {
    bytes = read_regular_bytes(file, "a piece");
  } catch (const InputError &) {
    return std::nullopt;
  }
  if (bytes.size() < kSealDigits + 1) {
    return std::nullopt;
  }
  const std::size_t size = bytes.size() - kSealDigits - 1;
  if (sealed(bytes.substr(0, size)) != bytes) {
    return std::nullopt;
  }
  bytes.resize(size);
  std::vector<std::string> lines; // of the header
  std::size_t at = 0;
  for (int i = 0; i < 3; ++i) {
    const std::size_t end = bytes.find('\n', at);
    if (end == std::string::npos) {
      return std::nullopt;
    }
    lines.push_back(bytes.substr(at, end - at));
    at = end + 1;
  }
  if (lines[0] != kFormat) {
    return std::nullopt;
  }
  return Piece{lines[1], lines[2], bytes.substr(at)};
}

// Why a piece with this identity is of no use to the run.
std::string difference(const std::string &identity, const RunIdentity &run) {
  const json theirs = json::parse(identity, nullptr, false);
  const auto differs = [&](const char *key, const std::string &ours) {
    return !theirs.is_object() || !theirs.contains(key) || theirs[key] != json(ours);
  };
  const auto shown = [&](const char *key) {
    return theirs.is_object() && theirs.contains(key) && theirs[key].is_string()
               ? theirs[key].get<std::string>()
               : std::string("?");
  };
  return differs("version", run.version)
             ? fmt::format("by version {}; expected one by {}", shown("version"), run.version)
         : differs("instance_sha256", run.instance_sha256)
             ? "for another instance; expected one for this instance"
         : differs("samples_sha256", run.samples_sha256)
             ? "for other samples; expected one for these samples"
             : fmt::format("with the options {}; expected {}", shown("options"), run.options);
}

bool is_ours(const fs::path &file) {
  const std::string name = file.filename().string();
  return name.ends_with(kEnding) || name.find(std::string(kEnding) + ".partial-") != std::string::npos;
}

} // namespace

PieceFolder::PieceFolder(const fs::path &result, bool resume, Tell tell)
    : resume_(resume), tell_(std::move(tell)) {
  std::error_code error;
  fs::path place = fs::weakly_canonical(fs::absolute(result, error), error);
  if (!place.has_filename()) {
    place = place.parent_path(); // "out/" is "out"
  }
  folder_ = place.parent_path() / fmt::format(".{}.kept", place.filename().string());
  if (!fs::is_directory(fs::symlink_status(folder_, error))) {
    return;
  }
  lock_ = std::make_unique<FolderLock>(folder_);
  if (lock_->contended()) {
    lock_ = nullptr;
    keeps_ = false;
    if (resume_) {
      throw InputError(folder_.string(), 0, "another run is at work on it; expected that it has ended");
    }
    return;
  }
  if (!resume_) {
    tell_(fmt::format("removed {}, where an unfinished run had kept levels (--resume takes them up)",
                      folder_.string()));
    remove();
  }
}

PieceFolder::~PieceFolder() = default;

void PieceFolder::begin(const RunIdentity &run) {
  run_ = run;
  header_ = fmt::format("{}\n{}\n", kFormat, identity_text(run));
  if (resume_) {
    take_up();
  }
}

void PieceFolder::take_up() {
  std::size_t found = 0;
  for (const fs::path &file : pieces()) {
    const std::optional<Piece> piece = read_piece(file);
    if (!piece || file_of(piece->part) != file) {
      tell_(fmt::format("{} is not as it was written (its SHA-256 differs); what it held is computed anew",
                        file.string()));
      continue;
    }
    if (piece->identity != identity_text(run_)) {
      throw InputError(file.string(), 0,
                       "was kept " + difference(piece->identity, run_) + ", or no --resume to start anew");
    }
    ++found;
  }
  count_ = found;
  tell_(found == 0 ? fmt::format("nothing of an unfinished run is kept in {}; everything is computed",
                                 folder_.string())
                   : fmt::format("taking up what is kept in {}", folder_.string()));
}

std::optional<std::string> PieceFolder::find(const std::string &part) const {
  if (!resume_) {
    return std::nullopt;
  }
  std::optional<Piece> piece = read_piece(file_of(part));
  if (!piece || piece->part != part || piece->identity != identity_text(run_)) {
    return std::nullopt;
  }
  return std::move(piece->content);
}

void PieceFolder::keep(const std::string &part, std::string_view content) {
  if (!keeps_) {
    return;
  }
  try {
    if (!lock_) {
      if (!fs::create_directory(folder_)) {
        keeps_ = false; // of another run, which began at the same time
        return;
      }
      lock_ = std::make_unique<FolderLock>(folder_);
    }
    write_bytes(file_of(part), sealed(fmt::format("{}{}\n{}", header_, part, content)));
    ++count_;
  } catch (const std::exception &failure) { // the run itself can go on
    keeps_ = false;
    tell_(fmt::format("finished levels cannot be kept in {} ({})", folder_.string(), failure.what()));
  }
}

void PieceFolder::remove() {
  if (!lock_) {
    return; // there is none, or it is another run's
  }
  std::error_code ignored;
  for (const fs::directory_entry &entry : fs::directory_iterator(folder_, ignored)) {
    if (is_ours(entry.path())) {
      fs::remove(entry.path(), ignored);
    }
  }
  fs::remove(folder_, ignored); // unless it holds what is not ours
  lock_ = nullptr;
  count_ = 0;
}

fs::path PieceFolder::file_of(const std::string &part) const {
  return folder_ / (part + std::string(kEnding));
}

std::vector<fs::path> PieceFolder::pieces() const {
  std::vector<fs::path> files;
  std::error_code ignored;
  for (const fs::directory_entry &entry : fs::directory_iterator(folder_, ignored)) {
    if (entry.path().extension() == kEnding) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

} // namespace layercert
