// The mean of P^n over the cube [-1, 1]^d for polynomials P and a whole number n: exact but for rounding.
#pragma once

#include "function/series.hpp"

#include <cstdint>
#include <vector>

namespace layercert {

// E t^a for t uniform on [-1, 1]^d: the product of 1 / (a_j + 1), and 0 if any a_j is odd.
Interval monomial_mean(const Monomials &monomials, std::size_t a);

// Immutable, for any number of threads.
class PowerMean {
public:
  // Whether the tables for that n are of a sensible size. Requires: n >= 1.
  static bool affordable(std::size_t dimension, int degree, int n);

  // For P of that degree, in the order of Monomials(dimension, degree). Requires: affordable, an open
  // UpwardScope.
  PowerMean(std::size_t dimension, int degree, int n);

  // Requires: an open UpwardScope. The mean is that of some P with coefficients in p.
  Interval operator()(ConstSeries p) const;

private:
  struct Pair { // E t^a t^b, where it is not 0
    std::uint32_t a;
    std::uint32_t b;
    Interval mean;
  };

  int n_;
  std::size_t count_; // coefficients of P
  std::vector<std::vector<std::uint32_t>>
      places_;                      // [k - 1]: where the product of t^a in P^k and t^b in P goes
  std::vector<std::size_t> counts_; // [k - 1]: coefficients of P^k
  std::vector<Pair> pairs_;         // of P^k with P^(n - k), k = n/2 rounded down
};

} // namespace layercert
