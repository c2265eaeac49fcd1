// A part of the work of one run, for runs that are divided.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace layercert {

struct Instance;

// Which of `count` shares, 0 <= index < count.
struct Share {
  int index = 0;
  int count = 1;
};

// How many shares have work: the error and the modulus of each level are parts of it, and so is each block of
// cells where the error is a sum over several.
std::uint64_t most_shares(const Instance &instance);

// A share is done, as far as what others have brought lets it be; its run has no certificate. `bounded`: all
// bounds are there, and only lists of boxes of other shares are missing.
class ShareDone : public std::runtime_error {
public:
  explicit ShareDone(bool bounded)
      : std::runtime_error("this share is done, and others are awaited"), bounded_(bounded) {}
  bool bounded() const noexcept { return bounded_; }

private:
  bool bounded_;
};

} // namespace layercert
