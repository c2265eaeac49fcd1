#define BOOST_TEST_MODULE expression
#include <boost/test/unit_test.hpp>

#include "function/expression_evaluator.hpp"
#include "function/operations.hpp"
#include "layercert/error.hpp"
#include "layercert/numeric/rounding_scope.hpp"

#include <cmath>
#include <random>

using namespace layercert;

namespace {

double value(const std::string &text, std::vector<double> point = {}) {
  const std::size_t dimension = std::max<int>(1, static_cast<int>(point.size()));
  const Expression expression = parse_expression(text, dimension);
  return ExpressionEvaluator(expression, dimension).sample(point);
}

std::string message_of(const std::string &text, std::size_t dimension = 1) {
  try {
    parse_expression(text, dimension, {"f.toml", 3, 15});
  } catch (const InputError &error) {
    return error.what();
  }
  return "no error";
}

bool holds(const std::string &text, const std::string &part) { return text.find(part) != std::string::npos; }

} // namespace

BOOST_AUTO_TEST_CASE(precedence_and_associativity) {
  BOOST_CHECK_EQUAL(value("1-2-3"), -4);
  BOOST_CHECK_EQUAL(value("8/4/2"), 1);
  BOOST_CHECK_EQUAL(value("2+3*4"), 14);
  BOOST_CHECK_EQUAL(value("-2^2"), -4);
  BOOST_CHECK_EQUAL(value("2^-2"), 0.25);
  BOOST_CHECK_EQUAL(value("2^3^2"), 512);
  BOOST_CHECK_EQUAL(value("--3"), 3);
  BOOST_CHECK_EQUAL(value("2*-3"), -6);
  BOOST_CHECK_EQUAL(value("(1+2)*3"), 9);
  BOOST_CHECK_EQUAL(value("1+2 < 4"), 1);
  BOOST_CHECK_EQUAL(value("3 >= 4"), 0);
  BOOST_CHECK_EQUAL(value("if(1 != 1, 5, 7)"), 7);
  BOOST_CHECK_EQUAL(value("max(1, 5, 3) + min(4, 2)"), 7);
  BOOST_CHECK_EQUAL(value(" pow( 3 , 2 ) "), 9);
  BOOST_CHECK_EQUAL(value("x0 - y*2 + z", {1, 2, 3}), 0);
  BOOST_CHECK_CLOSE(value("2*pi + e + .5e1"), 2 * std::acos(-1.0) + std::exp(1.0) + 5, 1e-12);
  BOOST_CHECK_EQUAL(value("step(0) + sign(-2) + floor(2.5) + sign(0)"), 2);
}

BOOST_AUTO_TEST_CASE(constants_are_exact_and_shared) {
  const Expression tenth = parse_expression("0.1", 1);
  BOOST_REQUIRE_EQUAL(tenth.nodes().size(), 1U);
  BOOST_CHECK_EQUAL(tenth.constants()[0], mpq_class(1, 10));
  const Expression folded = parse_expression("1/3 + 2^-3 - 1e-3*(2)", 1);
  BOOST_REQUIRE_EQUAL(folded.nodes().size(), 1U);
  BOOST_CHECK_EQUAL(folded.constants()[0], mpq_class(1, 3) + mpq_class(1, 8) - mpq_class(1, 500));
  BOOST_CHECK_EQUAL(parse_expression("(x+1)*(x+1)", 1).nodes().size(), 4U);
  // Not simplified: these have no value somewhere.
  BOOST_CHECK_GT(parse_expression("0*log(x)", 1).nodes().size(), 2U);
  BOOST_CHECK_GT(parse_expression("1/0", 1).nodes().size(), 1U);
}

