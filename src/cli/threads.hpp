// The number of threads that a command may use.
#pragma once

#include <oneapi/tbb/global_control.h>

#include <optional>

namespace layercert::cli {

// While it lives, the parallel loops use at most `threads` threads; 0 is as many as there are processors.
class ThreadLimit {
public:
  explicit ThreadLimit(int threads) {
    if (threads > 0) {
      limit_.emplace(oneapi::tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads));
    }
  }

private:
  std::optional<oneapi::tbb::global_control> limit_;
};

} // namespace layercert::cli
