#include "progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>

namespace layercert::cli {

namespace {

// Of certifying a level, in units that only matter against each other: every level takes a thousand boxes or
// more, and every cell one.
double work(const Instance &instance, int level) {
  return 1000 + std::pow(instance.N, static_cast<double>(level * instance.dimension));
}

} // namespace

Progress::Progress(bool quiet, bool anyhow)
    : terminal_(::isatty(STDERR_FILENO) != 0), shown_(!quiet && (terminal_ || anyhow)) {}

void Progress::phase(const std::string &text) {
  paces_.clear();
  running_ = nullptr;
  show(text);
}

void Progress::level(std::string_view verb, int level, const Instance &instance) {
  end_level();
  const auto found = paces_.try_emplace(std::string(verb)).first;
  Pace &pace = found->second;
  if (level <= pace.last) { // they begin again
    pace = {};
  }
  double left = 0;
  for (int l = level; l <= instance.depth; ++l) {
    left += work(instance, l);
  }
  show(fmt::format("{} level {} of {}{}", verb, level, instance.depth,
                   pace.work == 0
                       ? std::string()
                       : fmt::format(", about {:.0f} s left", std::ceil(pace.seconds * left / pace.work))));
  pace.last = level;
  running_ = &pace;
  work_ = work(instance, level);
  begin_ = std::chrono::steady_clock::now();
}

void Progress::note(const std::string &text) const {
  clear();
  if (shown_) {
    fmt::print(stderr, "{}\n", text);
  }
}

void Progress::clear() const {
  if (shown_ && terminal_) {
    fmt::print(stderr, "\r\033[K");
    std::fflush(stderr);
  }
}

void Progress::show(const std::string &text) const {
  if (shown_) {
    fmt::print(stderr, "{}{}{}", terminal_ ? "\r\033[K" : "", text, terminal_ ? "" : "\n");
    std::fflush(stderr);
  }
}

void Progress::end_level() {
  if (running_ != nullptr) {
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin_;
    running_->seconds += passed.count();
    running_->work += work_;
    running_ = nullptr;
  }
}

} // namespace layercert::cli
