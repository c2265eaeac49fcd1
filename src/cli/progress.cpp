#include "progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>

namespace layercert::cli {

namespace {

// Of certifying a level, in units that only matter against each other: every level takes a thousand boxes or more, and every
// cell one.
double work(const Instance &instance, int level) {
  return 1000 + std::pow(instance.N, static_cast<double>(level * instance.dimension));
}

} // namespace

Progress::Progress(bool quiet) : shown_(!quiet && ::isatty(STDERR_FILENO) != 0) {}

void Progress::phase(const std::string &text) const {
  if (shown_) {
    fmt::print(stderr, "\r\033[K{}", text);
    std::fflush(stderr);
  }
}

void Progress::level(std::string_view verb, int level, const Instance &instance) {
  const auto now = std::chrono::steady_clock::now();
  if (level == 1) {
    begin_ = now;
    done_ = 0;
  }
  double left = 0;
  for (int l = level; l <= instance.depth; ++l) {
    left += work(instance, l);
  }
  const std::chrono::duration<double> passed = now - begin_;
  phase(fmt::format("{} level {} of {}{}", verb, level, instance.depth,
                    done_ == 0
                        ? std::string()
                        : fmt::format(", about {:.0f} s left", std::ceil(passed.count() * left / done_))));
  done_ += work(instance, level);
}

void Progress::clear() const { phase(""); }

} // namespace layercert::cli
