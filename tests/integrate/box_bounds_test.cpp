#define BOOST_TEST_MODULE box_bounds
#include <boost/test/unit_test.hpp>

#include "certify/support.hpp"
#include "common/bound_scope.hpp"
#include "integrate/box_bounds.hpp"

#include <functional>
#include <limits>
#include <map>

using namespace layercert;
using namespace layercert::test;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// A polynomial in two variables, exact.
class Polynomial {
public:
  std::map<std::pair<int, int>, mpq_class> terms;

  Polynomial operator*(const Polynomial &other) const {
    Polynomial result;
    for (const auto &[a, x] : terms) {
      for (const auto &[b, y] : other.terms) {
        result.terms[{a.first + b.first, a.second + b.second}] += x * y;
      }
    }
    return result;
  }
  Polynomial derivative(std::size_t j) const {
    Polynomial result;
    for (const auto &[a, x] : terms) {
      const int n = j == 0 ? a.first : a.second;
      if (n > 0) {
        result.terms[{a.first - (j == 0), a.second - (j == 1)}] += x * n;
      }
    }
    return result;
  }
  mpq_class at(const mpq_class &x, const mpq_class &y) const {
    mpq_class result = 0;
    for (const auto &[a, c] : terms) {
      result += c * to_the(x, a.first) * to_the(y, a.second);
    }
    return result;
  }
  // Over the box with ends in [0, infinity): every term is monotone.
  Interval range(const Box &box) const {
    mpq_class lower = 0;
    mpq_class upper = 0;
    for (const auto &[a, c] : terms) {
      const mpq_class least =
          c * to_the(mpq_class(box.lower[0]), a.first) * to_the(mpq_class(box.lower[1]), a.second);
      const mpq_class most =
          c * to_the(mpq_class(box.upper[0]), a.first) * to_the(mpq_class(box.upper[1]), a.second);
      lower += c > 0 ? least : most;
      upper += c > 0 ? most : least;
    }
    return {rational_to_double_lower(lower), rational_to_double_upper(upper)};
  }
  mpq_class integral(std::size_t d, const Box &box) const {
    mpq_class result = 0;
    for (const auto &[a, c] : terms) {
      result += c * piece(box, 0, a.first) * (d == 2 ? piece(box, 1, a.second) : mpq_class(1));
    }
    return result;
  }

private:
  static mpq_class to_the(const mpq_class &x, int n) {
    mpq_class result = 1;
    for (int i = 0; i < n; ++i) {
      result *= x;
    }
    return result;
  }
  static mpq_class piece(const Box &box, std::size_t j, int n) {
    return (to_the(mpq_class(box.upper[j]), n + 1) - to_the(mpq_class(box.lower[j]), n + 1)) / (n + 1);
  }
};

LocalModel model_of(const Polynomial &g, std::size_t d, const Box &box) {
  LocalModel model;
  model.range = g.range(box);
  model.at_midpoint = enclosure(g.at((mpq_class(box.lower[0]) + mpq_class(box.upper[0])) / 2,
                                     (mpq_class(box.lower[1]) + mpq_class(box.upper[1])) / 2));
  for (std::size_t j = 0; j < d; ++j) {
    model.gradient[j] = g.derivative(j).range(box);
  }
  model.differentiable = true;
  return model;
}

Polynomial random_polynomial(std::mt19937_64 &random, std::size_t d, int degree) {
  Polynomial g;
  for (int a = 0; a <= degree; ++a) {
    for (int b = 0; b <= (d == 2 ? degree - a : 0); ++b) {
      g.terms[{a, b}] =
          mpq_class(static_cast<long>(random() % 2001) - 1000, static_cast<long>(random() % 500) + 1);
      g.terms[{a, b}].canonicalize();
    }
  }
  return g;
}

Box random_box(std::mt19937_64 &random, std::size_t d) {
  Box box;
  for (std::size_t j = 0; j < d; ++j) {
    box.lower[j] = static_cast<double>(random() >> 11) * 0x1p-53;
    box.upper[j] = box.lower[j] + random_double(random, -12, 0);
  }
  return box;
}

