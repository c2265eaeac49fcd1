// Polynomials with exact rational coefficients, and the expressions that are such.
#pragma once

#include "layercert/function/expression.hpp"

#include <gmpxx.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace layercert {

class Polynomial {
public:
  using Exponents = std::vector<std::uint8_t>; // of every variable
  using Terms = std::map<Exponents, mpq_class>;

  // The constant. Requires: 0 <= variables.
  Polynomial(std::size_t variables, const mpq_class &constant);
  static Polynomial variable(std::size_t variables, std::size_t j);

  std::size_t variables() const noexcept { return variables_; }
  const Terms &terms() const noexcept { return terms_; } // coefficients not 0
  int degree() const;                                    // the highest exponent of any one variable

  // All for polynomials in the same variables.
  Polynomial &operator+=(const Polynomial &other);
  Polynomial &operator*=(const mpq_class &factor);
  friend Polynomial operator-(const Polynomial &a, const Polynomial &b);

private:
  friend std::optional<Polynomial> product(const Polynomial &a, const Polynomial &b);
  void add(const Exponents &exponents, const mpq_class &coefficient);

  std::size_t variables_;
  Terms terms_;
};

// Nothing where that has too many terms, or too high a degree, to be worth it.
std::optional<Polynomial> product(const Polynomial &a, const Polynomial &b);
// Requires: exponent >= 0.
std::optional<Polynomial> power(const Polynomial &a, std::int32_t exponent);

// f with coordinates[j] for x_j: sums, products and whole powers of the coordinates and of exact numbers.
// Nothing for any other expression, and where product() gives nothing. Requires: at least one coordinate, all
// in the same variables.
std::optional<Polynomial> substituted(const Expression &f, std::span<const Polynomial> coordinates);

} // namespace layercert
