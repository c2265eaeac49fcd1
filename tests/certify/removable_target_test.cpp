// Targets with removable singularities, bounded quotients, and values that are missing on null sets:
// integrals against closed forms. And targets that are not in L^p: found, and only these.
#define BOOST_TEST_MODULE removable_target
#include <boost/test/unit_test.hpp>

#include "certify/not_in_lp.hpp"
#include "function/equal_forms.hpp"
#include "function/majorant.hpp"
#include "function/null_set_forms.hpp"
#include "function/target_from_bytes.hpp"
#include "integrate/cells.hpp"
#include "integrate/singular_models.hpp"
#include "layercert/certify/run.hpp"
#include "support.hpp"

#include <numbers>

using namespace layercert;
using namespace layercert::test;

namespace {

IntegralResult integral(const std::string &text, std::size_t d, const mpq_class &p, double gap) {
  const Expression f = without_null_sets(with_decided_comparisons(parse_expression(text, d)), d);
  const Exponent exponent(p);
  return integrate(exponent, d, {unit_cube(d)},
                   singular_function_modeller(exponent, f, d, [](const Box &) { return Interval(0.0); }),
                   {gap, 1 << 14});
}

} // namespace

BOOST_AUTO_TEST_CASE(integrals_in_closed_form) {
  const UpwardScope upward;
  prepare_mpfr_thread();
  constexpr double kSi = 0.946083070367183015; // the sine integral of 1
  constexpr double kLog2 = std::numbers::ln2;
  struct Known {
    const char *text;
    std::size_t d;
    mpq_class p;
    double value, gap;
  };
  for (const Known &k : {
           Known{"sin(x)/x", 1, 1, kSi, 1e-5},
           Known{"(exp(x)-1)/x", 1, 1, 1.31790215145440389, 1e-5}, // Ei(1) - Euler's constant
           Known{"(1-cos(x))/x^2", 1, 1, kSi - 1 + std::cos(1.0), 1e-5},
           Known{"(1-cos(x))*x^(-2)", 1, 1, kSi - 1 + std::cos(1.0), 1e-5},
           Known{"(1/x)*sin(x)", 1, 1, kSi, 1e-5}, Known{"x^(-1)*sin(x)*2", 1, 1, 2 * kSi, 1e-5},
           Known{"log(x)/(x-1)", 1, 1, std::numbers::pi * std::numbers::pi / 6, 1e-2},
           Known{"sin(x)/x", 1, 2, 2 * 1.60541297680269480 / 2 - std::sin(1.0) * std::sin(1.0),
                 1e-5}, // Si(2) - sin^2 1
           Known{"x/(x+y)", 2, 1, 0.5, 2e-2}, Known{"x/(x+y)", 2, 2, 1 - kLog2, 2e-2},
           Known{"x*y/(x^2+y^2)", 2, 1, kLog2 / 2, 2e-2}, Known{"x^y", 2, 1, kLog2, 2e-2},
           Known{"x^x", 1, 1, 0.783430510712134407, 1e-3}, Known{"x^(-y/4)", 2, 1, -4 * std::log(0.75), 2e-2},
           Known{"x*log(x)", 1, 1, 0.25, 1e-2}, Known{"sqrt(x*y)^2/(x*y)+x", 2, 1, 1.5, 2e-2},
           Known{"(x^2-1/9)/(x-1/3)", 1, 1, 5.0 / 6, 1e-5},
           Known{"1/x-1/sin(x)", 1, 1, std::log(2 * std::tan(0.5)), 1e-4},
           // 2 Si(3) - (2/3) (1 - cos 3)
           Known{"sin(3*(x-y))/(x-y)", 2, 1, 2 * 1.84865252799946826 - 2.0 / 3 * (1 - std::cos(3.0)), 2e-2},
           Known{"if(x==1/2, 1/0, x)", 1, 1, 0.5, 1e-3},
           Known{"if(x>1/3, sqrt(x-1/3), 0)", 1, 1, std::pow(2.0 / 3, 2.5), 1e-3},
           Known{"if(x<1/3, 1/sqrt(1/3-x), 0)", 1, 1, 2 / std::sqrt(3.0), 1e-2},
           Known{"log(log(1+1/x))^2", 1, 1, 0.28, 0.9}, // finite
       }) {
    BOOST_TEST_CONTEXT(k.text << ", p = " << k.p) {
      const IntegralResult result = integral(k.text, k.d, k.p, k.gap);
      if (k.gap < 0.5) {
        BOOST_TEST(result.lower <= k.value * (1 + 1e-13));
        BOOST_TEST(result.upper >= k.value * (1 - 1e-13));
        BOOST_TEST(result.upper - result.lower <= 1.5 * k.gap * k.value);
      }
      BOOST_TEST(std::isfinite(result.upper));
    }
  }
}

