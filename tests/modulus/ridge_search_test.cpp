// Functions of one combination of the coordinates: its density against closed forms, and moduli against
// closed forms and against norms of single shifts.
#define BOOST_TEST_MODULE ridge_search
#include <boost/test/unit_test.hpp>

#include "certify/support.hpp"
#include "common/bound_scope.hpp"
#include "integrate/singular_models.hpp"
#include "modulus/modulus.hpp"
#include "modulus/ridge_search.hpp"

#include <cmath>
#include <limits>

using namespace layercert;
using namespace layercert::test;

namespace {

using Shift = std::vector<double>;

Ridge ridge(const char *text, std::size_t d) {
  std::optional<Ridge> result = ridge_of(parse_expression(text, d), d);
  BOOST_TEST_REQUIRE(result.has_value());
  return std::move(*result);
}

IntegralBounds norm_power(const Expression &f, std::size_t d, const Exponent &p, const Shift &h) {
  const IntegralResult result =
      integrate(p, d, domain_of_shift(h, 256), singular_difference_modeller(p, f, h), {0.01, 1 << 14});
  return {result.lower, result.upper};
}

} // namespace

BOOST_AUTO_TEST_CASE(which_targets_are_ridges) {
  for (const char *text :
       {"abs(x-y)^(-1/4)", "sqrt(abs(2*x-2*y)) + (y-x)^2", "sin(x+y-1)*exp(3-x-y)", "x", "cos(y)"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(ridge_of(parse_expression(text, 2), 2).has_value()); }
  }
  for (const char *text : {"abs(x-y)*x", "x*y", "abs(x-y)+x+y", "sin(x-y)+cos(x-2*y)", "x^2+y^2"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(!ridge_of(parse_expression(text, 2), 2).has_value()); }
  }
}

BOOST_AUTO_TEST_CASE(densities) {
  const BoundScope scope;
  const std::vector<Interval> square(2, Interval(0.0, 1.0));
  const std::vector<Interval> cube(3, Interval(0.0, 1.0));
  const Ridge difference = ridge("abs(x-y)", 2); // s = 2 t - 1, or its negative: 2 (1 - |s|)
  const Ridge sum = ridge("sin(x+y+z)", 3);
  const Ridge one = ridge("sin(x)", 2);
  const auto is = [](double found, double value) {
    BOOST_TEST(found >= value);
    BOOST_TEST(found <= value * (1 + 1e-12) + 1e-300);
  };
  is(RidgeDensity(difference, square).upper(0.25, 0.25), 1);
  is(RidgeDensity(difference, square).upper(0.5, 0.5), 2);
  is(RidgeDensity(difference, square).upper(0.125, 0.75), 2);
  is(RidgeDensity(sum, cube).upper(0.5, 0.5), 3 * 0.75);
  is(RidgeDensity(sum, cube).upper(1.0 / 6, 1.0 / 6), 3 * 0.125);
  is(RidgeDensity(one, square).upper(0.3, 0.4), 1);
  is(RidgeDensity(one, {Interval(0.0, 0.5), Interval(0.0, 0.25)}).upper(0.3, 0.4), 0.25);
  is(RidgeDensity(one, {Interval(0.0, 0.5), Interval(0.0, 0.25)}).upper(0.6, 0.7), 0);
  // The sum over narrow parts is the measure of the box, from above.
  const std::vector<Interval> boxes[] = {square, {Interval(0.25, 1.0), Interval(0.0, 0.5)}};
  for (const std::vector<Interval> &box : boxes) {
    double total = 0;
    for (int i = 0; i < 4096; ++i) {
      total += RidgeDensity(difference, box).upper(i / 4096.0, (i + 1) / 4096.0) / 4096;
    }
    const double measure = (box[0].upper() - box[0].lower()) * (box[1].upper() - box[1].lower());
    BOOST_TEST(total >= measure);
    BOOST_TEST(total <= 1.002 * measure);
  }
}

// omega_1 of step(x - y): the longest shift across the diagonal, s = sqrt(2) t, moves s - (3/4) s^2 of the
// square over it.
BOOST_AUTO_TEST_CASE(a_jump_across_the_diagonal) {
  const BoundScope scope;
  const Expression f = parse_expression("step(x-y)", 2);
  const double t = 0.25;
  const double s = std::sqrt(2.0) * t;
  const double known = s - 0.75 * s * s;
  const double part = t * 0.7071067811865;
  const ModulusBounds found =
      search_ridge(ridge("step(x-y)", 2), {f, 2, Exponent(1), ShiftNorm::Euclidean, ShiftSector(f, 2), t, t},
                   {1e300, {0.97 * known, {part, -part}}, 0}, {0.02, 1 << 22, 1 << 12});
  BOOST_TEST(found.upper >= known);
  BOOST_TEST(found.upper <= 1.03 * known);
}

// No shift has a larger norm, and one has nearly that.
BOOST_AUTO_TEST_CASE(norms_of_shifts) {
  const BoundScope scope;
  const double t = 0.25;
  struct Case {
    const char *text;
    mpq_class p;
  };
  for (const Case &c : {Case{"sqrt(abs(x-y))", 3}, Case{"sqrt(abs(x-y))", mpq_class(3, 2)}}) {
    const Expression f = parse_expression(c.text, 2);
    const Exponent p(c.p);
    const ShiftSector sector(f, 2);
    const Shift first{t, 0};
    const ModulusProblem problem{f, 2, p, ShiftNorm::Euclidean, sector, t, t};
    const ModulusBounds known{1e300, {p.root(Interval(norm_power(f, 2, p, first).lower)).lower(), first}, 0};
    const ModulusBounds found = search_ridge(ridge(c.text, 2), problem, known, {0.05, 1 << 22, 1 << 12});
    BOOST_TEST_CONTEXT(c.text << ", p = " << c.p << ", " << found.boxes << " boxes") {
      BOOST_TEST(found.lower.value >= known.lower.value);
      BOOST_TEST(found.upper <= 1.1 * found.lower.value);
      for (int i = 0; i < 8; ++i) {
        const double angle = 0.3927 * i;
        const Shift h{0.99 * t * std::cos(angle), 0.99 * t * std::sin(angle)};
        BOOST_TEST(p.root(Interval(norm_power(f, 2, p, h).lower)).lower() <= found.upper, "angle " << angle);
      }
    }
  }
}