// The integral of |g|^p for a g without change of sign, or an even p.
mpq_class exact_integral(const Polynomial &g, int p, std::size_t d, const Box &box) {
  Polynomial raised;
  raised.terms[{0, 0}] = 1;
  for (int i = 0; i < p; ++i) {
    raised = raised * g;
  }
  return abs(raised.integral(d, box));
}

} // namespace

BOOST_FIXTURE_TEST_CASE(polynomials, BoundScope) {
  std::mt19937_64 random(1);
  for (const int p : {1, 2, 3, 4, 6}) {
    const Exponent exponent{mpq_class(p)};
    for (int i = 0; i < 150; ++i) {
      const std::size_t d = 1 + i % 2;
      const Box box = random_box(random, d);
      Polynomial g = random_polynomial(random, d, i % 4);
      if (p % 2 == 1) { // lifted above 0
        const Interval range = g.range(box);
        if (range.lower() <= 0) {
          g.terms[{0, 0}] += mpq_class(range.lower()) * mpq_class(-3, 2) + mpq_class(1, 100);
        }
      }
      const mpq_class exact = exact_integral(g, p, d, box);
      LocalModel model = model_of(g, d, box);
      const IntegralBounds smooth = integral_of_power(exponent, d, box, model);
      model.differentiable = false;
      const IntegralBounds rough = integral_of_power(exponent, d, box, model);
      BOOST_TEST_CONTEXT("p = " << p << ", d = " << d << ", case " << i << ": " << smooth.lower << " .. "
                                << smooth.upper << " and " << rough.lower << " .. " << rough.upper
                                << " against " << exact.get_d()) {
        BOOST_REQUIRE(at_most(smooth.lower, exact));
        BOOST_REQUIRE(at_least(smooth.upper, exact));
        BOOST_REQUIRE(at_most(rough.lower, exact));
        BOOST_REQUIRE(at_least(rough.upper, exact));
        BOOST_REQUIRE_LE(smooth.upper, rough.upper);
        BOOST_REQUIRE_GE(smooth.lower, rough.lower);
        if (i % 4 <= 1 && p % 2 == 0) { // constant and affine functions: exact but for rounding
          BOOST_REQUIRE_LE(smooth.upper, exact.get_d() * (1 + 1e-9) + 1e-300);
          BOOST_REQUIRE_GE(smooth.lower, exact.get_d() * (1 - 1e-9));
        }
      }
    }
  }
}

// |x - c| and every p, by its antiderivative; without and with the kink inside.
BOOST_FIXTURE_TEST_CASE(kinks_and_any_exponent, BoundScope) {
  std::mt19937_64 random(2);
  for (const mpq_class &p : {mpq_class(1), mpq_class(3, 2), mpq_class(2), mpq_class(5, 2), mpq_class(7, 2),
                             mpq_class(73, 10), mpq_class(60)}) {
    const Exponent exponent(p);
    for (int i = 0; i < 150; ++i) {
      const Box box = random_box(random, 1);
      const double w = box.upper[0] - box.lower[0];
      const double c = box.lower[0] + w * (static_cast<double>(random() % 1000) / 500 - 0.5);
      const double lower = box.lower[0];
      const double upper = box.upper[0];
      const MpfrInterval exact = antiderivative(real(mpq_class(upper) - mpq_class(c)), p, 1) -
                                 antiderivative(real(mpq_class(lower) - mpq_class(c)), p, 1);
      LocalModel model; // of x - c
      model.range = Interval(lower, upper) - Interval(c);
      model.at_midpoint = enclosure((mpq_class(lower) + mpq_class(upper)) / 2 - mpq_class(c));
      model.gradient[0] = Interval(1.0);
      model.differentiable = true;
      const IntegralBounds signed_bounds = integral_of_power(exponent, 1, box, model);
      LocalModel kink = model; // of |x - c|
      kink.range = abs_range(model.range);
      kink.at_midpoint = abs_range(model.at_midpoint);
      kink.gradient[0] = c <= lower ? Interval(1.0) : c >= upper ? Interval(-1.0) : Interval(-1.0, 1.0);
      const IntegralBounds kink_bounds = integral_of_power(exponent, 1, box, kink);
      BOOST_TEST_CONTEXT("p = " << p << std::hexfloat << ", [" << lower << ", " << upper << "], c = " << c
                                << ": " << signed_bounds.lower << " .. " << signed_bounds.upper << ", "
                                << kink_bounds.lower << " .. " << kink_bounds.upper << " against "
                                << nearest(exact)) {
        BOOST_REQUIRE(at_most(signed_bounds.lower, exact));
        BOOST_REQUIRE(at_least(signed_bounds.upper, exact));
        BOOST_REQUIRE(at_most(kink_bounds.lower, exact));
        BOOST_REQUIRE(at_least(kink_bounds.upper, exact));
      }
    }
  }
}

