#include "interruption.hpp"

#include <fmt/format.h>
#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace layercert::cli {

namespace {

struct State {
  std::mutex mutex;
  std::function<std::string()> tidy;
};

State &state() { // never destroyed: the waiting thread outlives main
  static State &state = *new State;
  return state;
}

void wait_for(const sigset_t signals) {
  int signal = 0;
  while (::sigwait(&signals, &signal) != 0) {
  }
  state().mutex.lock(); // for good: nothing may be tidied, or taken out of reach, twice
  std::string outcome;
  if (state().tidy) {
    try {
      outcome = "; " + state().tidy();
    } catch (const std::exception &error) {
      outcome = fmt::format("; {}", error.what());
    }
  }
  const std::string line =
      fmt::format("{}layercert: interrupted{}\n", ::isatty(STDERR_FILENO) != 0 ? "\r\033[K" : "", outcome);
  // Nothing else can be done if that fails.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
  ::_exit(128 + signal);
}

} // namespace

void watch_for_interruption() {
  sigset_t signals;
  ::sigemptyset(&signals);
  bool any = false;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction now = {};
    ::sigaction(signal, nullptr, &now);
    if (now.sa_handler != SIG_IGN) {
      ::sigaddset(&signals, signal);
      any = true;
    }
  }
  if (any) {
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    try {
      std::thread(wait_for, signals).detach();
    } catch (const std::system_error &error) {
      throw std::runtime_error(fmt::format(
          "cannot start a thread ({}); expected more memory, or larger limits (ulimit -a)", error.what()));
    }
  }
}

TidyUp::TidyUp(std::function<std::string()> tidy) {
  const std::scoped_lock lock(state().mutex);
  state().tidy = std::move(tidy);
}

TidyUp::~TidyUp() {
  const std::scoped_lock lock(state().mutex);
  state().tidy = nullptr;
}

Uninterrupted::Uninterrupted() { state().mutex.lock(); }

Uninterrupted::~Uninterrupted() { state().mutex.unlock(); }

} // namespace layercert::cli
