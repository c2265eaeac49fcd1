#define BOOST_TEST_MODULE check_majorant
#include <boost/test/unit_test.hpp>

#include "majorant.hpp"

#include <cmath>

using namespace checker;

namespace {

// The bound of || |f| + shift ||_q over the box.
double norm(const char *text, const std::vector<std::pair<double, double>> &box, const char *q,
            double shift = 0) {
  const Expression f = Expression::parse(text, static_cast<int>(box.size()));
  const auto exact = [](double x) {
    Arf result;
    arf_set_d(result.get(), x);
    return result;
  };
  std::vector<Interval> sides;
  for (const auto &[lower, upper] : box) {
    sides.emplace_back(exact(lower), exact(upper));
  }
  return Majorants(f, static_cast<int>(box.size())).norm(sides, exact_number(q), exact(shift)).about();
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
