#define BOOST_TEST_MODULE target_symbolic
#include <boost/test/unit_test.hpp>

#include "random_expression.hpp"

#include "function/expression_evaluator.hpp"
#include "function/expression_text.hpp"
#include "layercert/error.hpp"
#include "layercert/function/symbolic.hpp"
#include "layercert/numeric/rounding_scope.hpp"

#include <cmath>
#include <limits>
#include <numbers>
#include <random>

using namespace layercert;

namespace {

std::string text_of_text(const std::string &text, std::size_t dimension = 3) {
  return text_of(parse_expression(text, dimension));
}

// The function of a text and the one that was recorded are the same graph of operations.
template <std::size_t dimension, class Function> void agree(const Function &f, const std::string &text) {
  BOOST_TEST(text_of(record<dimension>(f)) == text_of_text(text, dimension));
}

} // namespace

BOOST_AUTO_TEST_CASE(operations_are_those_of_the_text) {
  agree<2>([](auto x, auto y) { return x + y * 2 - x / y; }, "x + y*2 - x/y");
  agree<2>([](auto x, auto y) { return -(x - y) - (y - x); }, "-(x - y) - (y - x)");
  agree<1>([](auto x) { return pow(x, 2) + pow(x, -3) + pow(x, 0.5) + pow(2, x); },
           "x^2 + x^(-3) + sqrt(x) + 2^x");
  agree<1>([](auto x) { return sqrt(exp(log(sin(cos(tan(x)))))); }, "sqrt(exp(log(sin(cos(tan(x))))))");
  agree<1>([](auto x) { return asin(acos(atan(sinh(cosh(tanh(x)))))); },
           "asin(acos(atan(sinh(cosh(tanh(x))))))");
  agree<1>([](auto x) { return abs(x) + fabs(x) + floor(x) + step(x) + sign(x); },
           "abs(x) + abs(x) + floor(x) + step(x) + sign(x)");
  agree<1>([](auto x) { return cantor(x) + takagi(x); }, "cantor(x) + takagi(x)");
  agree<2>([](auto x, auto y) { return min(x, y) + max(x, 0.25); }, "min(x, y) + max(x, 1/4)");
  agree<2>([](auto x, auto y) { return choose(x < y, x, choose(x >= 0.5, y, 1)); },
           "if(x < y, x, if(x >= 1/2, y, 1))");
  agree<2>([](auto x, auto y) { return (x <= y) + (x > y) * (x == y) - (x != y); },
           "(x <= y) + (x > y)*(x == y) - (x != y)");
  agree<3>([](auto, auto, auto z) { return z; }, "z");
  agree<1>([](auto x) { return Symbolic::pi() * x + Symbolic::e(); }, "pi*x + e");
  agree<1>(
      [](auto x) {
        x += 1;
        x *= x;
        x -= 3;
        return x /= 2;
      },
      "((x + 1)*(x + 1) - 3)/2");
}

BOOST_AUTO_TEST_CASE(constants_are_exact) {
  agree<1>([](auto) { return Symbolic::exactly("0.1"); }, "1/10");
  agree<1>([](auto) { return 0.1; }, "3602879701896397/36028797018963968");
  agree<1>([](auto) { return -3; }, "-3");
  agree<1>([](auto) { return std::numeric_limits<std::uint64_t>::max(); }, "18446744073709551615");
  agree<1>([](auto) { return std::numeric_limits<std::int64_t>::min(); }, "-9223372036854775808");
  agree<1>([](auto x) { return mpq_class(2, 6) * x; }, "1/3*x"); // in lowest terms or not
  BOOST_CHECK_THROW(static_cast<void>(Symbolic{std::numeric_limits<double>::infinity()}), InputError);
  BOOST_CHECK_THROW(static_cast<void>(Symbolic{std::numeric_limits<double>::quiet_NaN()}), InputError);
  BOOST_CHECK_THROW(Symbolic::exactly("one"), InputError);
  static_assert(!std::is_convertible_v<Symbolic, bool> && !std::is_constructible_v<bool, Symbolic>);
}