BOOST_AUTO_TEST_CASE(errors_show_the_place) {
  BOOST_CHECK(holds(message_of("sin(x"), "f.toml:3: column 20: found the end; expected \")\""));
  BOOST_CHECK(holds(message_of("1 + * 2"), "column 19: found \"*\"; expected a number"));
  BOOST_CHECK(holds(message_of("1 + * 2"), "\n    1 + * 2\n        ^"));
  BOOST_CHECK(holds(message_of("2 x"), "column 17: found \"x\"; expected an operator"));
  BOOST_CHECK(holds(message_of("x1"), "x1 is used, but [target] dimension = 1 has only x0"));
  BOOST_CHECK(holds(message_of("y + z", 2), "z is used"));
  BOOST_CHECK(holds(message_of("sine(x)"), "column 15: unknown function \"sine\""));
  BOOST_CHECK(holds(message_of("foo"), "unknown name \"foo\""));
  BOOST_CHECK(holds(message_of("1 + sin(x)*foo"), "column 26: unknown name"));
  BOOST_CHECK(holds(message_of("1 + if (x, (1))"), "column 19: if has 2 argument(s)"));
  BOOST_CHECK(holds(message_of("if(x, 1)"), "if has 2 argument(s); expected 3"));
  BOOST_CHECK(holds(message_of("takagi(x, 2)"), "takagi has 2 argument(s); expected 1"));
  BOOST_CHECK(holds(message_of("weierstrass(x, 1/2)"), "weierstrass has 2 argument(s); expected 3"));
  BOOST_CHECK(holds(message_of("1 + weierstrass((x), x, 3)"),
                    "column 36: the second argument of weierstrass is no rational constant; expected"));
  BOOST_CHECK(holds(message_of("weierstrass(x, 3/2, 3)"), "is 3/2; expected a rational constant between 0"));
  BOOST_CHECK(holds(message_of("weierstrass(x, 1, 3)"), "column 30: the second argument"));
  BOOST_CHECK(
      holds(message_of("weierstrass(max(x, 1), 1/2, 5/2)"), "column 43: the third argument of weier"));
  BOOST_CHECK(holds(message_of("weierstrass(x, 1/2, 1)"), "is 1; expected a whole number from 2"));
  BOOST_CHECK(holds(message_of("sin()"), "expected"));
  BOOST_CHECK(holds(message_of("  "), "empty"));
  BOOST_CHECK(holds(message_of("1e999999"), "column 15"));
  BOOST_CHECK(holds(message_of(std::string("x\0", 2)), "the byte 0"));
  BOOST_CHECK(holds(message_of("x\xc3\xa9"), "the byte 195"));
  BOOST_CHECK(holds(message_of(std::string(100000, '(')), "parentheses, signs"));
  BOOST_CHECK(holds(message_of(std::string(90000, '-') + "x"), "signs"));
  BOOST_CHECK(holds(message_of(std::string(200000, 'x')), "200000 characters"));
  BOOST_CHECK(holds(message_of("1 < 2 < 3"), "expected an operator or the end"));
}

BOOST_AUTO_TEST_CASE(sums_are_written_out) {
  BOOST_CHECK_EQUAL(value("sum(k, 1, 4, k^2)"), 30);
  BOOST_CHECK_EQUAL(value(" sum ( k , 1 , 4 , k ) * 2"), 20);
  BOOST_CHECK_EQUAL(value("sum(k, -2, 2, k)"), 0);
  BOOST_CHECK_EQUAL(value("sum(k, 3, 3, 7)"), 7);
  BOOST_CHECK_EQUAL(value("1 + sum(k, 3, 2, 7)"), 1); // no term
  BOOST_CHECK_EQUAL(value("sum(i, 0, 3, sum(j, i, 3, 1))"), 10);
  BOOST_CHECK_EQUAL(value("sum(i, 1, 3, sum(j, 1, i, i*j)) + sum(i, 1, 2, i)"), 28);
  BOOST_CHECK_EQUAL(value("sum(k, 0, 3, x^k)", {2}), 15);
  BOOST_CHECK_EQUAL(value("sum(n_1, 1, 3, if(n_1 == 2, x, 0))", {5}), 5);
  // As if written by hand, exactly.
  const auto same = [](const char *text, const char *by_hand) {
    const Expression a = parse_expression(text, 1);
    const Expression b = parse_expression(by_hand, 1);
    BOOST_CHECK(a.constants() == b.constants() && a.nodes().size() == b.nodes().size());
  };
  same("sum(k, 1, 3, 1/k)", "11/6");
  same("sum(k, 0, 2, (1/3)^k*cos(5^k*pi*x))", "0 + 1*cos(1*pi*x) + 1/3*cos(5*pi*x) + 1/9*cos(25*pi*x)");
  const Expression long_sum = parse_expression("sum(k, 1, 3000, sin(k*x)/k^2)", 1);
  BOOST_CHECK_GT(long_sum.nodes().size(), 9000U);
  BOOST_CHECK_EQUAL(parse_expression("sum(k, 1, 10000, k)", 1).constants()[0], 50005000);
}

