// Ctrl-C, SIGTERM and a closed terminal end the program at once, whatever it is computing: a thread of its
// own waits for them, tidies up and ends the process with status 128 + signal, as a shell would say it.
#pragma once

#include <functional>
#include <string>

namespace layercert::cli {

// Call first in main: threads that start later leave these signals to the one that waits. A signal that the
// program was started to ignore (nohup) stays ignored.
void watch_for_interruption();

// While it lives, an interruption calls `tidy` first, on another thread; what that returns is told to the
// user.
class TidyUp {
public:
  explicit TidyUp(std::function<std::string()> tidy);
  TidyUp(const TidyUp &) = delete;
  TidyUp &operator=(const TidyUp &) = delete;
  ~TidyUp();
};

// While it lives, an interruption waits. For what is short and must not be left half done.
class Uninterrupted {
public:
  Uninterrupted();
  Uninterrupted(const Uninterrupted &) = delete;
  Uninterrupted &operator=(const Uninterrupted &) = delete;
  ~Uninterrupted();
};

} // namespace layercert::cli
