// From bounds for g to bounds for the target f, which lies within the remainder of g.
#pragma once

#include "error_norm.hpp"

#include "modulus/modulus_problem.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"

#include <algorithm>

namespace layercert {

// From bounds for g to bounds for f, |f - g| <= remainder on a cube of measure 1: || f - Phi_l || moves by at
// most the remainder, and || f(. + h) - f || by at most twice that, for every h.
struct Remainder {
  double once_upper;

  double twice_upper() const { return mul_up(2.0, once_upper); }
  void widen(ErrorBounds &error) const {
    error.lower = largest_lower(0.0, sub_down(error.lower, once_upper));
    error.upper = known_upper(add_up(error.upper, once_upper));
  }
  double lower(const ModulusBounds &modulus) const {
    return largest_lower(0.0, sub_down(modulus.lower.value, twice_upper()));
  }
  double upper(const ModulusBounds &modulus) const { return add_up(modulus.upper, twice_upper()); }
  // The width that bounds for g may have, relative to about `size`, so that those for f are within the
  // tolerance: not much less than that where the remainder takes most of it.
  double tolerance_for_g(double tolerance, double size, double moved) const {
    const double left = size > 0 ? tolerance - (2 + tolerance) * moved / size : tolerance;
    constexpr double least_part = 0.25;
    return std::max(least_part * tolerance, left);
  }
};

} // namespace layercert
