// What the ends of an interval say of the sign and the least size of its numbers. NaN says nothing.
#pragma once

#include "layercert/numeric/interval.hpp"

#include <cmath>

namespace layercert {

inline bool is_zero(const Interval &x) { return x.lower() == 0 && x.upper() == 0; }
inline bool nonnegative(const Interval &x) { return x.lower() >= 0; }
inline bool nonpositive(const Interval &x) { return x.upper() <= 0; }
inline bool without_zero(const Interval &x) { return x.lower() > 0 || x.upper() < 0; }

// At most |t| for all t of x: 0 where an end is NaN.
inline double mignitude_lower(const Interval &x) {
  if (std::isnan(x.lower()) || std::isnan(x.upper())) {
    return 0;
  }
  return x.lower() > 0 ? x.lower() : x.upper() < 0 ? -x.upper() : 0;
}

} // namespace layercert
