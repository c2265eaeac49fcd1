// How many boxes the parts of a run may take, from what is asked for and what a box of the target costs.
#pragma once

#include "layercert/certify/effort.hpp"
#include "layercert/function/expression.hpp"
#include "modulus/modulus_problem.hpp"

#include <cstddef>

namespace layercert {

// First tries of a verdict, then harder ones, while the claim is neither certified nor refuted:
// relative gaps.
inline constexpr double kVerdictGaps[] = {0.05, 0.01, 0.002};
// Of the gap that is asked for, what an integral may take.
inline constexpr double kPartOfGap = 0.9;

// The target as its costs see it.
struct Cost {
  const Expression &f;
  std::size_t dimension;
  double unbounded_part; // of the boxes of the cube, those on which f has no bound
  bool unbounded;        // somewhere
};

// The most boxes of an integral, and of that of one shift in a search.
struct IntegralBudget {
  std::size_t boxes;
  std::size_t boxes_of_shift;
};

// Of an integral: fewer where each takes long, so that a dear target takes about as long as others.
std::size_t boxes_of_integral(const Cost &target, std::size_t most_boxes);

// What a search over shifts may look at: fewer boxes where each costs more; second derivatives cost the more,
// the more coordinates.
SearchLimits search_limits(const Cost &target, double tolerance, const IntegralBudget &budget);

} // namespace layercert
