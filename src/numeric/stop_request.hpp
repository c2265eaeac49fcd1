// How a computation is ended from outside, on whichever threads it runs. Whoever computes for long asks
// `throw_if_stopped` in its loops; a program that never stops anything pays a comparison for it.
#pragma once

#include <atomic>
#include <exception>
#include <functional>

namespace layercert {

// The wish that a computation ends. Any thread may ask.
class StopRequest {
public:
  void ask() noexcept { asked_.store(true, std::memory_order_relaxed); }
  bool asked() const noexcept { return asked_.load(std::memory_order_relaxed); }

private:
  std::atomic<bool> asked_ = false;
};

// Thrown where a computation ends since it was asked to. Nothing of what it had computed may be used.
struct Stopped : std::exception {
  const char *what() const noexcept override { return "stopped"; }
};

// Throws Stopped if `work` of the run_until_stopped that this thread is part of was asked to end.
void throw_if_stopped();

// Runs `work` on this thread and at most `threads` of TBB's (0: all), so that a request reaches all of them,
// and no other computation of this process. Rethrows what `work` throws.
void run_until_stopped(const StopRequest &request, int threads, const std::function<void()> &work);

} // namespace layercert