BOOST_AUTO_TEST_CASE(errors_in_sums_show_the_place) {
  BOOST_CHECK(holds(message_of("sum(k, 1, 3)"), "column 26: found \")\"; expected \",\""));
  BOOST_CHECK(holds(message_of("sum(k, 1, 3, k"), "found the end; expected \")\""));
  BOOST_CHECK(holds(message_of("sum(k, 1, 3, )"), "found \")\"; expected a number"));
  BOOST_CHECK(holds(message_of("sum(k, 1, 3, k, k)"), "found \",\"; expected \")\""));
  BOOST_CHECK(holds(message_of("sum(1, 1, 3, x)"), "column 19: found no name; expected the index"));
  BOOST_CHECK(holds(message_of("sum(x, 1, 3, x)"), "column 19: \"x\" has a meaning already"));
  BOOST_CHECK(holds(message_of("sum(k, 1, 3, sum(k, 1, 2, k))"), "column 32: \"k\" has a meaning already"));
  BOOST_CHECK(holds(message_of("sum(k, x, 3, k)"), "column 22: the first index of the sum is no constant"));
  BOOST_CHECK(holds(message_of("sum(k, 1, 7/2, k)"), "column 25: the last index of the sum is 7/2"));
  BOOST_CHECK(holds(message_of("sum(k, 1, 2, k) + k"), "column 33: unknown name \"k\""));
  BOOST_CHECK(holds(message_of("sum(k, 1, 2, j)"), "unknown name \"j\""));
  BOOST_CHECK(
      holds(message_of("sum(k, 1, 10001, k)"), "column 25: the sum over k has 10001 terms; expected"));
  BOOST_CHECK(holds(message_of("sum(k, 1, 1e300, k)"), "terms; expected at most 10000"));
  BOOST_CHECK(holds(message_of("sum(k, 1, 200, sum(j, 1, 200, j*k))"), "terms, after"));
  BOOST_CHECK(holds(message_of("sum(k, 1, 9999, sin(k*x)+cos(k*x))"), "more than 50000 operands"));
  BOOST_CHECK(
      holds(message_of("sum(k, 1, 9999, " + std::string(5000, ' ') + "1)"), "too long when written out"));
  BOOST_CHECK(holds(message_of("sum"), "unknown name \"sum\""));
  BOOST_CHECK(holds(message_of("summ(1, 2)"), "unknown function \"summ\""));
}

// Enclosures against points inside the box, in double and in MPFR; gradients against difference quotients.
BOOST_AUTO_TEST_CASE(enclosures_hold_values_and_slopes) {
  const std::vector<std::string> texts{"sin(2*pi*x0)*x1 + abs(x0 - 1/3)",
                                       "exp(-4*((x-1/2)^2+(y-1/2)^2))",
                                       "sqrt(x^2+y^2+1/100)",
                                       "max(x,y)*cos(pi*x)",
                                       "atan(x/(y+1)) - tanh(x*y)^3",
                                       "log(1+x)*sinh(y) + cosh(x-y)",
                                       "(1+x)^(y+1/3) + asin(x/2) - acos(y/3)",
                                       "tan(x/2) + 1/(2+x*y)",
                                       "min(x, y, 1/2)^2 * x^-0",
                                       "(x+1)^-3 * (y-2)^3",
                                       "if(x < 5, x*y, log(x-9))",
                                       "weierstrass(x + y/3, 1/5, 3)",
                                       "cbrt(x - 2)*y - cbrt(y + 1/2)",
                                       "erf(3*x - y)",
                                       "hypot(x + 1/10, y)"};
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> unit(0, 1);
  for (const std::string &text : texts) {
    const Expression expression = parse_expression(text, 2);
    ExpressionEvaluator evaluator(expression, 2);
    for (int trial = 0; trial < 300; ++trial) {
      std::vector<double> corner{unit(random), unit(random)};
      const double size = std::ldexp(1.0, -static_cast<int>(random() % 12));
      std::vector<double> point{std::min(1.0, corner[0] + size * unit(random)),
                                std::min(1.0, corner[1] + size * unit(random))};
      const double at_point = evaluator.sample(point);
      const double step = 1e-7;
      const double moved = evaluator.sample(std::vector<double>{point[0] + step, point[1]});
      const UpwardScope upward;
      const std::vector<Interval> box{{corner[0], std::min(1.0, corner[0] + size)},
                                      {corner[1], std::min(1.0, corner[1] + size)}};
      std::vector<Interval> gradient(2);
      const Range range = evaluator.range_and_gradient(box, gradient);
      BOOST_TEST_INFO(text << " at (" << point[0] << ", " << point[1] << "), size " << size);
      BOOST_CHECK(!range.undefined);
      BOOST_CHECK_LE(range.value.lower(), at_point + 1e-13);
      BOOST_CHECK_GE(range.value.upper(), at_point - 1e-13);
      const double slope = (moved - at_point) / step;
      BOOST_TEST_INFO(text << " slope " << slope << " in [" << gradient[0].lower() << ", "
                           << gradient[0].upper());
      BOOST_CHECK_LE(gradient[0].lower(), slope + 1e-4);
      BOOST_CHECK_GE(gradient[0].upper(), slope - 1e-4);
      const std::vector<MpfrInterval> fine{mpfr_enclosure(point[0], 200), mpfr_enclosure(point[1], 200)};
      const MpfrRange exact = evaluator.range(fine, 200);
      BOOST_CHECK(!exact.undefined);
      // The value at a point of the box, to 200 bits, lies in the enclosure over the box.
      BOOST_CHECK_LE(range.value.lower(), double_upper(exact.value));
      BOOST_CHECK_GE(range.value.upper(), double_lower(exact.value));
      BOOST_CHECK_SMALL(double_upper(exact.value) - double_lower(exact.value), 1e-14);
    }
  }
}

