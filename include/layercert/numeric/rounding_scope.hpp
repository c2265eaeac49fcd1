// Scopes that set up a thread for rigorous arithmetic. Both the FPU rounding mode and MPFR's exponent range
// are properties of a thread: open a scope in every task, never assume what a worker starts with.
#pragma once

#include <cassert>
#include <cfenv>

namespace layercert {

// While it lives, the calling thread rounds doubles upward, as `Interval` (interval.hpp) requires. The mode
// found on entry comes back on exit, because a TBB task may run on the caller's own thread.
class UpwardScope {
public:
  UpwardScope() noexcept : saved_(std::fegetround()) { std::fesetround(FE_UPWARD); }
  ~UpwardScope() { std::fesetround(saved_); }
  UpwardScope(const UpwardScope &) = delete;
  UpwardScope &operator=(const UpwardScope &) = delete;

private:
  int saved_;
};

// An UpwardScope is open on this thread: what a function begins with that requires one and works on more than
// a few numbers. It reads the control word of the FPU, and is nothing where assertions are off.
inline void assert_upward() noexcept { assert(std::fegetround() == FE_UPWARD); }

// The opposite, for the few lines that call libraries which expect round-to-nearest (decimal output,
// quadrature of values that need not be rigorous) from inside an UpwardScope.
class NearestScope {
public:
  NearestScope() noexcept : saved_(std::fegetround()) { std::fesetround(FE_TONEAREST); }
  ~NearestScope() { std::fesetround(saved_); }
  NearestScope(const NearestScope &) = delete;
  NearestScope &operator=(const NearestScope &) = delete;

private:
  int saved_;
};

// Widens MPFR's exponent range for the calling thread to the largest there is, once; when the thread ends,
// its MPFR caches are freed. Every function that calls MPFR on values of unbounded size calls this first; it
// is cheap.
void prepare_mpfr_thread();

} // namespace layercert
