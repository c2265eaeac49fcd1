// Ranks that mpirun has started for one run. Each has a share of the work, and they send each other their
// pieces as they are finished.
#pragma once

#include "layercert/certify/share.hpp"
#include "layercert/result/piece_folder.hpp"
#include "layercert/result/piece_store.hpp"

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace layercert {

// What one rank spent on others: sending and receiving, and waiting for their pieces with nothing to do.
struct TeamSeconds {
  double in_messages = 0;
  double waiting = 0;
};

// Rank 0 speaks to people and writes the result. The others say nothing: what fails there, it tells.
class Team {
public:
  // Null where the program was started by itself, or as the only rank. Throws InputError on rank 0 where this
  // build has no MPI.
  static std::unique_ptr<Team> join();

  Team(const Team &) = delete;
  Team &operator=(const Team &) = delete;
  // After finish() it waits for all ranks. Without, this rank has failed: it leaves, and mpirun ends the
  // others.
  ~Team();

  Share share() const; // the rank, and how many there are
  bool leads() const { return share().index == 0; }

  // The pieces of all ranks. On rank 0 `folder` keeps them, too, and what is found there all ranks have from
  // the beginning; it may be null. Its begin() throws InputError on rank 0 where another rank has another
  // identity. Its wait() ends once rank 0 has finished. All of it throws RankFailed on rank 0 where another
  // rank has failed.
  PieceStore &pieces(PieceFolder *folder);

  // Gives a text to all ranks, and returns those of all by their rank. All call it, equally often. Throws
  // RankFailed on rank 0 where another rank has failed.
  std::vector<std::string> exchange(const std::string &text);

  // Requires: the work of this rank is done.
  void finish();
  // Tells rank 0 why this rank fails, and waits for the end that mpirun makes. Requires: this is another
  // rank.
  [[noreturn]] void fail(const std::string &reason);

  // By all ranks, for pieces, as far as rank 0 knows.
  std::uint64_t bytes_sent() const;
  TeamSeconds seconds() const;

private:
  struct Implementation;
  explicit Team(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

class RankFailed : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

} // namespace layercert
