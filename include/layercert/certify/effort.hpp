// How much work a run may take beyond its verdicts: the budgets of each effort, in one place.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace layercert {

// Budgets count boxes and never seconds, so the same effort gives the same certificate on any machine, by any
// number of threads.
struct Effort {
  std::string_view name;
  // Wanted relative width of the enclosures of the error and of the modulus, in (0, 1]. At 1 an effort that
  // `ends_at_verdicts` asks nothing of the enclosures of a level whose claims are decided.
  double tolerance;
  std::size_t boxes;          // at most so many boxes an integral, or 4 a cell
  std::size_t boxes_of_shift; // and of one shift in a search over shifts
  bool ends_at_verdicts;      // a level is done once its claims are decided
};

// "quick", "default" and "thorough", in this order.
const std::vector<Effort> &efforts();
const Effort &default_effort();

// Throws InputError(place, ...) for another name; it lists those that there are.
const Effort &effort_named(std::string_view name, const std::string &place);

} // namespace layercert
