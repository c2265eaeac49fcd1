#define BOOST_TEST_MODULE derivative
#include <boost/test/unit_test.hpp>

#include "common/bound_scope.hpp"
#include "function/derivative.hpp"
#include "function/expression_evaluator.hpp"
#include "numeric/elementary.hpp"
#include "random_expression.hpp"

#include <cmath>

using namespace layercert;
using namespace layercert::test;

// At points where f has a bounded gradient, its enclosure and that of D_h f hold a common number: both are
// derivatives by other rules.
BOOST_AUTO_TEST_CASE(agrees_with_the_gradient) {
  const BoundScope scope;
  RandomExpression random(5);
  int compared = 0;
  for (int i = 0; i < 3000; ++i) {
    const std::size_t d = 1 + i % 3;
    const std::string text = random.text(d, 3);
    const Expression f = parse_expression(text, d);
    std::vector<double> h(d);
    std::vector<Interval> point(d);
    for (std::size_t j = 0; j < h.size(); ++j) {
      h[j] = j == 1 ? 0 : static_cast<double>(random.below(64)) / 16 - 2;
      point[j] = Interval((static_cast<double>(random.below(1 << 20)) + 0.37) * 0x1p-20);
    }
    const std::optional<Expression> derivative = directional_derivative(f, h);
    if (!derivative) {
      BOOST_REQUIRE(text.find("cantor") != std::string::npos || text.find("takagi") != std::string::npos ||
                    text.find("weierstrass") != std::string::npos);
      continue;
    }
    std::vector<Interval> gradient(h.size());
    const Range value = ExpressionEvaluator(f, d).range_and_gradient(point, gradient);
    const Range slope = ExpressionEvaluator(*derivative, d).range(point);
    Interval expected(0.0);
    for (std::size_t j = 0; j < h.size(); ++j) {
      expected += gradient[j] * Interval(h[j]);
    }
    if (value.undefined || slope.undefined || !bounded(expected) || has_nan(slope.value)) {
      continue;
    }
    ++compared;
    BOOST_TEST_CONTEXT(text << ": gradient gives [" << expected.lower() << ", " << expected.upper()
                            << "], the derivative [" << slope.value.lower() << ", " << slope.value.upper()
                            << ']') {
      BOOST_REQUIRE(slope.value.lower() <= expected.upper() && expected.lower() <= slope.value.upper());
    }
  }
  BOOST_TEST(compared > 1000);
}

BOOST_AUTO_TEST_CASE(second_derivatives_by_closed_forms) {
  const BoundScope scope;
  struct Case {
    const char *text;
    double (*second)(double);
  };
  const Case cases[] = {{"sin(3*x0)", [](double x) { return -9 * std::sin(3 * x); }},
                        {"x0^4", [](double x) { return 12 * x * x; }},
                        {"exp(-x0^2)", [](double x) { return (4 * x * x - 2) * std::exp(-x * x); }},
                        {"1/(1 + x0)", [](double x) { return 2 / std::pow(1 + x, 3); }},
                        {"abs(x0 - 2)*x0", [](double) { return -2.0; }},
                        {"sqrt(1 + x0)", [](double x) { return -0.25 * std::pow(1 + x, -1.5); }},
                        {"log(1 + x0)", [](double x) { return -1 / ((1 + x) * (1 + x)); }},
                        {"atan(x0)", [](double x) { return -2 * x / ((1 + x * x) * (1 + x * x)); }},
                        {"tanh(x0)", [](double x) { return -2 * std::tanh(x) / std::pow(std::cosh(x), 2); }},
                        {"(1 + x0)^2.5", [](double x) { return 3.75 * std::sqrt(1 + x); }}};
  const std::vector<double> axis{1.0};
  for (const Case &known : cases) {
    const Expression first = *directional_derivative(parse_expression(known.text, 1), axis);
    for (const double x : {0.0, 0.25, 0.7, 1.0}) {
      std::vector<Interval> gradient(1);
      const std::vector<Interval> point{Interval(x)};
      const Range slope = ExpressionEvaluator(first, 1).range_and_gradient(point, gradient);
      BOOST_TEST_CONTEXT(known.text << " at " << x << ": [" << gradient[0].lower() << ", "
                                    << gradient[0].upper() << ']') {
        BOOST_TEST(!slope.undefined);
        BOOST_TEST(gradient[0].lower() <= known.second(x) + 1e-12);
        BOOST_TEST(gradient[0].upper() >= known.second(x) - 1e-12);
        BOOST_TEST(gradient[0].upper() - gradient[0].lower() < 1e-12);
      }
    }
  }
}

// Kinks: the jump of the slope is no slope.
BOOST_AUTO_TEST_CASE(kinks_have_no_second_derivative) {
  const BoundScope scope;
  const std::vector<double> axis{1.0};
  for (const char *text : {"abs(x0 - 1/2)", "max(x0, 1 - x0)", "min(x0, 1/2)", "if(x0 < 1/2, x0, 1 - x0)"}) {
    const Expression slope = *directional_derivative(parse_expression(text, 1), axis);
    std::vector<Interval> gradient(1);
    const std::vector<Interval> around{Interval(0.25, 0.75)};
    ExpressionEvaluator(slope, 1).range_and_gradient(around, gradient);
    BOOST_TEST(!bounded(gradient[0]));
  }
}
