// What a search over shifts is about, what it may cost, and what it knows.
#pragma once

#include "modulus.hpp"
#include "shift_sector.hpp"

#include "layercert/function/expression.hpp"

#include <cstdint>

namespace layercert {

// omega_p(f, t), of which t is known between two doubles. What is referred to must outlive it.
struct ModulusProblem {
  const Expression &f;
  std::size_t dimension;
  const Exponent &p;
  ShiftNorm norm;
  const ShiftSector &sector; // of f
  double t_lower;
  double t_upper;
};

struct SearchLimits {
  double relative_gap;                // stop where upper <= (1 + relative_gap) lower
  std::uint64_t most_boxes;           // or where about so many boxes were evaluated in all
  std::size_t most_boxes_an_integral; // of one shift
  bool has_poles = false;             // f has no bound on some boxes, and these count more
};

struct ModulusBounds {
  double upper = 0;   // of omega_p(f, t)
  ModulusLower lower; // the best shift found on the way
  std::uint64_t boxes = 0;
};

} // namespace layercert
