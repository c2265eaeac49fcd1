// Power series in u_0, ..., u_(d-1) with interval coefficients, cut off at a total degree: products, and
// elementary functions by recurrences.
//
// E = sum_j u_j d/du_j is a derivation, and E u^a = |a| u^a. A differential equation in one variable
// therefore gives the same recurrence for series in many: h = exp(g) has E h = h E g, so |a| h_a = sum over b
// + c = a of h_b |c| g_c.
// (In one variable: R. E. Moore, Interval Analysis, 1966, ch. 11; the table of recurrences in A. Griewank and
// A. Walther, Evaluating Derivatives, 2nd ed. 2008, table 13.2.)
#pragma once

#include "layercert/numeric/interval.hpp"
#include "monomials.hpp"

#include <span>
#include <vector>

namespace layercert {

using Series = std::span<Interval>; // coefficients in the order of Monomials
using ConstSeries = std::span<const Interval>;

// Holds scratch memory: one per task. Every function fills all of h, which may be shorter than the arguments
// (a lower degree), and must not alias them. Where `h_0` is an argument it encloses the function at g_0: the
// caller knows it best.
// Requires: an open UpwardScope.
class SeriesArithmetic {
public:
  SeriesArithmetic(std::size_t dimension, int degree);

  const Monomials &monomials() const noexcept { return monomials_; }

  void multiply(ConstSeries f, ConstSeries g, Series h) const;
  void square(ConstSeries g, const Interval &h_0, Series h) const;
  // f / g. Requires: g_0 does not hold 0.
  void divide(ConstSeries f, ConstSeries g, const Interval &h_0, Series h) const;
  // g^n, n >= 1, by products.
  void power(ConstSeries g, std::int32_t n, const Interval &h_0, Series h);
  // g^r. Requires: g_0 does not hold 0; g_0 > 0 unless r is an integer.
  void power(ConstSeries g, const Interval &r, const Interval &h_0, Series h);
  // Requires: h_0 > 0.
  void sqrt(ConstSeries g, const Interval &h_0, Series h) const;
  void exp(ConstSeries g, const Interval &h_0, Series h);
  // Sine and cosine for sign = -1, their hyperbolic sisters for sign = 1: C' = sign S g', S' = C g'.
  void sine_and_cosine(ConstSeries g, int sign, const Interval &s_0, const Interval &c_0, Series s, Series c);
  // tan for sign = 1, tanh for sign = -1: h' = (1 + sign h^2) g'.
  void tangent(ConstSeries g, int sign, const Interval &h_0, Series h);
  // The h with E h = (E g) / w: log for w = g, atan for w = 1 + g^2, asin for w = sqrt(1 - g^2). Requires:
  // w_0 does not hold 0.
  void primitive(ConstSeries g, ConstSeries w, const Interval &h_0, Series h);

private:
  struct Split { // u^b u^c = u^a
    std::uint32_t b;
    std::uint32_t c;
  };
  // In the order of b: the first is (0, a), the last (a, 0).
  std::span<const Split> splits(std::size_t a) const {
    return {splits_.data() + first_split_[a], splits_.data() + first_split_[a + 1]};
  }
  Interval square_coefficient(ConstSeries g, std::size_t a) const;
  void weigh(ConstSeries g, std::size_t count); // weighted_ = E g

  Monomials monomials_;
  std::vector<Split> splits_;
  std::vector<std::size_t> first_split_;
  std::vector<Interval> weighted_;
  std::vector<Interval> scratch_;
  std::vector<Interval> other_scratch_;
};

} // namespace layercert
