#define BOOST_TEST_MODULE polynomial
#include <boost/test/unit_test.hpp>

#include "function/polynomial.hpp"

#include <random>

using namespace layercert;

namespace {

std::vector<Polynomial> coordinates(std::size_t d) {
  std::vector<Polynomial> result;
  for (std::size_t j = 0; j < d; ++j) {
    result.push_back(Polynomial::variable(d, j));
  }
  return result;
}

std::optional<Polynomial> polynomial_of(const char *text, std::size_t d) {
  return substituted(parse_expression(text, d), coordinates(d));
}

mpq_class value(const Polynomial &f, const std::vector<mpq_class> &x) {
  mpq_class sum = 0;
  for (const auto &[exponents, coefficient] : f.terms()) {
    mpq_class term = coefficient;
    for (std::size_t j = 0; j < x.size(); ++j) {
      for (int i = 0; i < exponents[j]; ++i) {
        term *= x[j];
      }
    }
    sum += term;
  }
  return sum;
}

} // namespace

BOOST_AUTO_TEST_CASE(expressions_are_expanded_exactly) {
  const std::optional<Polynomial> f = polynomial_of("(x - y/3)^3 - 0.1*(2 - x)*y + 7/2", 2);
  BOOST_TEST_REQUIRE(f.has_value());
  std::mt19937_64 random(5);
  for (int i = 0; i < 20; ++i) {
    const mpq_class x(static_cast<long>(random() % 100) - 50, 7);
    const mpq_class y(static_cast<long>(random() % 100) - 50, 9);
    mpq_class a = x - y / 3;
    const mpq_class expected = a * a * a - mpq_class(1, 10) * (2 - x) * y + mpq_class(7, 2);
    BOOST_TEST(value(*f, {x, y}) == expected);
  }
  BOOST_TEST(f->degree() == 3);
}

BOOST_AUTO_TEST_CASE(what_cancels_is_gone) {
  const std::optional<Polynomial> f = polynomial_of("(x + y)^2 - x^2 - 2*x*y - y^2", 2);
  BOOST_TEST_REQUIRE(f.has_value());
  BOOST_TEST(f->terms().empty());
  BOOST_TEST(f->degree() == 0);
}

BOOST_AUTO_TEST_CASE(nothing_else_is_a_polynomial) {
  for (const char *text :
       {"sin(x)", "1/x", "x^(1/2)", "x^(-1)", "abs(x)", "pi*x", "max(x, y)", "x/(y - y)", "step(x)"}) {
    BOOST_TEST(!polynomial_of(text, 2).has_value(), text);
  }
  BOOST_TEST(polynomial_of("x/(3 - 1/2)", 2).has_value());
}

// Given up rather than endless.
BOOST_AUTO_TEST_CASE(what_is_too_large_is_left) {
  for (const char *text : {"x^41", "((x^8)^8)^8", "(x0+x1+x2+x3+x4+x5+x6+x7+x8+x9+1)^20", "x^1000000000"}) {
    BOOST_TEST(!polynomial_of(text, 10).has_value(), text);
  }
  BOOST_TEST(polynomial_of("2^1000*x", 1).has_value());
}
