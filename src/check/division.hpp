// A check that several processes share. All of them take the same steps in the same order, and tell each other
// what each has found in its part; so all of them come to the same end.
#pragma once

#include "numbers.hpp"

#include <functional>
#include <string>
#include <vector>

namespace checker {

// The part of this process, 0 <= index < count. exchange() is called by all in the same order: it gives the
// text of this one to all, and returns those of all by their index.
struct Division {
  int index = 0;
  int count = 1;
  std::function<std::vector<std::string>(const std::string &)> exchange;
};

// What was found on the cells first, ..., last - 1.
struct CellsSum {
  ulong first = 0, last = 0;
  Interval sum;
  Arf sup;
};

// The steps of one process.
class DividedSteps {
public:
  explicit DividedSteps(const Division &division) : division_(division) {}

  bool alone() const { return division_.count == 1; }
  int count() const { return division_.count; }
  bool has(std::size_t piece) const { // of levels, one after the other
    return piece % static_cast<std::size_t>(division_.count) == static_cast<std::size_t>(division_.index);
  }

  // Throws Unreadable where another process looks at other bytes.
  void agree_on(const std::string &digest);

  // work(i) for i < count, each by one process: side by side, so that neighbours share what they read, unless
  // `in_turn`. Returns all results in order. Where one is Rejected, the first such is thrown by all.
  using ParallelFor = std::function<void(std::size_t, const std::function<void(std::size_t)> &)>;
  std::vector<CellsSum> sums(std::size_t count, const ParallelFor &parallel,
                             const std::function<CellsSum(std::size_t)> &work);

  // The answers of all, each by the process that has its number; what is Rejected is thrown by answer() alone.
  void find_answers(std::size_t count, const std::function<Interval(std::size_t)> &work);
  Interval answer(std::size_t i) const;

  // This process ends so, "" if it accepts: others that still wait are told.
  void end(const std::string &rejection, bool unknown);

private:
  // Texts of one step, by process. Throws what has ended another process before.
  std::vector<std::string> step(const std::string &text);

  const Division &division_;
  std::vector<std::string> answers_;
  bool ended_ = false; // another process has
};

// Throws Rejected unless the ranges follow each other from 0 to `cells`, so that every cell is in one.
void require_cover(const std::vector<CellsSum> &ranges, ulong cells);

} // namespace checker
