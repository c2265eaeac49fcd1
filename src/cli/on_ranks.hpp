// A command whose work the ranks of mpirun divide.
#pragma once

#include "ranks/team.hpp"

#include <memory>
#include <new>

namespace layercert::cli {

// command(team) on every rank, `team` being null where there is only one. The exit status is that of rank 0;
// where another rank fails, rank 0 says why.
template <class Command> int on_ranks(const Command &command) {
  const std::unique_ptr<Team> team = Team::join();
  if (!team) {
    return command(nullptr);
  }
  if (team->leads()) {
    const int status = command(&*team);
    team->finish();
    return status;
  }
  try {
    command(&*team);
    team->finish();
    return 0;
  } catch (const std::bad_alloc &) {
    team->fail("out of memory");
  } catch (const std::exception &error) {
    team->fail(error.what());
  }
}

} // namespace layercert::cli
