// Where finished parts of a run are kept and found: a folder, or the memory of ranks that work together.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace layercert {

// What a run is made of. Pieces serve a run of the same identity alone.
struct RunIdentity {
  std::string version; // of the program
  std::string instance_sha256;
  std::string samples_sha256; // empty: there are none
  std::string options;        // all that the result depends on, as a text for people
};

// The identity as one line of JSON.
std::string text_of(const RunIdentity &run);

// Pieces by the names of their parts. find() and keep() may be called by several threads at once.
class PieceStore {
public:
  PieceStore() = default;
  PieceStore(const PieceStore &) = delete;
  PieceStore &operator=(const PieceStore &) = delete;
  virtual ~PieceStore() = default;

  // Call first. Throws InputError for pieces, or partners, of another run.
  virtual void begin(const RunIdentity &run) = 0;
  // The content of a part; nothing where none is there.
  virtual std::optional<std::string> find(const std::string &part) const = 0;
  // Requires: part is a name of a file.
  virtual void keep(const std::string &part, std::string_view content) = 0;
  // Waits until others have brought something. False: nothing will come.
  virtual bool wait() { return false; }
};

} // namespace layercert
