// The exact power of the difference norm against integration, its second derivatives against differences, and
// both bounds of the modulus against many shifts and closed forms.
#define BOOST_TEST_MODULE polynomial_modulus
#include <boost/test/unit_test.hpp>

#include "integrate/models.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "modulus/modulus.hpp"
#include "modulus/modulus_guess.hpp"
#include "modulus/polynomial_modulus.hpp"

#include <cmath>
#include <random>

using namespace layercert;

namespace {

constexpr double kTolerance = 0.01;

struct Case {
  std::size_t d;
  const char *text;
  int p;
};
const Case kCases[] = {
    {1, "x", 2},         {1, "3*x^3 - x/7", 4}, {2, "x*y - y^2/2", 2}, {2, "(x - y)^2 + x", 4},
    {3, "x*y + z^2", 2}, {3, "x*y*z - x", 2},   {4, "x0*x1*x2*x3", 2},
};
const ShiftNorm kNorms[] = {ShiftNorm::Euclidean, ShiftNorm::Max, ShiftNorm::One};

// Of length t.
Shift random_shift(std::mt19937_64 &random, std::size_t d, ShiftNorm norm, double t) {
  std::normal_distribution<double> normal;
  Shift h(d);
  for (double &x : h) {
    x = normal(random);
  }
  const double scale = t * (1 - 1e-12) / length_about(h, norm);
  for (double &x : h) {
    x *= scale;
  }
  return h;
}

ModulusBounds bounds_of(const Case &c, const Exponent &p, ShiftNorm norm, double t) {
  const Expression f = parse_expression(c.text, c.d);
  const std::optional<DifferencePower> power = DifferencePower::of(f, c.d, p);
  BOOST_TEST_REQUIRE(power.has_value());
  ModulusBounds known;
  known.upper = 1e300;
  return search_polynomial_modulus(*power, {f, c.d, p, norm, ShiftSector(f, c.d), t, t}, known,
                                   {kTolerance, 1 << 20, 1 << 14});
}

} // namespace

