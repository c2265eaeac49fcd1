// What the benchmarks share: single timings, taken in turns with what they are compared to, and what to make
// of them.
#pragma once

#include <algorithm>
#include <cassert>
#include <chrono>
#include <cmath>
#include <ctime>
#include <map>
#include <vector>

namespace layercert::bench {

// Wall time: for what runs on several threads.
template <class Action> double wall_seconds_of(const Action &action) {
  const auto begin = std::chrono::steady_clock::now();
  action();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// Time of the calling thread on a processor: for what runs on that thread alone. What else the machine does
// counts less.
template <class Action> double thread_seconds_of(const Action &action) {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  };
  const double begin = now();
  action();
  return now() - begin;
}

// The upper one of the two in the middle. Requires: not empty.
inline double median(std::vector<double> values) {
  assert(!values.empty());
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// The a of seconds ~ c size^a, by least squares of the logarithms. Requires: two sizes or more.
inline double growth_exponent(const std::map<double, double> &seconds_by_size) {
  assert(seconds_by_size.size() >= 2);
  double mean_x = 0;
  double mean_y = 0;
  for (const auto &[size, seconds] : seconds_by_size) {
    mean_x += std::log(size) / static_cast<double>(seconds_by_size.size());
    mean_y += std::log(seconds) / static_cast<double>(seconds_by_size.size());
  }
  double xx = 0;
  double xy = 0;
  for (const auto &[size, seconds] : seconds_by_size) {
    xx += (std::log(size) - mean_x) * (std::log(size) - mean_x);
    xy += (std::log(size) - mean_x) * (std::log(seconds) - mean_y);
  }
  return xy / xx;
}

} // namespace layercert::bench
