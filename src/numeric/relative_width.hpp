// How wide an enclosure is, relative to its lower end.
#pragma once

#include "layercert/numeric/directed_double.hpp"
#include "layercert/numeric/rounding_scope.hpp"

#include <cmath>
#include <limits>

namespace layercert {

// (upper - lower) / lower, rounded up; 0 where the ends are equal, infinite where the lower one is 0.
// Requires: an open UpwardScope.
inline double relative_width_upper(double lower, double upper) {
  assert_upward();
  return upper == lower                      ? 0
         : lower > 0 && std::isfinite(upper) ? div_up(sub_up(upper, lower), lower)
                                             : std::numeric_limits<double>::infinity();
}

// Whether the enclosure is wider than wanted, or not known well enough to say. Requires: an open UpwardScope.
inline bool wider_than(double lower, double upper, double tolerance) {
  return !(relative_width_upper(lower, upper) <= tolerance);
}

} // namespace layercert
