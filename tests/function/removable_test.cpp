// Quotients with a common zero: their extension lies in the bounds, which get narrow with the box; nothing is
// extended that has no limit, or no value on a set of positive measure.
#define BOOST_TEST_MODULE removable
#include <boost/test/unit_test.hpp>

#include "common/bound_scope.hpp"
#include "function/batch_evaluator.hpp"
#include "function/expression_evaluator.hpp"
#include "function/null_levels.hpp"
#include "layercert/function/expression.hpp"

#include <cmath>

using namespace layercert;
using layercert::test::BoundScope;

namespace {

struct Bounds {
  Range value;
  Interval slope; // by x
};

Bounds over(const std::string &text, const std::vector<Interval> &box) {
  const Expression f = parse_expression(text, static_cast<int>(box.size()));
  ExpressionEvaluator evaluator(f, static_cast<int>(box.size()));
  std::vector<Interval> gradient(box.size());
  const Range value = evaluator.range_and_gradient(box, gradient);
  return {value, gradient[0]};
}

void holds(const Interval &bounds, double value, double slack) {
  BOOST_TEST(bounds.lower() <= value + 1e-15);
  BOOST_TEST(bounds.upper() >= value - 1e-15);
  BOOST_TEST(bounds.lower() >= value - slack);
  BOOST_TEST(bounds.upper() <= value + slack);
}

} // namespace

// Values and slopes at the zero are limits in closed form.
BOOST_AUTO_TEST_CASE(limits_are_enclosed) {
  const BoundScope scope;
  struct Known {
    const char *text;
    double place, value, slope;
  };
  for (const Known &k :
       {Known{"sin(x)/x", 0, 1, 0}, Known{"(exp(x)-1)/x", 0, 1, 0.5}, Known{"(1-cos(x))/x^2", 0, 0.5, 0},
        Known{"x/tan(x)", 0, 1, 0}, Known{"log(x)/(x-1)", 1, 1, -0.5}, Known{"sinh(3*x)/x", 0, 3, 0},
        Known{"(x-sin(x))/x^3", 0, 1.0 / 6, 0}, Known{"(x^2-1/4)/(x-1/2)", 0.5, 1, 1},
        Known{"sin(x)^2/(1-cos(x))", 0, 2, 0}, Known{"atan(2*x)/(exp(x)-1)", 0, 2, -1},
        Known{"(sqrt(1+x)-1)/x", 0, 0.5, -0.125}, Known{"x/x", 0, 1, 0}}) {
    BOOST_TEST_CONTEXT(k.text) {
      for (const double width : {0x1p-6, 0x1p-12, 0x1p-24}) {
        const Bounds b = over(k.text, {Interval(k.place - width, k.place + width)});
        BOOST_TEST(!b.value.undefined);
        holds(b.value.value, k.value, 3 * width);
        holds(b.slope, k.slope, 40 * width);
      }
      const Bounds point = over(k.text, {Interval(k.place)});
      BOOST_TEST(!point.value.undefined);
      holds(point.value.value, k.value, 1e-14);
    }
  }
}

// Near the zero, but not at it: (1 - cos x)/x^2 = 1/2 - x^2/24 + x^4/720 - .., without the digits that 1 -
// cos x loses.
BOOST_AUTO_TEST_CASE(digits_are_kept_near_the_zero) {
  const BoundScope scope;
  for (const double x : {0x1p-7, 0x1p-15, 0x1p-26}) {
    const double value = 0.5 - x * x / 24 + x * x * x * x / 720;
    holds(over("(1-cos(x))/x^2", {Interval(x)}).value.value, value, 1e-13);
  }
}

// Where the remainder of the expansion counts.
BOOST_AUTO_TEST_CASE(remainders_are_there) {
  const BoundScope scope;
  for (const double x : {0.125, 0.09375, -0.125}) {
    holds(over("(exp(x)-1)/x", {Interval(x)}).value.value, std::expm1(x) / x, 1e-12);
    holds(over("sin(x)/x", {Interval(x)}).value.value, std::sin(x) / x, 1e-12);
  }
  const Range wide = over("(exp(x)-1)/x", {Interval(-1.0, 1.0)}).value;
  BOOST_TEST(wide.value.lower() <= std::expm1(-1.0) / -1.0);
  BOOST_TEST(wide.value.upper() >= std::expm1(1.0));
}

