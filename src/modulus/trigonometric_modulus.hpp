// Both bounds of omega_2(f, t) in one dimension for a sum of sines and cosines, by the exact integral.
//
// Let g = sum_k c_k cos(w_k x + p_k), and f = g + constant + r, |r| <= rest. With y = x + h/2, which runs
// from h/2 to 1 - h/2,
//
//     g(x + h) - g(x) = -2 sum_k c_k s_k sin(w_k y + p_k),   s_k = sin(w_k h/2),
//     || g(. + h) - g ||_2^2 = 2 sum_kl c_k c_l s_k s_l ( J(w_k - w_l, p_k - p_l) - J(w_k + w_l, p_k + p_l) ),
//     J(v, q) = int cos(v y + q) dy = 2/v cos(v/2 + q) sin(v (1 - h)/2),
//
// or (1 - h) cos(q) for v = 0; and the norm for f differs by at most 2 rest. The same for intervals of h, so
// branch and bound over [0, t], as h and -h are alike: high frequencies hardly matter beside one another, for
// J is small, and the modulus of low ones moves little with h.
#pragma once

#include "modulus_problem.hpp"

#include "function/trigonometric_sum.hpp"

#include <vector>

namespace layercert {

class TrigonometricDifference {
public:
  // Squares are taken in that unit, which is > 0 (Lemma 18a of proofs/theorem.md). Requires: an open
  // UpwardScope.
  explicit TrigonometricDifference(TrigonometricSum f, double unit = 1);

  // Holds || f(. + h) - f ||_2 for all h of the interval. Requires: 0 <= h <= 1; an open UpwardScope.
  Interval norm(const Interval &h) const;
  // About how many boxes of an integral take as long.
  std::uint64_t cost() const { return 1 + f_.waves.size() * f_.waves.size() / 4; }

private:
  // J as a function of h: factor sin(v (1 - h)/2), or, where v may be 0, (1 - h) flat.
  struct Integral {
    bool may_be_flat = false;
    Interval factor; // 2/v cos(v/2 + q)
    Interval flat;   // cos(v y + q) for 0 <= y <= 1
  };
  static Integral integral(const Interval &v, const Interval &q);

  TrigonometricSum f_; // in the unit
  double unit_;
  std::vector<Integral> differences_; // of the pairs k <= l, in their order
  std::vector<Integral> sums_;
};

// `difference` is of problem.f, d = 1 and p = 2. `known` bounds the modulus already, from both sides. The
// same result for any number of threads. Requires: an open UpwardScope; t_upper < 1.
ModulusBounds search_trigonometric_modulus(const TrigonometricDifference &difference,
                                           const ModulusProblem &problem, const ModulusBounds &known,
                                           const SearchLimits &limits);

} // namespace layercert
