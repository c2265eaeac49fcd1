// Sums of products of parts, with rational coefficients, as normal forms of real and complex functions on the
// open cube.
//
// A part (Atom) is a coordinate, pi, or a function that is not taken apart. Sines, cosines and powers become
// exponentials:
// sin u = (e^(iu) - e^(-iu)) / 2i, u^c = e^(c log u), so that their identities are those of sums of
// exponents. Every rule is an identity at each point where all parts have values and no divisor is 0 (Lemma
// 33 of proofs/lemmas.md).
#pragma once

#include "layercert/function/expression.hpp"

#include <gmpxx.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace layercert::normal {

// Thrown where forms become larger than is worth it.
struct TooLarge {};

using Atom = std::int32_t;

// exp(2 pi i turn) exp(L) times powers of atoms.
struct Monomial {
  mpq_class turn;                      // in [0, 1)
  std::int32_t exponential = 0;        // the number of L (Algebra::exponent); 0 is L = 0
  std::map<Atom, std::int32_t> powers; // none of them 0

  friend bool operator<(const Monomial &a, const Monomial &b);
  friend bool operator==(const Monomial &a, const Monomial &b);
};

using Sum = std::map<Monomial, mpq_class>; // coefficients not 0; empty: 0

struct Part {
  Op op = Op::Constant; // Divide: the argument itself, as a divisor; Log: the logarithm of the modulus
  std::vector<Sum> arguments;
  std::int32_t integer = 0;
  mpq_class constant;
  bool varies = false;   // with the coordinates
  bool analytic = false; // surely, on the whole open cube
};

// top / (the product of the powers of the atoms in `bottom`), without divisors in the top.
struct Fraction {
  Sum top;
  std::map<Atom, std::int32_t> bottom; // powers above 0
};

// factor * (powers of atoms) * rest, where `rest` starts with coefficient 1 and has no atom in all its terms.
struct Split {
  mpq_class factor;
  std::map<Atom, std::int32_t> content;
  Sum rest;
};

// Atoms and exponents by number. Of all functions the arguments are sums of the same algebra.
class Algebra {
public:
  Algebra();

  static Sum number(const mpq_class &value);
  static std::optional<mpq_class> number_of(const Sum &a); // if it is rational
  Sum variable(int j);
  Sum pi();
  Sum imaginary() { return root_of_unity(mpq_class(1, 4)); }
  Sum single(Atom atom, std::int32_t power = 1) const;

  void add(Sum &to, const Sum &a, const mpq_class &factor = 1);
  Sum sum(Sum a, const Sum &b, const mpq_class &factor = 1); // a + factor b
  Sum scaled(const Sum &a, const mpq_class &factor);
  Sum product(const Sum &a, const Sum &b);
  Sum power(const Sum &a, std::int32_t n); // Requires for n < 0: not is_zero(a)
  Sum inverse(const Sum &a);               // Requires: not is_zero(a)
  Sum exponential(const Sum &L);
  Sum root_of_unity(mpq_class turn); // exp(2 pi i turn)
  Sum conjugate(const Sum &a);       // parts are real
  Sum log_modulus(const Sum &a);     // log |a|. Requires: not is_zero(a)

  // The atom of this operation; one and the same for arguments whose difference is_zero().
  Atom atom(Op op, std::vector<Sum> arguments, std::int32_t integer = 0, const mpq_class &constant = 0,
            bool analytic = false);
  const Part &part(Atom atom) const { return parts_[static_cast<std::size_t>(atom)]; }
  const Sum &exponent(std::int32_t number) const { return exponents_[static_cast<std::size_t>(number)]; }

  Fraction cleared(const Sum &a);
  Sum expanded(const std::map<Atom, std::int32_t> &powers);
  Split split(const Sum &a) const; // Requires: a is not empty
  // True only if a is 0 wherever its parts have values and its divisors are not 0.
  bool is_zero(const Sum &a);
  Sum simplified(Sum a); // a number where it is c times its divisors

  bool varies(const Sum &a) const;
  bool analytic(const Sum &a) const;   // on the open cube, divisors included
  bool polynomial(const Sum &a) const; // in coordinates and pi

  // What is known of signs almost everywhere, and (strict) at every point of the open cube; of multiples too.
  void note_sign(const Sum &a, int sign, bool strict);
  std::optional<int> sign(const Sum &a) const;

  void work(std::size_t amount);

private:
  struct Known {
    int sign;
    bool strict;
  };
  std::optional<int> sign(Atom atom) const;
  std::optional<int> content_sign(const std::map<Atom, std::int32_t> &content) const;
  const Known *known(const Sum &rest) const;
  Sum product(const Monomial &a, const Monomial &b);
  Sum reduced(std::map<Atom, std::int32_t> powers);
  Sum modulus_power(Atom logarithm, std::int32_t n);
  Sum without_square_roots(const Sum &a);
  Sum log_number(mpz_class value);
  Sum log_modulus_of(Atom atom);
  std::int32_t number_of_exponent(Sum L);
  bool is_rewritten(Atom atom, std::int32_t power) const;

  std::deque<Part> parts_; // stay where they are
  std::deque<Sum> exponents_;
  std::map<Sum, std::int32_t> exponent_numbers_;
  std::map<Sum, Known> signs_; // of the `rest` of a split
  std::map<mpq_class, Sum> roots_;
  std::size_t work_ = 0;
};

} // namespace layercert::normal
