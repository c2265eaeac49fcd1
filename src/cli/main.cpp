#include "command_line.hpp"
#include "interruption.hpp"

#include "layercert/certify/run.hpp"
#include "layercert/error.hpp"
#include "ranks/environment.hpp"

#include <fcntl.h>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <new>
#include <string_view>

namespace {

// One line, unless somebody looks: a message about an expression goes on with the text and a caret under the
// place.
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
    cli::watch_for_interruption();
    const std::string_view command = argc > 1 ? argv[1] : "";
    if (started_as().count > 1 && argc > 1 && command != "certify" && command != "check") {
      throw InputError(
          "mpirun", 0,
          "divides layercert certify and layercert check; expected one of these, or one process");
    }
    const cli::Invocation invocation = cli::read_command_line(argc, argv);
    const int status = invocation.command ? invocation.command() : invocation.status;
    std::cout.flush();
    if (std::fflush(stdout) != 0 || !std::cout) {
      throw InputError("standard output", 0, "cannot be written (is the disk full?)");
    }
    return status;
  } catch (const std::bad_alloc &) {
    return refuse("out of memory; expected a smaller depth, or fewer --boxes");
  } catch (const NotInLpError &error) {
    refuse(error.what());
    return 1;                             // an answer about the target, and no wrong input
  } catch (const std::exception &error) { // InputError, mostly
    return refuse(error.what());
  }
}

// Lists of boxes come and go with every level, and one thread touches them first. So the heap, one for all
// threads, keeps its memory, or the system would clear the same pages again and again; and it begins with
// large pages, or the first clearing would take as long as the integrals over the boxes. Memory that is not
// used is not taken, and nothing depends on whether it works.
void prepare_heap() {
  rlimit address_space{};
  if (::getrlimit(RLIMIT_AS, &address_space) != 0 || address_space.rlim_cur != RLIM_INFINITY) {
    return; // what is kept here would be missing for the stacks of threads
  }
#ifdef M_MMAP_THRESHOLD
  mallopt(M_MMAP_THRESHOLD, 1 << 28);
  mallopt(M_TRIM_THRESHOLD, 1 << 29);
#endif
#if defined(M_ARENA_MAX) && defined(MADV_HUGEPAGE)
  mallopt(M_ARENA_MAX, 1);
  constexpr std::size_t kLargePages = std::size_t{1} << 27;
  constexpr std::uintptr_t kSmallPage = 1 << 16; // or less
  if (void *const begin = std::malloc(kLargePages); begin != nullptr) {
    const std::uintptr_t page = (reinterpret_cast<std::uintptr_t>(begin) + kSmallPage) & ~(kSmallPage - 1);
    madvise(reinterpret_cast<void *>(page), kLargePages - kSmallPage, MADV_HUGEPAGE);
    std::free(begin);
  }
#endif
}

// One rank speaks. The others end well even where they refuse, as rank 0 does too: mpirun would end it before
// it has said why.
int run_silently(int argc, char **argv) {
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere >= 0) {
    ::dup2(nowhere, STDOUT_FILENO);
    ::dup2(nowhere, STDERR_FILENO);
    ::close(nowhere);
  }
  run(argc, argv);
  return 0;
}

} // namespace

int main(int argc, char **argv) {
  prepare_heap();
  return layercert::started_as().rank == 0 ? run(argc, argv) : run_silently(argc, argv);
}
