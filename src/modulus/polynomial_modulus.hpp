// Both bounds of omega_p(f, t) for a polynomial f and an even whole number p, by the exact integral.
//
// With x = 1/2 + u - h/2 and r_j = (1 - |h_j|)/2, u runs over the box |u_j| <= r_j while x runs over Omega_h,
// and
//
//     M(h) = || f(. + h) - f ||_p^p = int ( f(1/2 + u + h/2) - f(1/2 + u - h/2) )^p du = sum_i c_i prod_j h_j^a_ij  2 r_j^(m_ij + 1) / (m_ij + 1),
//
// where c_i h^a_i u^m_i are the terms of that p-th power; those with an odd m_ij vanish. As long as no h_j
// changes its sign, M is a polynomial in h, and so it may be looked at beyond |h_j| <= 1 as well (Lemma 26 of
// proofs/lemmas.md, also for what follows).
//
// Branch and bound over pieces of cones. For a convex combination h = sum_i l_i v_i of a piece's corners, by
// Taylor's formula about h,
//
//     M(h) = sum l_i M(v_i) - 1/2 sum l_i (v_i - h)^T H_i (v_i - h)  <=  max M(v_i) + 1/8 sum_jk s_jk w_j w_k,
//
// s_jk an upper bound of |M_jk| (of -M_jj for j = k, if positive) over the hull, and w_j the width of the
// hull: sum l_i |v_i - h|_j |v_i - h|_k <= w_j w_k / 4.
#pragma once

#include "modulus_problem.hpp"
#include "shift_cones.hpp"

#include "integrate/box_bounds.hpp"
#include "layercert/function/expression.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace layercert {

// M of above.
class DifferencePower {
public:
  // Nothing unless f is a polynomial of not too many terms, and p an even whole number. M is in the unit of
  // p. Requires: an open UpwardScope.
  static std::optional<DifferencePower> of(const Expression &f, std::size_t dimension, const Exponent &p);

  const Exponent &exponent() const noexcept { return p_; }

  using Hessian = std::array<std::array<Interval, kMaxDimension>, kMaxDimension>;

  // Both require an open UpwardScope; M at a point, and M_jk (for j <= k) over a box on which no h_j changes
  // its sign.
  Interval at(std::span<const double> h) const;
  void second_derivatives(std::span<const Interval> h, Hessian &hessian) const;

private:
  struct Term {
    Interval coefficient;                                    // c prod 2/(m_j + 1)
    std::array<std::uint16_t, kMaxDimension> factor_of = {}; // of every coordinate: a number in factors_
  };
  struct Factor {          // of one coordinate: h^a r^(m + 1)
    std::uint8_t of_h = 0; // a
    std::uint8_t of_r = 0; // m + 1
  };

  DifferencePower(std::size_t dimension, const Exponent &p) : p_(p), dimension_(dimension) {}

  Exponent p_;
  std::size_t dimension_;
  std::vector<Factor> factors_;
  std::vector<Term> terms_;
  std::size_t highest_h_ = 0; // exponents of the factors
  std::size_t highest_r_ = 0;
};

// `power` is of problem.f. `known` bounds the modulus already, from both sides; `boxes` of the result are
// pieces. The same result for any number of threads. Requires: an open UpwardScope.
ModulusBounds search_polynomial_modulus(const DifferencePower &power, const ModulusProblem &problem,
                                        const ModulusBounds &known, const SearchLimits &limits);

} // namespace layercert
