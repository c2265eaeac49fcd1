#include "command_line.hpp"
#include "interruption.hpp"

#include "layercert/error.hpp"

#include <malloc.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <new>

namespace {

// One line, unless somebody looks: a message about an expression goes on with the text and a caret under the place.
int refuse(std::string message) {
  if (::isatty(STDERR_FILENO) == 0) {
    message = message.substr(0, message.find('\n'));
  }
  std::cerr << "layercert: " << message << std::endl;
  return 2;
}

int run(int argc, char **argv) {
  using namespace layercert;
  try {
    const cli::Invocation invocation = cli::read_command_line(argc, argv);
    const int status = invocation.command ? invocation.command() : invocation.status;
    std::cout.flush();
    if (std::fflush(stdout) != 0 || !std::cout) {
      throw InputError("standard output", 0, "cannot be written (is the disk full?)");
    }
    return status;
  } catch (const std::bad_alloc &) {
    return refuse("out of memory; expected a smaller depth, or fewer --boxes");
  } catch (const std::exception &error) { // InputError, mostly
    return refuse(error.what());
  }
}

} // namespace

int main(int argc, char **argv) {
#ifdef M_MMAP_THRESHOLD
  // Lists of boxes come and go with every level: keep their memory, or the system clears the same pages again and again.
  mallopt(M_MMAP_THRESHOLD, 1 << 28);
  mallopt(M_TRIM_THRESHOLD, 1 << 29);
#endif
  layercert::cli::watch_for_interruption();
  return run(argc, argv);
}
