// What matters on null sets only is gone, and nothing else.
#define BOOST_TEST_MODULE null_set_forms
#include <boost/test/unit_test.hpp>

#include "common/bound_scope.hpp"
#include "function/expression_evaluator.hpp"
#include "function/null_set_forms.hpp"

#include <cmath>
#include <random>

using namespace layercert;
using layercert::test::BoundScope;

namespace {

Range over(const std::string &text, const std::vector<Interval> &box) {
  const std::size_t d = box.size();
  const Expression f = without_null_sets(parse_expression(text, d), d);
  return ExpressionEvaluator(f, d).range(box);
}

} // namespace

BOOST_AUTO_TEST_CASE(comparisons_that_change_on_null_sets) {
  const BoundScope scope;
  const std::vector<Interval> box{Interval(0.25, 0.75), Interval(0.25, 0.75)};
  for (const char *text :
       {"if(x == 1/2, 1/0, x)", "if(x != 1/2, x, 7)", "if(x*y == 1/7, 5, x)", "if(x == y, 1/(x-y), x)",
        "if(x >= 0, x, 9)", "if(x > 0, x, 1/0)", "if(0 >= x, 9, x)"}) {
    BOOST_TEST_CONTEXT(text) {
      const Range range = over(text, box);
      BOOST_TEST(!range.undefined);
      BOOST_TEST(range.value.lower() == 0.25);
      BOOST_TEST(range.value.upper() == 0.75);
    }
  }
  // Equal on a set of positive measure.
  for (const char *text : {"if(max(x,1/2) == 1/2, 9, x)", "if(floor(2*x) == 0, 9, x)", "if(x < 1/2, 9, x)"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(over(text, box).value.upper() == 9); }
  }
}

BOOST_AUTO_TEST_CASE(roots_and_logarithms_behind_a_condition) {
  const BoundScope scope;
  const std::vector<Interval> box{Interval(0.25, 0.5), Interval(0.25, 0.5)};
  for (const char *text :
       {"if(x > 1/3, sqrt(x - 1/3), 0)", "if(x <= 1/3, 0, sqrt(2*x - 2/3))",
        "if(x^2 + y^2 < 1/4, sqrt(1/4 - x^2 - y^2), 0)", "if(step(x-y), (x-y)^(1/4), 0)",
        "if((x > 1/3)*(y > 1/3), sqrt(x-1/3)*sqrt(y-1/3), 0)",
        "if(x > y, if(y > 1/3, sqrt(x-y)*sqrt(y-1/3), 0), sqrt(y-x))", "if(x > 1/3, sqrt(x - 1/4), 0)"}) {
    BOOST_TEST_CONTEXT(text) {
      const Range range = over(text, box);
      BOOST_TEST(!range.undefined);
      BOOST_TEST(range.value.lower() <= 0);
      BOOST_TEST(range.value.upper() <= 1);
    }
  }
  // The condition does not say that the argument is nonnegative.
  for (const char *text :
       {"if(x < 1/3, sqrt(x - 1/3), 0)", "if(x > 1/3, sqrt(x - 2/5), 0)", "if(x > 1/3, 0, sqrt(x - 1/3))",
        "if(min(x > 1/3, -1), sqrt(x - 1/3), 0)", "if((x > 1/3) + (y > 1/3), sqrt(x - 1/3), 0)",
        "sqrt(x - 1/3)*if(x > 1/3, 1, 0)"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(over(text, box).undefined); }
  }
}

// At random points, which lie in no null set, nothing changes.
BOOST_AUTO_TEST_CASE(values_stay) {
  const BoundScope scope;
  std::mt19937_64 random(7);
  for (const char *text :
       {"if(x > 1/3, sqrt(x - 1/3), y)", "if(x == y, 3, if(x < y, log(y - x), (x - y)^0.3))",
        "if(x >= 1, 4, x*y)", "if((x > 1/3)*(y > 1/3), log((x - 1/3)*3) + sqrt(y - 1/3), x)",
        "step(x - y) + (x == y) + 2*(x <= y)"}) {
    const Expression f = parse_expression(text, 2);
    const Expression g = without_null_sets(f, 2);
    for (int i = 0; i < 200; ++i) {
      const auto coordinate = [&] { return std::ldexp(static_cast<double>(random() >> 11), -53); };
      const double point[] = {coordinate(), coordinate()};
      const NearestScope nearest;
      BOOST_TEST(ExpressionEvaluator(f, 2).sample(point) == ExpressionEvaluator(g, 2).sample(point));
    }
  }
}