BOOST_AUTO_TEST_CASE(outside_the_domain_is_flagged) {
  const UpwardScope upward;
  const std::vector<Interval> box{{0.0, 0.5}};
  for (const char *text :
       {"atan(log(x))", "1/x", "min(0, sqrt(x-1/4))", "0*log(x)", "tan(pi*x)", "asin(x+3/4)", "0^(x-1)",
        "step(log(x-1/4))", "if(log(x) < 1, 1, 2)", "(x-x)/(x-x)"}) {
    BOOST_TEST_INFO(text);
    const Expression expression = parse_expression(text, 1);
    BOOST_CHECK(ExpressionEvaluator(expression, 1).range(box).undefined);
  }
  for (const char *text : {"sqrt(x)", "x^(1/3)", "if(x < 2, x, log(x-1))", "log(x+1/100)", "x^0"}) {
    BOOST_TEST_INFO(text);
    const Expression expression = parse_expression(text, 1);
    BOOST_CHECK(!ExpressionEvaluator(expression, 1).range(box).undefined);
  }
}

BOOST_AUTO_TEST_CASE(a_jump_has_no_finite_slope) {
  const UpwardScope upward;
  for (const char *text :
       {"step(x-1/4)", "floor(4*x)", "sign(x-1/4)", "if(x < 1/4, 0, 1)", "x < 1/4", "sqrt(x)", "cantor(x)",
        "cantor(x - 1/10)", "cbrt(x)", "cbrt(x - 1/4)", "mod(x, 1/4)"}) {
    BOOST_TEST_INFO(text);
    const Expression expression = parse_expression(text, 1);
    ExpressionEvaluator evaluator(expression, 1);
    std::vector<Interval> gradient(1);
    evaluator.range_and_gradient(std::vector<Interval>{{0.0, 0.5}}, gradient);
    BOOST_CHECK(std::isinf(gradient[0].upper()));
    evaluator.range_and_gradient(std::vector<Interval>{{0.45, 0.49}}, gradient);
    BOOST_CHECK(std::isfinite(gradient[0].upper()));
  }
  for (const char *text : {"takagi(x)", "weierstrass(x, 1/2, 2)", "weierstrass(x, 0.9, 7)"}) {
    BOOST_TEST_INFO(text);
    const Expression expression = parse_expression(text, 1);
    std::vector<Interval> gradient(1);
    ExpressionEvaluator(expression, 1).range_and_gradient(std::vector<Interval>{{0.25, 0.26}}, gradient);
    BOOST_CHECK(std::isinf(gradient[0].upper()) && std::isinf(gradient[0].lower()));
  }
}

BOOST_AUTO_TEST_CASE(functions_of_jumps_have_the_precision_asked_for) {
  prepare_mpfr_thread();
  const Expression expression = parse_expression("atan(step(x)) + exp(sin(sign(x)))", 1);
  const std::vector<MpfrInterval> box{mpfr_enclosure(0.25, 200)};
  const MpfrRange range = ExpressionEvaluator(expression, 1).range(box, 200);
  const MpfrNumber width = sub_up(range.value.upper(), range.value.lower());
  BOOST_CHECK_LT(mpfr_get_d(width.get(), MPFR_RNDU), 0x1p-190);
}