// The common part need not be a coordinate.
BOOST_AUTO_TEST_CASE(parts_of_several_coordinates) {
  const BoundScope scope;
  const double w = 0x1p-10;
  const std::vector<Interval> diagonal{Interval(0.5 - w, 0.5 + w), Interval(0.5 - w, 0.5 + w)};
  const Bounds b = over("sin(3*(x-y))/(x-y)", diagonal);
  BOOST_TEST(!b.value.undefined);
  holds(b.value.value, 3, 1e-3);
  holds(b.slope, 0, 0.1);
  const Bounds c = over("(exp(x*y)-1)/(x*y)", {Interval(0.0, w), Interval(0.0, 1.0)});
  BOOST_TEST(!c.value.undefined);
  holds(c.value.value, 1, 2 * w);
  const double third = 1.0 / 3;
  const Bounds t = over("sin(x-1/3)/(x-1/3)", {Interval(third - w, third + w)});
  BOOST_TEST(!t.value.undefined);
  holds(t.value.value, 1, w);
}

BOOST_AUTO_TEST_CASE(batches_extend_too) {
  const BoundScope scope;
  const Expression f = parse_expression("sin(x)/x", 1);
  BatchEvaluator evaluator(f, 1);
  BoxBatch boxes(1, 2);
  RangeBatch ranges(1, 2);
  const double lower[] = {0.0, 0.5};
  const double upper[] = {0x1p-8, 0.75};
  boxes.push_back(&lower[0], &upper[0]);
  boxes.push_back(&lower[1], &upper[1]);
  evaluator.range_and_gradient(boxes, ranges);
  BOOST_TEST(ranges.undefined()[0] == 0);
  holds({ranges.value_lower()[0], ranges.value_upper()[0]}, 1, 0x1p-8);
  holds({ranges.gradient_lower(0)[0], ranges.gradient_upper(0)[0]}, 0, 0x1p-8);
  BOOST_TEST(ranges.value_lower()[1] <= std::sin(0.75) / 0.75);
  BOOST_TEST(ranges.value_upper()[1] >= std::sin(0.5) / 0.5);
}

BOOST_AUTO_TEST_CASE(what_has_no_limit_is_not_extended) {
  const BoundScope scope;
  for (const char *text : {"1/x", "cos(x)/x", "sin(x)/x^2", "abs(x-1/2)/(x-1/2)", "sin(1/x)/x",
                           "(x-1/3)/(x-1/2)", "(exp(x)-1.0000001)/x", "takagi(x)/x",
                           // 0/0 on half of the cube
                           "sin(max(x-1/2,0))/max(x-1/2,0)", "(x-x)/(x-x)", "(floor(x/2))/(floor(x/2))"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(over(text, {Interval(0.0, 1.0)}).value.undefined); }
  }
}

BOOST_AUTO_TEST_CASE(levels_that_are_null_sets) {
  const BoundScope scope;
  const auto null = [](const char *text) -> bool { return null_levels(parse_expression(text, 2), 2).back(); };
  for (const char *text : {"x", "x-1/3", "3*x*y", "x+y", "sin(7*x)", "abs(x-1/2)", "x^2-y^2", "max(x,y)",
                           "exp(x)-x*y", "sqrt(x)", "log(x)", "1/x", "x/(1+y)", "x^2+y^2-1/2", "cbrt(x-y)"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(null(text)); }
  }
  for (const char *text : {"1", "x-x", "floor(4*x)", "max(x,1/2)", "abs(x)-x", "min(x-1/2,0)*y", "step(x-y)",
                           "if(x<1/2, x, 1)", "cantor(x)", "0*x", "max(x-1/2,0)^2", "sin(x)^2+cos(x)^2"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(!null(text)); }
  }
}
