// Two enclosures of one number.
#pragma once

#include "numeric/elementary.hpp"

namespace layercert {

// What both hold; x as it is where the other says nothing.
inline void narrow(Interval &x, const Interval &other) {
  const Interval both = intersect(x, other);
  x = has_nan(both) ? x : both;
}

} // namespace layercert