BOOST_AUTO_TEST_CASE(the_power_is_the_integral) {
  const UpwardScope upward;
  std::mt19937_64 random(8);
  for (const Case &c : kCases) {
    const Expression f = parse_expression(c.text, c.d);
    const Exponent p(c.p);
    const std::optional<DifferencePower> power = DifferencePower::of(f, c.d, p);
    BOOST_TEST_REQUIRE(power.has_value());
    for (int i = 0; i < 12; ++i) {
      const double t = i < 4 ? 0.9 : i < 8 ? 0.2 : 1e-3;
      const Shift h = random_shift(random, c.d, ShiftNorm::Max, t);
      const IntegralResult integral =
          integrate(p, c.d, domain_of_shift(h, 64), difference_modeller(f, h), {0.01, 1 << 14});
      const Interval exact = power->at(h);
      BOOST_TEST_CONTEXT(c.text << ", p = " << c.p << ", t = " << t) {
        BOOST_TEST(exact.lower() <= integral.upper * (1 + 1e-9));
        BOOST_TEST(exact.upper() >= integral.lower * (1 - 1e-9));
        BOOST_TEST(exact.upper() - exact.lower() <= 1e-8 * exact.upper());
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(second_derivatives_are_those_of_the_power) {
  const UpwardScope upward;
  std::mt19937_64 random(9);
  constexpr double kStep = 0x1p-13;
  for (const Case &c : kCases) {
    const Exponent p(c.p);
    const std::optional<DifferencePower> power = DifferencePower::of(parse_expression(c.text, c.d), c.d, p);
    BOOST_TEST_REQUIRE(power.has_value());
    const auto d = c.d;
    for (int i = 0; i < 10; ++i) {
      const Shift h = random_shift(random, c.d, ShiftNorm::Max, 0.5);
      std::vector<Interval> box;
      for (const double x : h) {
        const double radius = std::min(0.01, std::fabs(x));
        box.emplace_back(x - radius, x + radius);
      }
      DifferencePower::Hessian hessian;
      power->second_derivatives(box, hessian);
      std::vector<Interval> points(h.begin(), h.end());
      DifferencePower::Hessian there;
      power->second_derivatives(points, there);
      const auto at = [&](std::size_t j, double a, std::size_t k, double b) {
        Shift moved = h;
        moved[j] += a;
        moved[k] += b;
        return power->at(moved).upper();
      };
      for (std::size_t j = 0; j < d; ++j) {
        for (std::size_t k = j; k < d; ++k) {
          if (std::fabs(h[j]) < 4 * kStep || std::fabs(h[k]) < 4 * kStep) {
            continue; // its sign would change
          }
          const double quotient = (at(j, kStep, k, kStep) - at(j, kStep, k, -kStep) -
                                   at(j, -kStep, k, kStep) + at(j, -kStep, k, -kStep)) /
                                  (4 * kStep * kStep);
          BOOST_TEST(quotient >= hessian[j][k].lower() - 1e-5, c.text << ' ' << j << ' ' << k);
          BOOST_TEST(quotient <= hessian[j][k].upper() + 1e-5, c.text << ' ' << j << ' ' << k);
          BOOST_TEST(std::fabs(quotient - there[j][k].upper()) <= 1e-5 + 1e-4 * std::fabs(quotient));
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(both_bounds_are_near_and_hold_for_many_shifts) {
  const UpwardScope upward;
  std::mt19937_64 random(10);
  for (const Case &c : kCases) {
    const Exponent p(c.p);
    const std::optional<DifferencePower> power = DifferencePower::of(parse_expression(c.text, c.d), c.d, p);
    BOOST_TEST_REQUIRE(power.has_value());
    for (const ShiftNorm norm : kNorms) {
      for (const double t : {0.5, 0.125, 1e-3}) {
        const ModulusBounds bounds = bounds_of(c, p, norm, t);
        BOOST_TEST_CONTEXT(c.text << ", p = " << c.p << ", t = " << t << ", norm "
                                  << static_cast<int>(norm)) {
          BOOST_TEST(bounds.upper <= (1 + kTolerance) * bounds.lower.value);
          BOOST_TEST(norm_of(bounds.lower.shift, norm).upper() <= t);
          BOOST_TEST(bounds.lower.value <= p.root(power->at(bounds.lower.shift)).lower());
          for (int i = 0; i < 200; ++i) {
            const double length = t * (i % 2 == 0 ? 1 : static_cast<double>(i) / 200);
            const Interval value = power->at(random_shift(random, c.d, norm, length));
            BOOST_TEST(p.root(Interval(std::max(0.0, value.lower()))).lower() <= bounds.upper);
          }
        }
      }
    }
  }
}

// sum x_j: s prod (1 - h_j)^(1/p) with s = sum h_j is largest on the diagonal, where it grows for the shifts
// that are looked at.
BOOST_AUTO_TEST_CASE(sums_of_coordinates) {
  const UpwardScope upward;
  const char *texts[] = {"x", "x + y", "x + y + z", "x0+x1+x2+x3", "x0+x1+x2+x3+x4", "x0+x1+x2+x3+x4+x5"};
  for (std::size_t d = 1; d <= 6; ++d) {
    for (const int q : {2, 4}) {
      const Exponent p(q);
      const double t = 0.25;
      const ModulusBounds bounds = bounds_of({d, texts[d - 1], q}, p, ShiftNorm::Euclidean, t);
      const double side = t / std::sqrt(d);
      const double exact = static_cast<double>(d) * side * std::pow(1 - side, static_cast<double>(d) / q);
      BOOST_TEST(bounds.lower.value <= exact * (1 + 1e-13));
      BOOST_TEST(bounds.upper >= exact * (1 - 1e-13));
      BOOST_TEST(bounds.upper <= (1 + kTolerance) * bounds.lower.value);
    }
  }
}

BOOST_AUTO_TEST_CASE(other_targets_have_none) {
  const UpwardScope upward;
  BOOST_TEST(!DifferencePower::of(parse_expression("sin(x)", 1), 1, Exponent(2)).has_value());
  BOOST_TEST(!DifferencePower::of(parse_expression("x", 1), 1, Exponent(3)).has_value());
  BOOST_TEST(!DifferencePower::of(parse_expression("x", 1), 1, Exponent(mpq_class(5, 2))).has_value());
  BOOST_TEST(!DifferencePower::of(parse_expression("x", 1), 1, Exponent(66)).has_value());
}
