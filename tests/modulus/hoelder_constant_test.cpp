#define BOOST_TEST_MODULE hoelder_constant
#include <boost/test/unit_test.hpp>

#include "common/bound_scope.hpp"
#include "layercert/function/expression.hpp"
#include "modulus/hoelder_constant.hpp"

#include <cmath>
#include <limits>

using namespace layercert;
using layercert::test::BoundScope;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double constant(const char *text, std::size_t d, const mpq_class &alpha,
                ShiftNorm norm = ShiftNorm::Euclidean, double wanted = 0) {
  const BoundScope scope;
  return hoelder_constant(parse_expression(text, d), d, alpha, norm, wanted, 1 << 12).upper;
}

} // namespace

BOOST_AUTO_TEST_CASE(lipschitz_constants) {
  const double tolerance = 1e-2;
  BOOST_TEST(constant("x0", 1, 1) == 1);
  BOOST_TEST(constant("abs(x0 - 1/3)", 1, 1) == 1);
  BOOST_TEST(constant("x0^2", 1, 1) >= 2);
  BOOST_TEST(constant("x0^2", 1, 1) <= 2 * (1 + tolerance));
  BOOST_TEST(constant("3*x0 - 4*x1", 2, 1) >= 5);
  BOOST_TEST(constant("3*x0 - 4*x1", 2, 1) <= 7); // the rule for sums
  BOOST_TEST(constant("3*x0 - 4*x1", 2, 1, ShiftNorm::Euclidean, 5.01) <=
             5.01); // the gradient, as the rule is not enough
  BOOST_TEST(constant("sin(3*x0 - 4*x1)", 2, 1, ShiftNorm::Max) >= 7);
  BOOST_TEST(constant("sin(3*x0 - 4*x1)", 2, 1, ShiftNorm::Max) <= 7 * (1 + tolerance));
  BOOST_TEST(constant("sin(3*x0 - 4*x1)", 2, 1, ShiftNorm::One) <= 4 * (1 + tolerance));
  BOOST_TEST(constant("step(x0 - 1/2)", 1, 1) == kInfinity);
  BOOST_TEST(constant("sqrt(x0)", 1, 1) == kInfinity);
}

BOOST_AUTO_TEST_CASE(constants_of_roots) {
  const mpq_class half(1, 2);
  BOOST_TEST(constant("sqrt(abs(x0 - 1/3))", 1, half) >= 1);
  BOOST_TEST(constant("sqrt(abs(x0 - 1/3))", 1, half) <= 1 + 1e-12);
  BOOST_TEST(constant("-2*sqrt(x0) + x1/4", 2, half) >= 2);
  BOOST_TEST(constant("-2*sqrt(x0) + x1/4", 2, half) <= 2.3); // 1/4 sqrt(diam), diam = sqrt 2
  BOOST_TEST(constant("x0^(1/3)", 1, mpq_class(1, 3)) <= 1 + 1e-12);
  BOOST_TEST(constant("x0^(1/3)", 1, mpq_class(1, 4)) <= 1 + 1e-12); // on the unit interval
  BOOST_TEST(constant("x0^(1/3)", 1, half) == kInfinity);            // is not so smooth
  BOOST_TEST(constant("max(sqrt(x0), 3*sqrt(x1))", 2, half) <= 3 + 1e-12);
  BOOST_TEST(constant("floor(3*x0)", 1, half) == kInfinity);
}

// No quotient of differences exceeds the constant.
BOOST_AUTO_TEST_CASE(quotients_stay_below) {
  const auto f = [](double x, double y) {
    return std::sqrt(std::fabs(x - 0.3)) * 0.5 - std::fabs(y - x) * 0.25;
  };
  const mpq_class half(1, 2);
  const double bound = constant("sqrt(abs(x0 - 3/10))*0.5 - abs(x1 - x0)*0.25", 2, half);
  BOOST_TEST(bound < 1.2);
  for (int i = 0; i < 40; ++i) {
    for (int j = 0; j < 40; ++j) {
      const double x = i / 39.0;
      const double y = j / 39.0;
      for (const auto &[u, v] : {std::pair(0.3, 0.3), std::pair(y, x), std::pair(1 - x, y)}) {
        const double distance = std::hypot(x - u, y - v);
        if (distance > 1e-6) {
          BOOST_REQUIRE_LE(std::fabs(f(x, y) - f(u, v)) / std::sqrt(distance), bound + 1e-12);
        }
      }
    }
  }
}

// |u^b - v^b| <= |u - v|^b is for arguments that are not negative; the boxes that show it are listed for the
// checker.
BOOST_AUTO_TEST_CASE(roots_of_negative_arguments_have_no_constant) {
  BOOST_TEST(constant("sqrt(x0 - 1/2)", 1, mpq_class(1, 4)) == kInfinity);
  BOOST_TEST(constant("abs(x0 - 1)^0.5 + (x0 - 1)^0.5", 1, mpq_class(1, 4)) == kInfinity);
  const BoundScope scope;
  const HoelderConstant found = hoelder_constant(parse_expression("sqrt(x0 - x0/2 + 1/8)", 1), 1,
                                                 mpq_class(1, 2), ShiftNorm::Euclidean, 2, 1 << 12);
  BOOST_TEST(found.upper <= 2);
  BOOST_TEST(found.subdivision != ".");
  BOOST_TEST(!found.subdivision.empty());
}

// Neither recursion nor a search at each of the partial sums.
BOOST_AUTO_TEST_CASE(long_sums) {
  std::string text = "x0";
  for (int k = 1; k <= 4000; ++k) {
    text += "+abs(x0-1/" + std::to_string(k) + ")";
  }
  const double upper = constant(text.c_str(), 1, 1, ShiftNorm::Euclidean, 1);
  BOOST_TEST(upper >= 3999); // at 1 one term falls
  BOOST_TEST(upper <= 4002);
}
