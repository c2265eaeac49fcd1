// The checker's own bounds of quotients with common zeros and of conditions, and that it accepts what the
// producer certifies with them.
#define BOOST_TEST_MODULE check_quotients
#include <boost/test/unit_test.hpp>

#include "null_sets.hpp"
#include "results.hpp"

#include <cmath>
#include <numbers>

using namespace checker;

namespace {

Arf exact(double x) {
  Arf result;
  arf_set_d(result.get(), x);
  return result;
}

// Value, slope by x, rate along x and its slope by x.
std::vector<Interval> jet_of(const char *text, std::size_t d, double from, double to) {
  const Expression f = almost_everywhere(Expression::parse(text, d), d);
  Evaluator evaluator(f, d);
  std::vector<Interval> h(d, Interval(0));
  h[0] = Interval(1);
  const std::vector<Interval> box(d, Interval(exact(from), exact(to)));
  const Jet &jet = evaluator(box, Evaluator::Rates, h);
  return {jet.value, jet.slope[0], jet.rate(), jet.rate_slope[0]};
}

void holds(const Interval &bounds, double value, double slack) {
  BOOST_TEST(bounds.lower.about() <= value + 1e-15);
  BOOST_TEST(bounds.upper.about() >= value - 1e-15);
  BOOST_TEST(bounds.lower.about() >= value - slack);
  BOOST_TEST(bounds.upper.about() <= value + slack);
}

} // namespace

// Value, slope and second derivative at the zero in closed form.
BOOST_AUTO_TEST_CASE(limits_are_enclosed) {
  struct Known {
    const char *text;
    double place, value, slope, second;
  };
  for (const Known &k :
       {Known{"sin(x)/x", 0, 1, 0, -1.0 / 3}, Known{"(exp(x)-1)/x", 0, 1, 0.5, 1.0 / 3},
        Known{"(1-cos(x))/x^2", 0, 0.5, 0, -1.0 / 12}, Known{"x/tan(x)", 0, 1, 0, -2.0 / 3},
        Known{"log(x)/(x-1)", 1, 1, -0.5, 2.0 / 3}, Known{"sinh(3*x)/x", 0, 3, 0, 9},
        Known{"(x-sin(x))/x^3", 0, 1.0 / 6, 0, -1.0 / 60}, Known{"(x^2-1/4)/(x-1/2)", 0.5, 1, 1, 0},
        Known{"(x^2-1/9)/(x-1/3)", 1.0 / 3, 2.0 / 3, 1, 0},
        Known{"cos(4*x)/(x-pi/8)", std::numbers::pi / 8, -4, 0, 64.0 / 3},
        Known{"(x^2-1/2)/(x-sqrt(1/2))", std::sqrt(0.5), std::sqrt(2.0), 1, 0},
        Known{"1/x-1/sin(x)", 0, 0, -1.0 / 6, 0}, Known{"1/x-1/(exp(x)-1)", 0, 0.5, -1.0 / 12, 0},
        Known{"atan(2*x)/x", 0, 2, 0, -16.0 / 3}, Known{"(sqrt(1+x)-1)/x", 0, 0.5, -0.125, 0.125},
        Known{"tanh(x)/x", 0, 1, 0, -2.0 / 3}}) {
    BOOST_TEST_CONTEXT(k.text) {
      for (const double width : {0x1p-6, 0x1p-12, 0x1p-24}) {
        const std::vector<Interval> jet = jet_of(k.text, 1, k.place - width, k.place + width);
        holds(jet[0], k.value, 3 * width);
        holds(jet[1], k.slope, 40 * width);
        holds(jet[2], k.slope, 40 * width);
        holds(jet[3], k.second, 200 * width);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(what_has_no_limit_is_not_extended) {
  for (const char *text :
       {"1/x", "cos(x)/x", "sin(x)/x^2", "abs(x-1/2)/(x-1/2)", "(x-1/3)/(x-1/2)", "(exp(x)-1.0000001)/x",
        "takagi(x)/x", "sin(max(x-1/2,0))/max(x-1/2,0)", "(x-x)/(x-x)", "floor(x/2)/floor(x/2)"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(!jet_of(text, 1, 0, 1)[0].bounded()); }
  }
}

BOOST_AUTO_TEST_CASE(conditions) {
  for (const char *text : {"if(x == 1/2, 1/0, x)", "if(x != 1/2, x, 7)", "if(x == y, 1/(x-y), x)",
                           "if(x >= 0, x, 9)", "if(x > 0, x, 1/0)", "if(0 >= x, 9, x)"}) {
    BOOST_TEST_CONTEXT(text) {
      const Interval value = jet_of(text, 2, 0.25, 0.75)[0];
      BOOST_TEST(value.lower.about() == 0.25);
      BOOST_TEST(value.upper.about() == 0.75);
    }
  }
  for (const char *text : {"if(max(x,1/2) == 1/2, 9, x)", "if(floor(2*x) == 0, 9, x)", "if(x < 1/2, 9, x)"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(jet_of(text, 2, 0.25, 0.75)[0].upper.about() == 9); }
  }
  for (const char *text :
       {"if(x > 1/3, sqrt(x - 1/3), 0)", "if(x <= 1/3, 0, sqrt(2*x - 2/3))",
        "if(x^2 + y^2 < 1/4, sqrt(1/4 - x^2 - y^2), 0)", "if(step(x-1/3), (x-1/3)^(1/4), 0)",
        "if(x > 1/3, if(y > 1/3, sqrt(x-1/3)*sqrt(y-1/3), 0), sqrt(1/3-x))"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(jet_of(text, 2, 0.25, 0.5)[0].bounded()); }
  }
  for (const char *text : {"if(x < 1/3, sqrt(x - 1/3), 0)", "if(x > 1/3, sqrt(x - 2/5), 0)",
                           "if(min(x > 1/3, -1), sqrt(x - 1/3), 0)", "if(x > 1/3, 0, sqrt(x - 1/3))"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(!jet_of(text, 2, 0.25, 0.5)[0].bounded()); }
  }
}

BOOST_AUTO_TEST_CASE(certified_targets_are_accepted) {
  for (const char *text :
       {"sin(x)/x", "(1-cos(x))/x^2", "if(x==1/2, 1/0, x)", "if(x>1/3, sqrt(x-1/3), 0)", "x^x"}) {
    const check_test::TemporaryFolder folder;
    check_test::make_result(folder.path(), std::string("[target]\ndimension = 1\nexpression = \"") + text +
                                               "\"\n[theorem]\nN = 2\ndepth = 2\np = 1\n");
    const checker::Report report = checker::check(folder.path());
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(report.accepted, report.reason); }
  }
}

BOOST_AUTO_TEST_CASE(what_only_looks_like_a_zero_is_left_alone) {
  for (const char *text :
       {"(x^2-1/9+1/10^12)/(x-1/3)", "cos(4*x)/(x-0.392699081698724)", "1/x-2/sin(x)", "1/x+1/sin(x)"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(!jet_of(text, 1, 0, 0.5)[0].bounded()); }
  }
}
