// Expressions of one coordinate that are sums of sines and cosines, up to a small rest.
#pragma once

#include "layercert/function/expression.hpp"
#include "layercert/numeric/interval.hpp"

#include <optional>
#include <vector>

namespace layercert {

// constant + sum_k amplitude_k cos(frequency_k x + phase_k) + r(x), |r| <= rest_upper on [0, 1].
struct TrigonometricSum {
  struct Wave {
    Interval amplitude;
    Interval frequency; // not 0
    Interval phase;
  };
  Interval constant{0.0};
  std::vector<Wave> waves;
  double rest_upper = 0;
};

// Sums and multiples of sin and cos of affine functions and of Weierstrass functions, of which the terms
// beyond the rest are left out; nothing for another expression, or for more than a few dozen waves. Requires:
// an open UpwardScope; f has one coordinate.
std::optional<TrigonometricSum> trigonometric_sum(const Expression &f, double rest);

} // namespace layercert
