#define BOOST_TEST_MODULE equal_forms
#include <boost/test/unit_test.hpp>

#include "function/equal_forms.hpp"
#include "function/expression_evaluator.hpp"
#include "function/expression_text.hpp"
#include "layercert/numeric/rounding_scope.hpp"

#include <random>

using namespace layercert;

// At random points, to 200 bits: both forms have the same value, or none.
BOOST_AUTO_TEST_CASE(other_forms_are_the_same_function) {
  prepare_mpfr_thread();
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> unit(0, 1);
  for (const char *text : {"sin(x)-sin(x+1/10^6)",
                           "sin(x+1/10^6)-sin(x)",
                           "cos(x)-cos(x+1/10^6)",
                           "exp(x)-exp(x+1/10^7)",
                           "sinh(2*x-y)-sinh(2*x-y-1/100)",
                           "cosh(x*y)-cosh(x*y+1/99)",
                           "-sin(x)+sin(x+1/100)",
                           "sin(x)+(-sin(x+1/100))",
                           "exp(log(x))-exp(log(x)+1/1000)",
                           "sin(3*x/2+y)-sin(y+x*1.5-1/200)",
                           "sin(x)-sin(x+1)",
                           "sin(x)-cos(x)",
                           "sin(x)-sin(y)",
                           "x != x",
                           "x == x",
                           "x < x",
                           "x <= x",
                           "x >= x",
                           "sin(x*y)==sin(x*y)",
                           "1/x==1/x",
                           "sqrt(x-1/2)<=sqrt(x-1/2)",
                           "if(x==x, y, x)",
                           "(x == x) == (y == y)",
                           "tanh(x)-tanh(x+1/10^6)",
                           "atan(9*x-4)-atan(9*x-4-1/70)",
                           "atan(x)-atan(x+1/64)",
                           "sqrt(x)-sqrt(x+1/100)",
                           "sqrt(x-1/2)-sqrt(x-1/2-1/100)",
                           "sqrt(x+1/100)-sqrt(x)",
                           "log(x)-log(x+1/100)",
                           "sqrt(0*x)-sqrt(0*x+1/100)",
                           "tanh(x*y)-tanh(y*x-1/100)",
                           "sin(x+y)-sin(y+x)",
                           "exp(x)-exp(x)"}) {
    const Expression f = parse_expression(text, 2);
    for (const Expression &g : {with_decided_comparisons(f), with_differences_as_products(f),
                                with_differences_as_products(with_decided_comparisons(f))}) {
      ExpressionEvaluator of_f(f, 2);
      ExpressionEvaluator of_g(g, 2);
      for (int i = 0; i < 40; ++i) {
        const UpwardScope upward;
        const std::vector<MpfrInterval> point{mpfr_enclosure(i == 0 ? 0.0 : unit(random), 200),
                                              mpfr_enclosure(unit(random), 200)};
        const MpfrRange a = of_f.range(point, 200);
        const MpfrRange b = of_g.range(point, 200);
        BOOST_TEST_CONTEXT(text << " and " << text_of(g)) {
          BOOST_CHECK_EQUAL(a.undefined, b.undefined);
          if (!a.undefined && !b.undefined) {
            BOOST_CHECK(a.value.lower() <= b.value.upper() && b.value.lower() <= a.value.upper());
          }
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_rewritten) {
  const auto decided = [](const char *text) {
    return text_of(with_decided_comparisons(parse_expression(text, 2)));
  };
  BOOST_CHECK_EQUAL(decided("x != x"), "0");
  BOOST_CHECK_EQUAL(decided("x == x"), "1");
  BOOST_CHECK_EQUAL(decided("x+y > x+y"), "0");
  BOOST_CHECK_EQUAL(decided("(x == x) != (y == y)"), "0");
  BOOST_CHECK_EQUAL(decided("1/x == 1/x"), "1/x0 == 1/x0"); // no value at 0
  BOOST_CHECK_EQUAL(decided("x == y"), "x0 == x1");
  // The intervals of a product are narrow where those of a difference are not.
  const Expression f = parse_expression("sin(x)-sin(x+1/10^6)", 1);
  const UpwardScope upward;
  const std::vector<Interval> box{{0.25, 0.5}};
  const Interval wide = ExpressionEvaluator(f, 1).range(box).value;
  const Expression product = with_differences_as_products(f);
  const Interval narrow = ExpressionEvaluator(product, 1).range(box).value;
  BOOST_CHECK_GT(wide.upper() - wide.lower(), 0.1);
  BOOST_CHECK_LT(narrow.upper() - narrow.lower(), 1e-6);
}
