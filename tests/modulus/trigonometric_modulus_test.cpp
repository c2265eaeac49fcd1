// The exact norm against integration and closed forms, and the search against many shifts.
#define BOOST_TEST_MODULE trigonometric_modulus
#include <boost/test/unit_test.hpp>

#include "common/bound_scope.hpp"
#include "integrate/models.hpp"
#include "modulus/modulus.hpp"
#include "modulus/trigonometric_modulus.hpp"

#include <cmath>
#include <numbers>

using namespace layercert;
using std::numbers::pi;

namespace {

TrigonometricDifference difference_of(const char *text, double rest = 1e-7) {
  const std::optional<TrigonometricSum> sum = trigonometric_sum(parse_expression(text, 1), rest);
  BOOST_TEST_REQUIRE(sum.has_value(), text);
  return TrigonometricDifference(*sum);
}

ModulusBounds search(const TrigonometricDifference &difference, double t, double tolerance = 0.01) {
  const Expression unused = parse_expression("x0", 1);
  const ShiftSector sector(1);
  ModulusBounds known;
  known.upper = 1e300;
  return search_trigonometric_modulus(difference,
                                      {unused, 1, Exponent(2), ShiftNorm::Euclidean, sector, t, t}, known,
                                      {tolerance, 1 << 22, 1 << 14});
}

} // namespace

BOOST_AUTO_TEST_CASE(the_norm_is_that_of_the_integral) {
  const test::BoundScope scope;
  const Exponent p(2);
  for (const char *text :
       {"sin(2*pi*x)", "cos(3*x) + sin(3*x)/2 - 2*cos(40*x + 1)", "sum(n, 0, 4, 2^-n*cos(3^n*pi*x))",
        "sin(x) + cos(x)", "sin(1e-3*x) - sin(1.001e-3*x)"}) {
    const Expression f = parse_expression(text, 1);
    const TrigonometricDifference difference = difference_of(text);
    for (const double h : {0.5, 1.0 / 3, 0.125, 0.01}) {
      const IntegralResult integral =
          integrate(p, 1, domain_of_shift({h}, 64), difference_modeller(f, {h}), {1e-3, 1 << 16});
      const Interval expected = p.root(Interval(integral.lower, integral.upper));
      const Interval norm = difference.norm(Interval(h));
      BOOST_TEST_CONTEXT(text << ", h = " << h << ": [" << norm.lower() << ", " << norm.upper() << ']') {
        BOOST_TEST(norm.lower() <= expected.upper());
        BOOST_TEST(norm.upper() >= expected.lower());
        BOOST_TEST(norm.upper() - norm.lower() <= 1e-6 + 1e-6 * norm.upper());
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(intervals_of_shifts_hold_those_of_their_points) {
  const test::BoundScope scope;
  const TrigonometricDifference difference = difference_of("weierstrass(x, 1/2, 3) + sin(2*x)");
  for (const double width : {0.1, 1e-3, 1e-6}) {
    for (int i = 0; i < 20; ++i) {
      const double from = 0.02 * i;
      const Interval all = difference.norm(Interval(from, from + width));
      for (int k = 0; k <= 10; ++k) {
        const Interval one = difference.norm(Interval(from + width * k / 10.0 * (1 - 1e-12)));
        BOOST_TEST(all.lower() <= one.lower());
        BOOST_TEST(all.upper() >= one.upper());
      }
    }
  }
}

// 4 sin^2(pi h) int_0^(1-h) cos^2(2 pi x + pi h) dx for sin(2 pi x); it grows for the shifts that are looked
// at.
BOOST_AUTO_TEST_CASE(the_modulus_of_a_sine) {
  const test::BoundScope scope;
  const TrigonometricDifference difference = difference_of("sin(2*pi*x)");
  for (const double t : {0.25, 0x1p-6, 0x1p-20}) {
    const ModulusBounds bounds = search(difference, t, 1e-4);
    const double exact = 2 * std::sin(pi * t) * std::sqrt((1 - t) / 2 - std::sin(2 * pi * t) / (4 * pi));
    BOOST_TEST(bounds.lower.value <= exact * (1 + 1e-6));
    BOOST_TEST(bounds.upper >= exact * (1 - 1e-6));
    BOOST_TEST(bounds.upper <= 1.0001 * bounds.lower.value);
  }
}

// With much left out, the bounds still hold what little leaves out.
BOOST_AUTO_TEST_CASE(the_rest_counts) {
  const test::BoundScope scope;
  const char *text = "weierstrass(x, 1/2, 3)";
  const TrigonometricDifference rough = difference_of(text, 0.3);
  const TrigonometricDifference fine = difference_of(text);
  for (int i = 1; i < 50; ++i) {
    const Interval h(0.01 * i);
    BOOST_TEST(rough.norm(h).lower() <= fine.norm(h).lower());
    BOOST_TEST(rough.norm(h).upper() >= fine.norm(h).upper());
  }
}

BOOST_AUTO_TEST_CASE(the_search_holds_all_shifts) {
  const test::BoundScope scope;
  for (const char *text : {"weierstrass(x, 1/2, 3)", "weierstrass(x, 1/3, 7) - cos(9*x)", "cos(50*x)"}) {
    const TrigonometricDifference difference = difference_of(text);
    for (const double t : {0.5, 1.0 / 27}) {
      const ModulusBounds bounds = search(difference, t);
      BOOST_TEST_CONTEXT(text << ", t = " << t << ": [" << bounds.lower.value << ", " << bounds.upper << "], "
                              << bounds.boxes << " boxes") {
        BOOST_TEST(bounds.upper <= 1.01 * bounds.lower.value);
        BOOST_TEST(bounds.lower.shift[0] <= t);
        BOOST_TEST(bounds.lower.value <= difference.norm(Interval(bounds.lower.shift[0])).lower());
        for (int i = 1; i <= 500; ++i) {
          BOOST_TEST(difference.norm(Interval(t * i / 500.0 * (1 - 1e-15))).lower() <= bounds.upper);
        }
      }
    }
  }
}