// cbrt and erf as the other operations: known values, of negative numbers too, and every arithmetic the same.
BOOST_AUTO_TEST_CASE(roots_and_error_functions) {
  BOOST_CHECK_EQUAL(value("cbrt(-8)"), -2);
  BOOST_CHECK_CLOSE(value("cbrt(27) + cbrt(0)"), 3, 1e-12);
  BOOST_CHECK_CLOSE(value("erf(1)"), 0.8427007929497149, 1e-12); // Abramowitz and Stegun, table 7.1
  BOOST_CHECK_EQUAL(value("hypot(3, -4)"), 5);
  BOOST_CHECK_EQUAL(value("mod(-1, 3)"), 2);
  BOOST_CHECK_EQUAL(value("mod(7/2, -1)"), -0.5);
  const UpwardScope upward;
  const Expression root = parse_expression("cbrt(x - 1/2)", 1);
  ExpressionEvaluator evaluator(root, 1);
  const Range range = evaluator.range(std::vector<Interval>{{0.0, 1.0}}); // its ends are +-2^(-1/3)
  BOOST_CHECK(!range.undefined);
  BOOST_CHECK_CLOSE(range.value.lower(), -std::pow(0.5, 1.0 / 3), 1e-12);
  BOOST_CHECK_CLOSE(range.value.upper(), std::pow(0.5, 1.0 / 3), 1e-12);
  std::vector<Interval> gradient(1);
  evaluator.range_and_gradient(std::vector<Interval>{{0.0, 0.25}}, gradient);
  BOOST_CHECK_CLOSE(gradient[0].lower(), std::pow(0.5, -2.0 / 3) / 3, 1e-12);
  BOOST_CHECK_CLOSE(gradient[0].upper(), std::pow(0.25, -2.0 / 3) / 3, 1e-12);
}

// The table has one entry for each operation, in their order, and each function of it has an enclosure or is
// known by name.
BOOST_AUTO_TEST_CASE(the_table_is_complete) {
  BOOST_REQUIRE_EQUAL(all_operations().size(), static_cast<std::size_t>(Op::Table) + 1);
  for (std::size_t i = 0; i < all_operations().size(); ++i) {
    const OperationRules &rules = all_operations()[i];
    BOOST_TEST_CONTEXT(i) {
      BOOST_CHECK(rules.op == static_cast<Op>(i));
      BOOST_CHECK(rules_of(rules.op).op == rules.op);
      const bool is_call = rules.text.name != nullptr && rules.text.least_arguments > 0;
      BOOST_CHECK(!is_call || (find_function(rules.text.name) == &rules && rules.meaning[0] != '\0'));
      BOOST_CHECK_EQUAL(rules.sample.one != nullptr, static_cast<bool>(rules.enclosure));
      BOOST_CHECK(rules.smoothness != Smoothness::Inside || rules.inside != nullptr);
      BOOST_CHECK(rules.total || rules.smoothness != Smoothness::Smooth || rules.op == Op::Table);
    }
  }
}

BOOST_AUTO_TEST_CASE(habits_from_elsewhere_get_a_hint) {
  BOOST_CHECK(holds(message_of("x**2"), "column 16: found \"**\"; write x^2"));
  BOOST_CHECK(holds(message_of("x < 1 && x > 0"), "column 21: found \"&&\"; write (a < b)*(c < d)"));
  BOOST_CHECK(holds(message_of("x < 1 || x > 0"), "column 21: found \"||\"; write max("));
  BOOST_CHECK(holds(message_of("1 + |x|"), "column 19: found \"|\"; write abs(x)"));
  BOOST_CHECK(holds(message_of("1 + ln(x)"), "column 19: unknown function \"ln\"; write log"));
  BOOST_CHECK(holds(message_of("2*\xcf\x80*x"), "column 17: found \"\xcf\x80\"; write pi"));
  BOOST_CHECK(holds(message_of("x\xc2\xb2 + 1"), "column 16: found \"\xc2\xb2\"; write x^2"));
  BOOST_CHECK(holds(message_of("x\xe2\x81\xb4"), "write x^4"));
  BOOST_CHECK(holds(message_of("x % 2"), "write mod(x, y)"));
  BOOST_CHECK(holds(message_of("log10(x)"), "write log(x)/log(10)"));
  BOOST_CHECK(holds(message_of("Pi*x"), "unknown name \"Pi\"; write pi"));
  BOOST_CHECK(holds(message_of("x = 1"), "column 17: found \"=\"; write =="));
}
