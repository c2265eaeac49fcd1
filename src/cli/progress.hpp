// What is going on, on stderr: one line that is written over on a terminal; elsewhere nothing, or line after
// line.
#pragma once

#include "layercert/instance/instance.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace layercert::cli {

class Progress {
public:
  // Shows nothing if quiet, nor if stderr is no terminal, unless it is to be shown `anyhow`.
  explicit Progress(bool quiet, bool anyhow = false);
  Progress(const Progress &) = delete;
  Progress &operator=(const Progress &) = delete;
  ~Progress() { clear(); }

  void phase(const std::string &text);
  // "certifying level 3 of 5, about 12 s left": of what `verb` says, as long as the levels before took. To be
  // called before every level, the lowest first.
  void level(std::string_view verb, int level, const Instance &instance);
  // A line that stays.
  void note(const std::string &text) const;
  void clear() const;

private:
  bool terminal_;
  bool shown_;
  // The levels of one verb so far.
  struct Pace {
    double seconds = 0;
    double work = 0; // in them
    int last = 0;    // level
  };

  void show(const std::string &text) const;
  void end_level();

  std::map<std::string, Pace, std::less<>> paces_;
  Pace *running_ = nullptr; // of the level that is at work
  double work_ = 0;         // of it
  std::chrono::steady_clock::time_point begin_;
};

} // namespace layercert::cli
