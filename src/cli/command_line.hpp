// The command line: what it may say, and its help.
#pragma once

#include "commands.hpp"

#include <functional>

namespace layercert::cli {

// Returns the command to run, or the exit status where there is none (help, version, wrong usage: said
// already).
struct Invocation {
  std::function<int()> command;
  int status = 0;
};
Invocation read_command_line(int argc, const char *const *argv);

} // namespace layercert::cli