// 0/0 on a set of positive measure has no integral, and no bound may say otherwise.
BOOST_AUTO_TEST_CASE(no_value_on_a_set_of_positive_measure) {
  const UpwardScope upward;
  prepare_mpfr_thread();
  for (const char *text :
       {"sin(max(x-1/2,0))/max(x-1/2,0)", "floor(x/2)/floor(x/2)", "if(max(x,1/2)==1/2, 1/0, x)",
        "if(x>1/3, sqrt(x-2/3), 0)", "max(x-1/2,0)/(max(x-1/2,0)+max(x-3/4,0))"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(std::isinf(integral(text, 1, 1, 1e-2).upper)); }
  }
}

BOOST_AUTO_TEST_CASE(what_is_not_in_lp_is_found) {
  const UpwardScope upward;
  prepare_mpfr_thread();
  const auto reason = [](const char *text, std::size_t d, const mpq_class &p) {
    const Instance instance = make_instance(d, text, 2, 1, p);
    return proof_of_not_in_lp(instance, make_target(instance));
  };
  struct Case {
    const char *text;
    std::size_t d;
    mpq_class p;
  };
  for (const Case &c :
       {Case{"1/x", 1, 1}, Case{"1/x", 1, 2}, Case{"x^(-1/2)", 1, 2}, Case{"1/abs(x-y)", 2, 1},
        Case{"1/(x-1/3)", 1, 1}, Case{"1/(x+y)^2", 2, 1}, Case{"exp(x)/x + sin(x)", 1, 1},
        Case{"1/(x^2+y^2+z^2)", 3, mpq_class(3, 2)}, Case{"if(x==1/2, 0, 1/x)", 1, 1}, Case{"cos(x)/x", 1, 1},
        Case{"1/sin(x)", 1, 1}, Case{"1/(x*y)", 2, 1},
        // A pole on one side of a condition.
        Case{"if(x<1/3, 1/(1/3-x), 0)", 1, 2}, Case{"if(x<1/3, 1/(1/3-x), 0)", 1, 1},
        Case{"if(x>=2/3, 0, 1/(3*x-2)) + x", 1, 1}, Case{"step(x-1/3)/(x-1/3)", 1, 1},
        Case{"if(x<y, (y-x)^(-1/2), 0)", 2, 2}}) {
    BOOST_TEST_CONTEXT(c.text << ", p = " << c.p) {
      BOOST_TEST(reason(c.text, c.d, c.p).find("not in L^p") != std::string::npos);
    }
  }
  for (const Case &c :
       {Case{"log(log(1+1/x))", 1, 1}, Case{"log(log(1+1/x))", 1, 4}, Case{"x^(-1/2)", 1, mpq_class(3, 2)},
        Case{"abs(x-y)^(-1/4)", 2, 2}, Case{"1/(x+y)", 2, 1}, Case{"sin(x)/x", 1, 7}, Case{"log(x)", 1, 100},
        Case{"1/(x^2+y^2+z^2)", 3, 1}, Case{"x^y", 2, 3}, Case{"sin(x)/x^2-1/x", 1, 1},
        Case{"1/x-1/sin(x)", 1, 2}, Case{"if(x<1/3, (1/3-x)^(-1/3), 0)", 1, 2},
        Case{"if(x<1/3, 1/(x-1/2), 0)", 1, 2}, Case{"step(x-2/3)/(x-1/3)", 1, 1},
        Case{"if(x>=2/3, 1/(x-1/3), log(x))", 1, 1}, Case{"if(x>=1/3, 0, if(x>=1/3, 1/(x-1/3), 0))", 1, 2},
        Case{"if(x<y, (y-x)^(-1/2), 0)", 2, 1}}) {
    BOOST_TEST_CONTEXT(c.text << ", p = " << c.p) { BOOST_TEST(reason(c.text, c.d, c.p) == ""); }
  }
}

// 1/(x - 1/3) has no integral over the part of [1/4, 1/2] on either side of 1/3, and a pole off the side says
// nothing.
BOOST_AUTO_TEST_CASE(poles_on_a_side) {
  const UpwardScope upward;
  prepare_mpfr_thread();
  const Expression f = parse_expression("1/(x-1/3)", 1);
  const std::vector<Interval> box{Interval(0.25, 0.5)};
  const auto diverges = [&](const char *side, int sign) {
    const Expression part = parse_expression(side, 1);
    const auto last = static_cast<std::int32_t>(part.nodes().size()) - 1;
    const MajorantEvaluator::Side here = MajorantEvaluator::Side::of(part, last, sign);
    return MajorantEvaluator(f, 1).diverges(box, 1, &here);
  };
  BOOST_TEST(diverges("x-1/3", 1));
  BOOST_TEST(diverges("3*x-1", -1));
  BOOST_TEST(diverges("x-0.3", 1));
  BOOST_TEST(!diverges("x-0.3", -1));
  BOOST_TEST(!diverges("x-2/5", 1));
  BOOST_TEST(!diverges("x^2-1/9", 1));
}

BOOST_AUTO_TEST_CASE(a_run_ends_before_anything_is_built) {
  RunOptions options;
  bool built = false;
  options.progress = [&](Phase phase, int) { built = built || phase == Phase::Building; };
  BOOST_CHECK_THROW(run(make_instance(1, "1/x", 2, 3, 2), options), NotInLpError);
  BOOST_TEST(!built);
}
