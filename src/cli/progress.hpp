// One line on stderr that says what is going on; only on a terminal.
#pragma once

#include "layercert/instance/instance.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace layercert::cli {

class Progress {
public:
  // Shows nothing if quiet, or if stderr is no terminal.
  explicit Progress(bool quiet);
  Progress(const Progress &) = delete;
  Progress &operator=(const Progress &) = delete;
  ~Progress() { clear(); }

  void phase(const std::string &text) const;
  // "certifying level 3 of 5, about 12 s left". To be called before every level, the lowest first.
  void level(std::string_view verb, int level, const Instance &instance);
  void clear() const;

private:
  bool shown_;
  double done_ = 0; // work of the levels before this one
  std::chrono::steady_clock::time_point begin_;
};

} // namespace layercert::cli
