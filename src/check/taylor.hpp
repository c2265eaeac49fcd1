// Functions on a box as polynomials whose coefficients are balls (Taylor models): for every point c + r t of
// the box, t in [-1, 1]^d, there are numbers c_a in the balls with u(c + r t) = sum over |a| <= n of c_a t^a.
// The numbers may depend on t, so that what is cut off and what is not known stand in the radius of the
// constant.
#pragma once

#include "expression.hpp"

#include <cstdint>
#include <vector>

namespace checker {

using Polynomial = std::vector<Ball>; // by monomial; those of lower degree first, the constant before all

// The monomials t^a with |a| <= degree, those of lower degree first and t_0, ..., t_(d-1) in this order.
class Monomials {
public:
  Monomials(std::size_t dimension, std::size_t degree);

  std::size_t dimension() const { return d_; }
  std::size_t degree() const { return degree_; }
  std::size_t count() const { return exponents_.size(); }
  const std::vector<std::uint8_t> &exponents(std::size_t a) const { return exponents_[a]; }
  std::size_t degree_of(std::size_t a) const { return degrees_[a]; }
  // The mean of t^a over [-1, 1]^d.
  static Rational mean(const std::vector<std::uint8_t> &exponents);

  Polynomial constant(const Ball &value) const;
  Polynomial variable(std::size_t j, const Interval &middle, const Interval &half_width) const;
  // u v, what lies above the degree in the constant's radius.
  Polynomial product(const Polynomial &u, const Polynomial &v) const;
  // Of the first count() coefficients of both.
  static void add(Polynomial &u, const Polynomial &v);
  static void subtract(Polynomial &u, const Polynomial &v);

private:
  struct Product { // t^a t^b = t^c
    std::uint32_t a, b, c;
  };
  std::size_t d_;
  std::size_t degree_;
  std::vector<std::vector<std::uint8_t>> exponents_;
  std::vector<std::size_t> degrees_;
  std::vector<Product> products_;
};

bool known(const Polynomial &u); // all balls are finite
// Holds the values of the polynomial.
Interval range(const Polynomial &u);
// At least the sum of |c_a| over all a but the constant's.
Arf spread(const Polynomial &u);
// At least the sum of all radii.
Arf radius(const Polynomial &u);

// A function of one variable that is analytic where it is asked for, or relu.
enum class Smooth {
  Exp,
  Log,
  Sin,
  Cos,
  Sinh,
  Cosh,
  Tan,
  Atan,
  Asin,
  Acos,
  Erf,
  Tanh,
  Sigmoid,
  Softplus,
  Power
};

// s(u), known as `argument` otherwise; no ball is finite where nothing is known. `exponent` is that of a
// Power.
Polynomial composed(const Monomials &monomials, Smooth s, const Polynomial &u, const Interval &argument,
                    const Rational &exponent = 0);
Polynomial rectified(const Polynomial &u);
Polynomial nothing(const Monomials &monomials);

// A target on boxes.
class TaylorTarget {
public:
  // Both must outlive it.
  TaylorTarget(const Expression &f, const Monomials &monomials);
  // For a box with its middle and half widths. The result, and value(), stay until the next call.
  const Polynomial &operator()(const std::vector<Interval> &whole, const std::vector<Interval> &middle,
                               const std::vector<Interval> &half_widths);
  // Holds the target on that box; whole where nothing is known.
  const Interval &value() const { return jets_.at(f_.nodes.size() - 1).value; }
  bool has_slopes() const; // on that box

private:
  Polynomial by_rule(std::size_t at) const;
  Polynomial by_slopes(std::size_t at, const std::vector<Interval> &half_widths) const;

  const Expression &f_;
  const Monomials &monomials_;
  Evaluator jets_;
  Evaluator middle_;
  std::vector<Polynomial> models_;
  const std::vector<Interval> *middle_of_box_ = nullptr;
  const std::vector<Interval> *half_widths_ = nullptr;
};

} // namespace checker