BOOST_FIXTURE_TEST_CASE(what_is_not_known_is_not_bounded, BoundScope) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  Box box;
  box.lower[0] = 0.25;
  box.upper[0] = 0.75;
  for (const mpq_class &p : {mpq_class(1), mpq_class(2), mpq_class(73, 10)}) {
    const Exponent exponent(p);
    const auto bounds = [&](const LocalModel &model) { return integral_of_power(exponent, 1, box, model); };
    const auto nothing = [&](const LocalModel &model) {
      const IntegralBounds result = bounds(model);
      BOOST_TEST(result.lower == 0);
      BOOST_TEST(result.upper == kInfinity);
    };
    LocalModel model;
    model.range = whole_line();
    nothing(model);
    model.differentiable = true; // but with a slope that says nothing
    model.at_midpoint = Interval(1.0);
    model.gradient[0] = whole_line();
    nothing(model);
    model.gradient[0] = Interval(0.0, kInfinity);
    nothing(model);
    model.gradient[0] = Interval(nan, nan);
    nothing(model);
    model.gradient[0] = Interval(-1.0, 1.0);
    model.at_midpoint = Interval(nan, nan);
    nothing(model);
    model.at_midpoint = whole_line();
    nothing(model);
    model.range = Interval(nan, nan);
    nothing(model);
    // An infinite range, but a finite slope from a finite value: bounded after all. |g| is at most 1 + 1/4
    // there, at least 3/4.
    model.at_midpoint = Interval(1.0);
    model.range = whole_line();
    const IntegralBounds finite = bounds(model);
    BOOST_TEST(std::isfinite(finite.upper));
    BOOST_TEST(
        at_least(finite.upper, power(real(mpq_class(5, 4)), p) / real(4))); // a g that does rise so far
    // g >= 2 without an upper bound.
    model.differentiable = false;
    model.range = Interval(2.0, kInfinity);
    BOOST_TEST(bounds(model).upper == kInfinity);
    BOOST_TEST(at_most(bounds(model).lower, power(real(2), p) / real(2)));
    // Powers beyond the largest double.
    model.range = Interval(0x1p1000, 0x1p1001);
    if (p > 1) {
      BOOST_TEST(bounds(model).upper == kInfinity);
      BOOST_TEST(std::isfinite(bounds(model).lower));
    }
  }
}

BOOST_FIXTURE_TEST_CASE(volumes, BoundScope) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 1000; ++i) {
    const std::size_t d = 1 + i % kMaxDimension;
    const Box box = random_box(random, d);
    mpq_class exact = 1;
    for (std::size_t j = 0; j < d; ++j) {
      exact *= mpq_class(box.upper[j]) - mpq_class(box.lower[j]);
    }
    const Interval bounds = volume(d, box);
    BOOST_TEST_CONTEXT("case " << i << ": " << shown(bounds)) {
      BOOST_REQUIRE(contains(bounds, exact));
      BOOST_REQUIRE_LE(bounds.upper() - bounds.lower(), 1e-14 * bounds.upper());
    }
  }
}
