#define BOOST_TEST_MODULE check_normal_form
#include <boost/test/unit_test.hpp>

#include "common/constant_cases.hpp"
#include "normal_form.hpp"

#include <chrono>

using checker::Expression;

namespace {

bool constant(const std::string &f, const std::string &value, std::size_t dimension = 2) {
  const auto begin = std::chrono::steady_clock::now();
  const Expression expression = Expression::parse(f, dimension);
  const Expression closed = Expression::parse(value, 0);
  const bool result = checker::is_constant(expression, dimension, closed);
  BOOST_TEST(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() < 10);
  return result;
}

} // namespace

BOOST_AUTO_TEST_CASE(closed_expressions) {
  const std::pair<const char *, const char *> equal[] = {{"1/3", "1/3"},
                                                         {"1/3", "2/6"},
                                                         {"0.1", "1/10"},
                                                         {"pi/7 + exp(1)", "exp(1) + (1/7)*pi"},
                                                         {"pi/7 + e", "exp(1) + (1/7)*pi"},
                                                         {"sqrt(2)", "2^(1/2)"},
                                                         {"sqrt(2)^3", "2*sqrt(2)"},
                                                         {"sqrt(4) + 8^(2/3)", "6"},
                                                         {"log(2)*log(3)", "log(3)*log(2)"},
                                                         {"max(1/3, 1/4)", "1/3"},
                                                         {"floor(7/2) + step(-1) + sign(-2)", "2"},
                                                         {"if(1 < 2, pi, log(-1))", "pi"},
                                                         {"(1 + pi)^3", "1 + 3*pi + 3*pi^2 + pi^3"},
                                                         {"1/(1 + pi) + pi/(1 + pi)", "1"},
                                                         {"sum(k, 1, 10, k)", "55"}};
  for (const auto &[f, value] : equal) {
    BOOST_TEST(constant(f, value), f << " = " << value);
  }
  const std::pair<const char *, const char *> other[] = {{"1/3", "0.3333333333333333333333333333"},
                                                         {"pi", "355/113"},
                                                         {"sin(1)", "cos(1)"},
                                                         {"sqrt(2)", "sqrt(3)"},
                                                         {"max(pi, 3)", "3"},
                                                         {"min(1/3, 1/4)", "1/3"},
                                                         {"if(1 > 2, pi, 3)", "pi"},
                                                         {"2^(1/3)", "2^(1/2)"},
                                                         {"exp(1)", "exp(-1)"},
                                                         {"sin(1)", "sin(-1)"},
                                                         {"sinh(1)^2", "1 + cosh(1)^2"},
                                                         {"floor(-1/2)", "0"}};
  for (const auto &[f, value] : other) {
    BOOST_TEST(!constant(f, value), f << " = " << value);
  }
}

BOOST_AUTO_TEST_CASE(identities) {
  const std::pair<const char *, const char *> equal[] = {
      {"sin(x)^2 + cos(x)^2", "1"},
      {"sin(x*y)^4 + 2*sin(x*y)^2*cos(x*y)^2 + cos(x*y)^4", "1"},
      {"sin(x - y)^2 + cos(y - x)^2", "1"},
      {"x - x + 1/3", "1/3"},
      {"(x + 1)^2 - x^2 - 2*x", "1"},
      {"(x + y)^3 - x^3 - 3*x^2*y - 3*x*y^2 - y^3 + pi", "pi"},
      {"cosh(x)^2 - sinh(x)^2", "1"},
      {"tan(x)*cos(x) - sin(x) + 2", "2"},
      {"tanh(x)*cosh(x) - sinh(x)", "0"},
      {"1/(1 + x^2) + x^2/(1 + x^2)", "1"},
      {"exp(x)*exp(-x)", "1"},
      {"abs(x - 1/2)^2 - (x - 1/2)^2", "0"},
      {"abs(x - y) - abs(y - x)", "0"},
      {"sin(x) + sin(-x)", "0"},
      {"sqrt(x)*sqrt(x) - x + 5", "5"},
      {"max(x, y) - max(x, y)", "0"},
      {"min(x, x) - x", "0"},
      {"if(x < 1/2, 1/3, 2/6)", "1/3"},
      {"0*floor(5*x)", "0"},
      {"x/x", "1"},                         // but at 0
      {"(x^2 - 1)/(x - 1) - x", "1"},       // but at 1
      {"(x^2 - y^2)/(x + y) + y - x", "0"}, // but at 0
      {"log(x) - log(x)", "0"}};            // but at 0
  for (const auto &[f, value] : equal) {
    BOOST_TEST(constant(f, value), f << " = " << value);
  }
}

// Those that the producer is tested with.
BOOST_AUTO_TEST_CASE(common_cases) {
  for (const auto &[f, value] : kConstants) {
    BOOST_TEST(constant(f, value), f << " = " << value);
  }
  for (const char *f : kNoConstants) {
    for (const char *value : {"0", "1", "3", "1/3", "-1/2", "-1", "7", "1/4"}) {
      BOOST_TEST(!constant(f, value), f << " = " << value);
    }
  }
}

// What has no value on a part of the cube, or may have none, and what is no constant.
BOOST_AUTO_TEST_CASE(what_is_no_constant) {
  const std::pair<const char *, const char *> other[] = {
      {"0*log(x - 2)", "0"},
      {"log(x - 2) - log(x - 2)", "0"},
      {"sqrt(x - 2)^2 - x", "-2"},
      {"sqrt(x - 1/2)^2 - x", "-1/2"},
      {"floor(x/2)/floor(x/2)", "1"},
      {"step(x - 1/2)/step(x - 1/2)", "1"},
      {"(x - x)/(x - x)", "1"},
      {"1/(x - x) - 1/(x - x)", "0"},
      {"0/(x - x)", "0"},
      {"asin(x + 2) - asin(x + 2)", "0"},
      {"asin(2*x) - asin(2*x)", "0"},
      {"0*x^(-1/2)*(x - 1/2)^(-1/2)", "0"},
      {"1/(exp(log(2)) - 2)*0", "0"},
      {"sin(x)^2 + cos(y)^2", "1"},
      {"sin(x)^2 - cos(x)^2", "1"},
      {"x", "1/2"},
      {"abs(x) + x", "0"},
      {"cos(x) + cos(-x)", "0"},
      {"exp(x) + exp(-x)", "2"},
      {"sin(2*x)", "0"},
      {"max(x, y) - min(x, y)", "0"},
      {"if(x < 1/2, 1/3, 1/4)", "1/3"},
      {"weierstrass(x, 1/2, 3) - weierstrass(x, 1/2, 5)", "0"},
      {"weierstrass(x, 1/2, 3) - weierstrass(x, 1/3, 3)", "0"},
      {"cantor(x) - takagi(x)", "0"},
      {"x^(1/3) - x^(1/2)", "0"}};
  for (const auto &[f, value] : other) {
    BOOST_TEST(!constant(f, value), f << " = " << value);
  }
}

BOOST_AUTO_TEST_CASE(large_expressions_are_given_up) {
  BOOST_TEST(!constant("(x + y + 1)^4000 - (x + y + 1)^4000", "0"));
  BOOST_TEST(!constant("sum(k, 1, 4000, sin(k*x)) - sum(k, 1, 4000, sin(k*x))", "0"));
  BOOST_TEST(!constant("sum(k, 1, 4000, x^k)*sum(k, 1, 4000, x^k)", "0"));
  BOOST_TEST(!constant("((((2^2000)*x + 1)^100 + 1)^100 + 1)^100*0", "0"));
}
