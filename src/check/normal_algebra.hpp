// Quotients of polynomials, with rational coefficients, in parts: a coordinate, pi, e^u, sin u, cos u, log
// |u|, or an operation that is not looked into. No product holds two exponentials, nor two of sines and
// cosines: those are written as sums, by
//     e^u e^v = e^(u+v),  2 sin u sin v = cos(u-v) - cos(u+v),  2 sin u cos v = sin(u+v) + sin(u-v),  2 cos u cos v = cos(u-v) + cos(u+v).
// All rules hold wherever the parts have values and no bottom is 0.
#pragma once

#include "functions.hpp"

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace checker {

struct TooLarge {}; // what is being computed, or it has no value

using Monomial = std::map<int, slong>;               // the power, at least 1, of each part
using SumOfMonomials = std::map<Monomial, Rational>; // without zeros

struct Quotient {
  SumOfMonomials top, bottom; // the bottom is not 0
};

struct Part {
  Op op = Op::Pi;
  std::vector<Quotient> arguments;
  slong integer = 0;
  Rational constant;
  bool smooth = false; // real analytic on the open cube
  bool varies = false; // with the coordinates
};

// factor times the powers in `content`, which all terms have, times the rest.
struct Factors {
  Rational factor = 1;
  Monomial content;
  SumOfMonomials rest;
};

class Algebra {
public:
  void work(std::size_t amount);

  static Quotient quotient(const Rational &value) { return {number(value), number(1)}; }
  static Quotient quotient(SumOfMonomials top) { return {std::move(top), number(1)}; }
  static std::optional<Rational> value(const SumOfMonomials &a); // if it is a number
  static std::optional<Rational> value(const Quotient &a);
  Quotient negative(const Quotient &a);
  Quotient sum(const Quotient &a, const Quotient &b, const Rational &factor = 1); // a + factor b
  Quotient times(const Quotient &a, const Quotient &b);
  Quotient inverse(const Quotient &a); // throws TooLarge for 0
  Quotient power(const Quotient &a, slong n);
  bool equal(const Quotient &a, const Quotient &b);

  // One and the same for equal arguments.
  int part(Op op, std::vector<Quotient> arguments = {}, slong integer = 0, const Rational &constant = 0,
           bool smooth = false);
  const Part &at(int part) const { return parts_[static_cast<std::size_t>(part)]; }
  static SumOfMonomials single(int part) { return {{Monomial{{part, 1}}, Rational(1)}}; }

  Quotient exponential(const Quotient &u);
  SumOfMonomials wave(const Quotient &u, int quarters = 0); // sin(u + quarters pi / 2)
  Quotient log_modulus(const Quotient &u);                  // log |u|; throws TooLarge for 0

  Factors factors(const SumOfMonomials &a) const; // of what is not 0; the rest begins with the coefficient 1
  static int leading_sign(const Quotient &a);
  bool plain(const SumOfMonomials &a) const; // a polynomial in coordinates and pi
  bool smooth(const SumOfMonomials &a) const;
  bool smooth(const Quotient &a) const; // its bottom has no zeros in the open cube

  // What is known of the sign: almost everywhere, or (`inside`) also at every point of the open cube.
  void note_sign(const Quotient &a, int sign, bool inside);
  std::optional<int> sign(const Quotient &a) const;

private:
  struct Known {
    int sign = 0;
    bool inside = false;
  };
  static SumOfMonomials number(const Rational &value);
  static SumOfMonomials monomial(Monomial powers) { return {{std::move(powers), Rational(1)}}; }
  void add(SumOfMonomials &to, const SumOfMonomials &a, const Rational &factor = 1);
  SumOfMonomials product(const SumOfMonomials &a, const SumOfMonomials &b);
  SumOfMonomials power(const SumOfMonomials &a, slong n);
  SumOfMonomials reduced(Monomial powers);
  SumOfMonomials polynomial(const Quotient &a) const; // with the bottom 1
  Quotient simplified(Quotient a);
  Quotient log_number(const Rational &value);
  Quotient log_polynomial(const SumOfMonomials &a);
  std::optional<int> sign(const SumOfMonomials &a) const;
  std::optional<int> content_sign(const Monomial &content) const;
  bool never_zero(const SumOfMonomials &a) const;

  std::deque<Part> parts_; // stay where they are
  std::map<SumOfMonomials, Known> signs_;
  std::size_t work_ = 0;
};

} // namespace checker
