// Integrals of |g|^p for polynomials g, from their coefficients by Legendre's polynomials on
// boxes (Lemma 50 of proofs/theorem.md).
//
// On a box let m be the mean of g, V its variance, s = m^2 + V, R the sum of the sizes of all coefficients
// but that of 1, and M = |m| + R: so |g| <= M, and |g - m| <= R. Let E |g|^p be the mean of |g|^p. Then
//
//     max(|m|^p, M^(p-2) s) <= E |g|^p <= s^(p/2)   for 1 <= p <= 2,
//     s^(p/2) <= E |g|^p <= M^(p-2) s               for p >= 2,
//
// by Jensen's inequality and by |g|^p = |g|^(p-2) g^2. Where rho = R / |m| < 1, g keeps its sign, and by
// Taylor's formula for (1 + r)^p, r = (g - m) / m, with E r = 0, v = E r^2 = V / m^2 and E |r|^3 <= rho v,
//
//     | E |g|^p / |m|^p - 1 - p (p-1) / 2 v | <= |p (p-1) (p-2)| / 6 K rho v,
//
// K the largest of (1 + t)^(p-3) for |t| <= rho: at most (1 - rho)^-2 for p <= 3, and (1 + rho)^k where
// 3 <= p <= 3 + k. For p = 1 that is exact.
#pragma once

#include "exponent.hpp"

#include "layercert/numeric/interval.hpp"

#include <cstddef>
#include <vector>

namespace layercert {

// A polynomial on a box, and the integral of its power there.
struct PolynomialPart {
  std::vector<Interval> tensor; // `count` to the power of the dimension, in legendre_tensor.hpp's order
  std::size_t count = 0;
  Interval measure{1.0};
  std::size_t cell = 0;  // what it is a part of
  double rest_upper = 0; // of what has been left out of g: a bound of its size on the box
  double lower = 0;      // of the integral of |g|^p over the box
  double upper = 0;
};

struct PolynomialPowers {
  std::vector<PolynomialPart> parts; // in an order that does not depend on threads; no tensors
  double lower = 0;                  // of the sum of their integrals
  double upper = 0;
  double rest_upper = 0; // the largest of the parts
};

// Halves parts until the sum is within the relative `gap`, or there are `most_parts`; what is left out of g
// adds up to at most `negligible` on every part. The same result for any number of threads. Requires: p's
// unit is 1, p <= kLargestPower; an open UpwardScope.
inline constexpr int kLargestPower = 8;
PolynomialPowers integrate_powers(std::vector<PolynomialPart> parts, std::size_t dimension, const Exponent &p,
                                  double gap, std::size_t most_parts, double negligible);

// The mean of |g|^p over a box, from m, V, and R.
Interval mean_of_power(const Interval &mean, const Interval &variance, double deviation_upper,
                       const Exponent &p);

} // namespace layercert
