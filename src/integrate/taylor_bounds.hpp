// Two-sided bounds of the integral of |g|^p over one box, g = f - c, from a Taylor expansion of f: of the
// order of its degree, where a mean value form (box_bounds.hpp) has order one or two.
//
// Write u = x - middle = r t, t in [-1, 1]^d, and g = P + R: P has the coefficients at the middle, in degree
// m those in the middle of their range over the box, and |R| <= sum over |a| = m of rho_a |t^a|. All means
// are over the box.
//   p even:         (mean of |g|^p)^(1/p) differs from (mean of P^p)^(1/p) by at most || R ||_p (Minkowski), in the L^p norm of the
//                   mean; the mean of P^p is exact.
//   p odd, g >= 0:  the same, with mean P^p <= mean |P|^p <= mean P^p + 2 sup|R|^p, since |P| <= |R| where P < 0 <= g. For
//                   p = 1 it is simpler still: mean P - || R ||_1 <= mean g <= mean P + || R ||_1.
//   other p, g > 0: g^p has an expansion of its own, integrated term by term.
//   d = 1, g' != 0: let z be any point, best near a zero of g. Then g - g(z) = (x - z) s(x) with s of one sign, and
//                   s_k = g_(k+1) at z. The derivatives of s on the way from z, s(x) = int_0^1 g'(z + q (x - z)) dq, have
//                   s_k(x) in the range of g_(k+1) there. On each side of z, |g - g(z)|^p = |x - z|^p |s|^p is integrated
//                   with the expansion of |s|^p; g(z) is put back by Minkowski's inequality.
// For p odd or fractional and two dimensions or more, nothing follows where g changes its sign.
#pragma once

#include "box_bounds.hpp"
#include "function/taylor_evaluator.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace layercert {

class PowerMean;

// What depends on p, d and the degree alone; immutable, for any number of threads.
class TaylorTables {
public:
  // Requires: degree >= 2, an open UpwardScope.
  TaylorTables(const Exponent &p, std::size_t dimension, int degree);
  ~TaylorTables();

  const Exponent &exponent() const noexcept { return p_; } // its unit is 1
  double unit() const noexcept { return unit_; }
  int degree() const noexcept { return monomials_.degree(); }

private:
  friend class TaylorBounds;
  Exponent p_;
  double unit_; // of g: the integrals are of (|g| / unit)^p
  Monomials monomials_;
  Interval p_range_;
  bool whole_ = false;                    // a whole p, with tables for it
  bool even_ = false;                     // and even
  std::unique_ptr<PowerMean> power_mean_; // of a whole p
  std::vector<double> norms_upper_;       // || t^a ||_p
  std::vector<double> first_norms_upper_; // || t^a ||_1
  std::vector<Interval> means_;           // E t^a
  std::vector<Interval> after_p_;         // p + k + 1
};

// Holds scratch memory: one per task. The expression must outlive it.
class TaylorBounds {
public:
  TaylorBounds(const Expression &f, std::size_t dimension, std::shared_ptr<const TaylorTables> tables);

  struct Result {
    IntegralBounds bounds;
    std::size_t direction; // the coordinate that the remainder depends on most
  };
  // Of |f - c|^p; nothing where none of the above applies. Requires: an open UpwardScope; box.lower <
  // box.upper.
  std::optional<Result> operator()(const Box &box, const Interval &c);

private:
  Interval range_of_polynomial() const;
  std::optional<Interval> mean_by_polynomial(int sign) const;
  std::optional<Interval> mean_by_power(int sign, const Interval &range);
  std::optional<IntegralBounds> beside_zeros(double from, double to, const Interval &c);
  std::optional<IntegralBounds> beside_zero(double z, double end, const Interval &c);
  double near_zero(double from, double to, const Interval &c);
  void split_remainder(ConstSeries over_box);
  void to_units(std::vector<Interval> &series) const;

  std::size_t d_;
  std::shared_ptr<const TaylorTables> tables_;
  TaylorEvaluator evaluator_;
  ExpressionEvaluator sampler_;
  std::size_t low_;                  // monomials of degree < m
  std::vector<Interval> scale_;      // r^a
  std::vector<Interval> at_centre_;  // of g
  std::vector<Interval> over_box_;   // of g
  std::vector<Interval> polynomial_; // of P, in t
  std::vector<double> radii_upper_;  // rho_a
  std::vector<Interval> power_;      // of |g|^p or |s|^p
  std::vector<Interval> power_over_box_;
};

} // namespace layercert
