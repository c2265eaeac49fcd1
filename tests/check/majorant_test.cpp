#define BOOST_TEST_MODULE check_majorant
#include <boost/test/unit_test.hpp>

#include "majorant.hpp"

#include <cmath>
#include <limits>

using namespace checker;

namespace {

using Box = std::vector<std::pair<double, double>>;

Arf exact(double x) {
  Arf result;
  arf_set_d(result.get(), x);
  return result;
}

std::vector<Interval> sides(const Box &box) {
  std::vector<Interval> result;
  for (const auto &[lower, upper] : box) {
    result.emplace_back(exact(lower), exact(upper));
  }
  return result;
}

// The bound of || |f| + shift ||_q over the box.
double norm(const char *text, const Box &box, const char *q, double shift = 0) {
  const Expression f = Expression::parse(text, static_cast<int>(box.size()));
  return Majorants(f, static_cast<int>(box.size())).norm(sides(box), exact_number(q), exact(shift)).about();
}

std::pair<double, double> range(const char *text, const Box &box) {
  const Expression f = Expression::parse(text, static_cast<int>(box.size()));
  const Interval result = Majorants(f, static_cast<int>(box.size())).range(sides(box));
  return {result.lower.about(), result.upper.about()};
}

void between(double bound, double least, double most) {
  BOOST_TEST(bound >= least * (1 - 1e-12));
  BOOST_TEST(bound <= most);
}

} // namespace

// The least is the norm itself.
BOOST_AUTO_TEST_CASE(known_norms) {
  between(norm("x^(-1/4)", {{0, 1}}, "2"), std::sqrt(2), 1.4143);
  between(norm("x^(-1/4)", {{0, 1}}, "1", 1), 7.0 / 3, 2.3334);
  between(norm("abs(x - 1/3)^(-1/4)", {{0, 1}}, "2"),
          std::sqrt(2 * (std::sqrt(1.0 / 3) + std::sqrt(2.0 / 3))), 1.7);
  between(norm("log(x)", {{0, 1}}, "1"), 1, 1.5);
  between(norm("log(x)", {{0, 0.5}}, "2"), std::sqrt(0.5 * (std::pow(std::log(2), 2) + 2 * std::log(2) + 2)),
          2.2);
  between(norm("log((1/x)^1.5)", {{0, 1}}, "1"), 1.5, 3.7);
  between(norm("1/sqrt(x + y)", {{0, 1}, {0, 1}}, "2"), std::sqrt(2 * std::log(2)), 1.5);
  between(norm("1/sqrt(max(x, y))", {{0, 1}, {0, 1}}, "2"), std::sqrt(2), 2.1);
  between(norm("x^(-1/4)*y^(-1/4)", {{0, 1}, {0, 1}}, "2"), 2, 2.0001);
  between(norm("abs(x - y)^(-1/2)", {{0, 1}, {0, 1}}, "1"), 8.0 / 3, 2.83);
  between(norm("if(x < 2, x^(-1/2), 1/x)", {{0, 1}}, "1"), 2, 2.0001);
}

BOOST_AUTO_TEST_CASE(no_bound_where_there_is_none) {
  for (const char *text :
       {"x^(-1/2)", "1/x", "(x - 1/2)^(-1/4)", "log(x - 1/2)", "1/x - 1/x", "exp(1/x)", "1/floor(x/2)"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(std::isinf(norm(text, {{0, 1}}, "2"))); }
  }
  BOOST_TEST(std::isinf(norm("1/sqrt(x*y)", {{0, 1}, {0, 1}}, "2")));
  BOOST_TEST(std::isinf(norm("1/sqrt(x + y)", {{0, 1}, {0, 1}}, "4")));
}

BOOST_AUTO_TEST_CASE(known_ranges) {
  const double infinity = std::numeric_limits<double>::infinity();
  const double quarter = std::atan(4);
  const auto is = [](const char *text, const Box &box, double lower, double upper) {
    const auto [from, to] = range(text, box);
    BOOST_TEST_CONTEXT(text << ": from " << from << " to " << to) {
      BOOST_TEST((from <= lower && to >= upper)); // these are taken, or come near
      BOOST_TEST((from == lower || from >= lower - 1e-12));
      BOOST_TEST((to == upper || to <= upper + 1e-12));
    }
  };
  is("1/x", {{0, 0.5}}, 2, infinity);
  is("-1/x", {{0, 0.5}}, -infinity, -2);
  is("1/x^2", {{-0.5, 0.25}}, 4, infinity);
  is("1/x^3", {{-0.5, 0.25}}, -infinity, infinity);
  is("log(x)", {{0, 0.5}}, -infinity, std::log(0.5));
  is("3 - 1/x", {{0, 0.5}}, -infinity, 1);
  is("abs(3 - 1/x)", {{0, 0.25}}, 1, infinity);
  is("exp(-1/x)", {{0, 0.5}}, 0, std::exp(-2));
  is("atan(1/x)", {{0, 0.25}}, quarter, std::acos(0.0));
  is("atan(1/x)", {{-0.25, 0.25}}, -std::acos(0.0), std::acos(0.0));
  is("tanh(1/x)", {{0, 0.25}}, std::tanh(4), 1);
  is("cosh(1/x)", {{-0.5, 0.25}}, 1, infinity);
  is("sin(1/x)", {{0, 0.5}}, -1, 1);
  is("floor(1/x)", {{0, 0.4}}, 2, infinity);
  is("max(log(x), -3)", {{0, 0.5}}, -3, std::log(0.5));
  is("min(1/x, y)", {{0, 0.5}, {0, 0.25}}, 0, 0.25);
  is("if(x < 1/3, -1/y, 2)", {{0, 1}, {0, 1}}, -infinity, 2);
  is("1/(2 + 1/x)", {{0, 0.5}}, 0, 0.25);
  is("cantor(1/x) + takagi(1/x)", {{0, 0.5}}, 1, 1 + 2.0 / 3);
  is("weierstrass(1/x, 1/2, 3)", {{0, 0.5}}, -2, 2);
  is("(1/x)*y", {{0, 0.5}, {-1, 2}}, -infinity, infinity);
  is("exp(x*log(y))", {{0, 0.5}, {0, 0.5}}, 0, 1);
}

// Where there may be no value on a set that is no null set, a bounded function has none either.
BOOST_AUTO_TEST_CASE(no_range_where_there_may_be_no_value) {
  for (const char *text : {"atan(1/floor(2*x))", "exp(-1/floor(x/2)^2)", "tanh(log(x - 1/2))",
                           "sin(asin(1/x))", "atan(sqrt(x - 1/2))", "cos(1/x - 1/(x^2 - x^2))",
                           "sin(tan(1/x))", "if(1/floor(2*x), 1, 2)", "step(floor(2*x)^(-1/2))"}) {
    const auto [from, to] = range(text, {{0, 1}});
    BOOST_TEST_CONTEXT(text) { BOOST_TEST((std::isinf(from) && std::isinf(to))); }
  }
}