// What the function means for doubles is in the enclosure of what was recorded.
BOOST_AUTO_TEST_CASE(a_template_has_its_values_for_doubles_in_the_enclosure) {
  const auto f = [](auto x, auto y) {
    using std::abs, std::sin, std::exp;
    auto sum = 0 * x;
    for (int k = 1; k <= 5; ++k) {
      sum += sin(k * x) * exp(-k * y) / k;
    }
    return choose(x + y < 1, sum, abs(x - y));
  };
  const Expression recorded = record<2>(f);
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> coordinate(0, 1);
  for (int i = 0; i < 1000; ++i) {
    const double x = coordinate(random);
    const double y = coordinate(random);
    const double value = f(x, y);
    const UpwardScope upward;
    ExpressionEvaluator evaluator(recorded, 2);
    const Range range = evaluator.range(std::vector<Interval>{Interval(x), Interval(y)});
    BOOST_REQUIRE(!range.undefined);
    BOOST_TEST(range.value.lower() <= value + 1e-12, x << " " << y);
    BOOST_TEST(value - 1e-12 <= range.value.upper(), x << " " << y);
  }
}

// Reading what was written gives the same graph: nothing is lost, nothing regrouped.
BOOST_AUTO_TEST_CASE(texts_are_read_as_they_were_written) {
  BOOST_TEST(text_of_text("x-(y-z)-z") == "x0 - (x1 - x2) - x2");
  BOOST_TEST(text_of_text("x/(y*z)*y") == "x0/(x1*x2)*x1");
  BOOST_TEST(text_of_text("-x^2") == "-x0^2");
  BOOST_TEST(text_of_text("(-x)^2") == "(-x0)^2");
  BOOST_TEST(text_of_text("x^y^z") == "x0^x1^x2");
  BOOST_TEST(text_of_text("(x^y)^z") == "(x0^x1)^x2");
  BOOST_TEST(text_of_text("x^(-1/3)") == "x0^(-1/3)");
  BOOST_TEST(text_of_text("x*(1/3)") == "x0*(1/3)");
  BOOST_TEST(text_of_text("1/3*x") == "1/3*x0");
  BOOST_TEST(text_of_text("(x<y)*2") == "(x0 < x1)*2");
  BOOST_TEST(text_of_text("min(x,y,z)") == "min(min(x0, x1), x2)");
  BOOST_TEST(text_of_text("weierstrass(x,0.5,3)") == "weierstrass(x0, 1/2, 3)");
  test::RandomExpression random(11);
  for (int i = 0; i < 3000; ++i) {
    const Expression expression = parse_expression(random.text(3, 5), 3);
    const std::string text = text_of(expression);
    const Expression again = parse_expression(text, 3);
    BOOST_TEST(text_of(again) == text);
    BOOST_REQUIRE(again.nodes().size() == expression.nodes().size());
    const std::vector<double> point{random.unit(), random.unit(), random.unit()};
    const double value = ExpressionEvaluator(expression, 3).sample(point);
    const double value_again = ExpressionEvaluator(again, 3).sample(point);
    BOOST_TEST((value == value_again || (std::isnan(value) && std::isnan(value_again))), text);
  }
}

BOOST_AUTO_TEST_CASE(long_sums) {
  const auto sum_of = [](int terms) {
    return [=](auto x) {
      auto sum = x;
      for (int k = 1; k < terms; ++k) {
        sum += x * k;
      }
      return sum;
    };
  };
  const Expression sum = record<1>(sum_of(5000));
  BOOST_TEST(parse_expression(text_of(sum), 1).nodes().size() == sum.nodes().size());
  BOOST_CHECK_THROW(record<1>(sum_of(200000)), InputError);
}

BOOST_AUTO_TEST_CASE(texts_have_an_end) {
  // Doubled forty times: short as a graph, without end as a text.
  const Expression doubled = record<1>([](auto x) {
    for (int i = 0; i < 40; ++i) {
      x = sin(x) + cos(x);
    }
    return x;
  });
  BOOST_CHECK_THROW(text_of(doubled), InputError);
  const Expression nested = record<1>([](auto x) {
    for (int i = 0; i < 600; ++i) {
      x = sin(x);
    }
    return x;
  });
  BOOST_CHECK_THROW(text_of(nested), InputError);
}
