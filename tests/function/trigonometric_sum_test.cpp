#define BOOST_TEST_MODULE trigonometric_sum
#include <boost/test/unit_test.hpp>

#include "common/bound_scope.hpp"
#include "function/expression_evaluator.hpp"
#include "function/trigonometric_sum.hpp"
#include "layercert/function/sample_table.hpp"
#include "numeric/elementary.hpp"

#include <random>

using namespace layercert;

namespace {

Interval value(const TrigonometricSum &f, double x) {
  Interval sum = f.constant + Interval(-f.rest_upper, f.rest_upper);
  for (const TrigonometricSum::Wave &wave : f.waves) {
    sum += wave.amplitude * cos_range(wave.frequency * Interval(x) + wave.phase);
  }
  return sum;
}

} // namespace

BOOST_AUTO_TEST_CASE(sums_have_the_values_of_their_expressions) {
  const test::BoundScope scope;
  std::mt19937_64 random(4);
  for (const char *text : {"sin(2*pi*x)", "3 - cos(x/7 + 1)/2 + 2*sin(5*(x - 1/3))", "weierstrass(x, 1/2, 3)",
                           "sin(1)*cos(e*x) - pi", "-weierstrass(1/3 - x/2, 1/4, 2)/3 + cos(0*x)",
                           "sum(n, 0, 12, 2^-n*cos(2^n*pi*x))", "x - x + sin(x)"}) {
    const Expression f = parse_expression(text, 1);
    const std::optional<TrigonometricSum> sum = trigonometric_sum(f, 1e-6);
    BOOST_TEST_REQUIRE(sum.has_value(), text);
    BOOST_TEST(sum->rest_upper <= 1e-6);
    ExpressionEvaluator evaluator(f, 1);
    for (int i = 0; i < 50; ++i) {
      const double x = static_cast<double>(random() >> 11) * 0x1p-53;
      const Interval point(x);
      const Interval expected = evaluator.range(std::span(&point, 1)).value;
      const Interval found = value(*sum, x);
      BOOST_TEST(found.lower() <= expected.upper(), text << " at " << x);
      BOOST_TEST(found.upper() >= expected.lower(), text << " at " << x);
      BOOST_TEST(found.upper() - found.lower() <= 1e-5);
    }
  }
}

BOOST_AUTO_TEST_CASE(other_expressions_are_none) {
  const test::BoundScope scope;
  for (const char *text :
       {"x", "x + sin(x)", "sin(x)^2", "sin(x)*cos(x)", "sin(x^2)", "exp(x)", "1/sin(1 + x)",
        "sin(x)/(x - x)", "takagi(x)", "sin(sin(x))", "weierstrass(x, 99/100, 2)"}) {
    BOOST_TEST(!trigonometric_sum(parse_expression(text, 1), 1e-6).has_value(), text);
  }
  const auto table = std::make_shared<const SampleTable>(SampleTable{1, {2}, {0, 1}, 1, {}, {}, 0, {}});
  BOOST_TEST(!trigonometric_sum(Expression::of_table(table), 1e-6).has_value());
}
