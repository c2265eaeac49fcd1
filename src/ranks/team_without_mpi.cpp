// The build without MPI: a program that mpirun has started says so once.
#include "team.hpp"

#include "environment.hpp"

#include "layercert/error.hpp"

#include <stdexcept>

namespace layercert {

struct Team::Implementation {};

std::unique_ptr<Team> Team::join() {
  if (started_as().count > 1) {
    throw InputError("mpirun", 0,
                     "this build of layercert has no MPI; expected one with it (Debian packages "
                     "libopenmpi-dev and libboost-mpi-dev), or --shard i/n and merge");
  }
  return nullptr;
}

Team::Team(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}
Team::~Team() = default;
Share Team::share() const { return {}; }
PieceStore &Team::pieces(PieceFolder * /*folder*/) { throw std::logic_error("no MPI"); }
std::vector<std::string> Team::exchange(const std::string &text) { return {text}; }
void Team::finish() {}
void Team::fail(const std::string &reason) { throw std::logic_error(reason); }
TeamSeconds Team::seconds() const { return {}; }
std::uint64_t Team::bytes_sent() const { return 0; }

} // namespace layercert
