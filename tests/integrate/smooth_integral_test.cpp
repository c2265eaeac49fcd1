#define BOOST_TEST_MODULE smooth_integral
#include <boost/test/unit_test.hpp>

#include "certify/support.hpp"
#include "common/bound_scope.hpp"
#include "function/random_expression.hpp"
#include "integrate/cells.hpp"
#include "integrate/models.hpp"
#include "integrate/smooth_integral.hpp"
#include "integrate/taylor_bounds.hpp"

using namespace layercert;
using namespace layercert::test;

namespace {

Interval no_constant(const Box &) { return Interval(0.0); }

IntegralResult integrate_smoothly(std::size_t d, const std::string &text, const mpq_class &p,
                                  const Refinement &refinement, int degree = 0) {
  const Expression f = parse_expression(text, d);
  return integrate_smooth(Exponent(p), f, d, no_constant, BoxList(d, {{unit_cube(d)}}), refinement, degree);
}

std::optional<TaylorBounds::Result> on_box(std::size_t d, const std::string &text, const mpq_class &p,
                                           const Box &box, const Interval &c = Interval(0.0),
                                           int degree = 0) {
  const Expression f = parse_expression(text, d);
  const Exponent exponent(p);
  return TaylorBounds(f, d,
                      std::make_shared<const TaylorTables>(
                          exponent, d, degree != 0 ? degree : default_taylor_degree(d)))(box, c);
}

struct Known {
  std::size_t d;
  std::string text;
  mpq_class p;
  MpfrInterval integral;
  double gap;        // that is reached
  std::size_t boxes; // with so many
};

std::vector<Known> known_integrals() {
  const MpfrInterval pi = mpfr_pi(kPrecision);
  const auto q = [](long a, long b) { return real(mpq_class(a, b)); };
  const MpfrInterval third = q(1, 3);
  const mpq_class half_seven(7, 2);
  const auto power_of = [](const MpfrInterval &x, const mpq_class &e) { return power(x, e); };
  return {
      {1, "x0", 1, q(1, 2), 1e-14, 1},
      {1, "x0", 2, q(1, 3), 1e-14, 1},
      {1, "x0", half_seven, q(2, 9), 1e-13, 1},
      {1, "x0^2", 2, q(1, 5), 1e-14, 1},
      {1, "x0^2", 4, q(1, 9), 1e-14, 1},
      {1, "x0^2 - 1/4", 2, real(mpq_class(1, 5) - mpq_class(1, 6) + mpq_class(1, 16)), 1e-14, 1},
      {1, "x0 - 1/3", 1, q(5, 18), 1e-13, 1},
      {1, "x0 - 1/3", half_seven,
       q(2, 9) * (power_of(third, mpq_class(9, 2)) + power_of(q(2, 3), mpq_class(9, 2))), 1e-13, 1},
      {1, "1/3 - x0", mpq_class(3, 2),
       q(2, 5) * (power_of(third, mpq_class(5, 2)) + power_of(q(2, 3), mpq_class(5, 2))), 1e-13, 1},
      {1, "abs(x0 - 1/3)", 1, q(5, 18), 1e-10, 60},
      {1, "abs(x0 - 1/3)", half_seven,
       q(2, 9) * (power_of(third, mpq_class(9, 2)) + power_of(q(2, 3), mpq_class(9, 2))), 1e-10, 60},
      {1, "step(x0 - 1/3)", half_seven, q(2, 3), 1e-10, 60},
      {1, "sqrt(x0)", 2, q(1, 2), 1e-10, 100},
      {1, "sqrt(x0)", 1, q(2, 3), 1e-10, 100},
      {1, "sin(2*pi*x0)", 1, real(2) / pi, 1e-10, 30},
      {1, "sin(2*pi*x0)", 2, q(1, 2), 1e-10, 30},
      {1, "sin(2*pi*x0)", 3, q(4, 3) / pi, 1e-10, 40},
      {1, "sin(2*pi*x0)", 4, q(3, 8), 1e-10, 30},
      {1, "exp(x0)", 3, (exp_range(real(3)) - real(1)) / real(3), 1e-12, 4},
      {1, "exp(x0)", half_seven, (exp_range(q(7, 2)) - real(1)) / q(7, 2), 1e-12, 16},
      {1, "1/(1 + x0^2)", 1, pi / real(4), 1e-12, 8},
      {1, "(x0 - 1/3)^2", mpq_class(3, 2), q(1, 4) * (power_of(third, 4) + power_of(q(2, 3), 4)), 1e-9, 200},
      {2, "x0*x1", 2, q(1, 9), 1e-14, 1},
      {2, "x0*x1", 1, q(1, 4), 1e-14, 1},
      {2, "x0 - x1", 4, q(1, 15), 1e-13, 1},
      {2, "x0 + x1^2", 4,
       real(mpq_class(1, 5) + mpq_class(1, 3) + mpq_class(2, 5) + mpq_class(2, 7) + mpq_class(1, 9)), 1e-13,
       1},
      {2, "exp(x0 + 2*x1)", half_seven,
       (exp_range(q(7, 2)) - real(1)) * (exp_range(real(7)) - real(1)) / (q(7, 2) * real(7)), 1e-8, 300},
      {2, "exp(x0)*sin(pi*x1)", 1, (exp_range(real(1)) - real(1)) * real(2) / pi, 1e-8, 600},
      {2, "x0 - x1", 1, q(1, 3), 1e-4, 200},
      {3, "x0 + x1 + x2", 2, q(5, 2), 1e-14, 1},
      {3, "x0 + x1*x2", 4,
       real(mpq_class(1, 5) + mpq_class(4, 4) * mpq_class(1, 4) + mpq_class(6, 3) * mpq_class(1, 9) +
            mpq_class(4, 2) * mpq_class(1, 16) + mpq_class(1, 25)),
       1e-13, 1},
      {3, "exp(x0 + x1 - x2)", 1,
       (exp_range(real(1)) - real(1)) * (exp_range(real(1)) - real(1)) * (real(1) - exp_range(real(-1))),
       1e-6, 100},
  };
}

} // namespace

BOOST_FIXTURE_TEST_CASE(known_integrals_are_contained_and_sharp, BoundScope) {
  for (const Known &known : known_integrals()) {
    for (const std::size_t most : {std::size_t{1}, std::size_t{5}, known.boxes}) {
      const IntegralResult result = integrate_smoothly(known.d, known.text, known.p, {known.gap, most});
      BOOST_TEST_CONTEXT(known.text << ", p = " << known.p << ", boxes " << result.boxes.size() << " of "
                                    << most << ": [" << result.lower << ", " << result.upper << "] against "
                                    << nearest(known.integral)) {
        BOOST_TEST(at_most(result.lower, known.integral));
        BOOST_TEST(at_least(result.upper, known.integral));
        BOOST_TEST(result.boxes.size() <= most);
        if (most == known.boxes) {
          BOOST_TEST(result.upper - result.lower <= known.gap * result.upper);
        }
      }
    }
  }
}

// Halving the box divides the relative gap by 2^m or more: of the bounds by polynomials, by powers, and
// beside a zero (one order less).
BOOST_FIXTURE_TEST_CASE(orders_of_convergence, BoundScope) {
  struct Case {
    std::size_t d;
    const char *text;
    mpq_class p;
    int degree;
    double order;
  };
  const Case cases[] = {{1, "exp(x0)*cos(3*x0) + 3", 1, 4, 4},
                        {1, "exp(x0)*cos(3*x0) + 3", 2, 6, 6},
                        {1, "exp(x0)*cos(3*x0) + 3", 3, 4, 4},
                        {1, "exp(x0)*cos(3*x0) + 3", mpq_class(7, 2), 6, 6},
                        {1, "exp(x0) - exp(1/3)", mpq_class(7, 2), 5, 4},
                        {1, "exp(x0) - exp(1/3)", 1, 5, 4},
                        {1, "exp(x0) - exp(1/3)", 2, 4, 4},
                        {2, "exp(x0*x1) + cos(x0)", mpq_class(5, 2), 4, 4},
                        {2, "exp(x0*x1) + cos(x0)", 2, 4, 4},
                        {3, "exp(x0*x1) + cos(x2)", 1, 3, 3}};
  for (const Case &c : cases) {
    double previous = 0;
    for (int k = 2; k <= 4; ++k) {
      Box box;
      for (std::size_t j = 0; j < c.d; ++j) {
        box.lower[j] = 1.0 / 3 - std::ldexp(0.5, -k);
        box.upper[j] = 1.0 / 3 + std::ldexp(0.75, -k);
      }
      const auto result = on_box(c.d, c.text, c.p, box, Interval(0.0), c.degree);
      BOOST_REQUIRE(result.has_value());
      const double gap = (result->bounds.upper - result->bounds.lower) / result->bounds.upper;
      if (k > 2) {
        BOOST_TEST_CONTEXT(c.text << ", p = " << c.p << ": " << previous << " to " << gap) {
          BOOST_TEST(gap <= previous * std::exp2(-(c.order - 0.3)));
          BOOST_TEST(gap > 1e-14); // else it says nothing
        }
      }
      previous = gap;
    }
  }
}

// Never disjoint from the mean value forms, which are another way: random expressions on random boxes, all
// sorts of p and constants.
BOOST_FIXTURE_TEST_CASE(taylor_and_mean_value_bounds_overlap, BoundScope) {
  RandomExpression random(3);
  const mpq_class exponents[] = {1, 2, 3, 4, 5, 6, mpq_class(3, 2), mpq_class(7, 2), mpq_class(31, 3)};
  int compared = 0;
  int sharper = 0;
  for (int trial = 0; trial < 6000; ++trial) {
    const std::size_t d = 1 + random.below(3);
    const std::string text = random.text(d, 1 + static_cast<int>(random.below(3)));
    const mpq_class p = exponents[random.below(std::size(exponents))];
    std::vector<double> lower;
    std::vector<double> upper;
    random.box(d, lower, upper);
    Box box;
    bool thick = true;
    for (std::size_t j = 0; j < d; ++j) {
      box.lower[j] = lower[j];
      box.upper[j] = upper[j];
      thick = thick && lower[j] < upper[j];
    }
    if (!thick) {
      continue;
    }
    const Interval c(random.below(2) == 0 ? 0.0 : random.unit());
    const auto result = on_box(d, text, p, box, c, 2 + static_cast<int>(random.below(4)));
    if (!result) {
      continue;
    }
    const Expression f = parse_expression(text, d);
    const IntegralResult reference = integrate(
        Exponent(p), d, {box}, function_modeller(f, d, [&](const Box &) { return c; }), {1e-4, 400});
    ++compared;
    sharper += result->bounds.upper - result->bounds.lower < reference.upper - reference.lower ? 1 : 0;
    BOOST_TEST_CONTEXT(text << ", p = " << p << ", c = " << c.lower() << ": [" << result->bounds.lower << ", "
                            << result->bounds.upper << "] against [" << reference.lower << ", "
                            << reference.upper << "] on [" << box.lower[0] << ", " << box.upper[0] << "]") {
      BOOST_TEST(result->bounds.lower <= reference.upper);
      BOOST_TEST(reference.lower <= result->bounds.upper);
      BOOST_TEST(result->bounds.lower <= result->bounds.upper);
    }
  }
  BOOST_TEST(compared > 1000);
  BOOST_TEST(sharper > 500);
}

// Where |f - c|^p has kinks, jumps and missing values there is no Taylor form, and the driver's bounds are
// those of the mean value form.
BOOST_FIXTURE_TEST_CASE(nothing_is_claimed_where_f_is_not_smooth, BoundScope) {
  for (const char *text : {"abs(x0 - 1/3)", "step(x0 - 1/3)", "sqrt(x0)", "log(x0)", "1/x0", "floor(3*x0)",
                           "min(x0, 1/2)", "if(x0 < 1/2, 1, x0)", "x0^(1/2)", "sqrt(x0 - 1/2)"}) {
    for (const mpq_class &p : {mpq_class(1), mpq_class(2), mpq_class(7, 2)}) {
      BOOST_TEST_CONTEXT(text) { BOOST_TEST(!on_box(1, text, p, unit_cube(1)).has_value()); }
    }
  }
  for (const char *text :
       {"log(x0)", "1/x0", "(x0 - x0)/(x0 - x0)", "sqrt(x0 - 1/2)", "1/(x0 - 1/3)", "asin(2*x0)",
        "tan(pi*x0)", "x0^(-1/2)", "log(x0)*0", "atan(log(x0 - 1/2))", "if(x0 < 1/2, sqrt(x0 - 1/4), 1)"}) {
    const IntegralResult result = integrate_smoothly(1, text, mpq_class(2), {1e-2, 500});
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST(std::isinf(result.upper));
      BOOST_TEST(!std::isnan(result.lower));
      BOOST_TEST(result.boxes.size() <= 500U);
    }
  }
  // A change of sign in two dimensions: the sign matters unless p is even.
  BOOST_TEST(!on_box(2, "x0 - x1", 1, unit_cube(2)).has_value());
  BOOST_TEST(!on_box(2, "x0 - x1", 3, unit_cube(2)).has_value());
  BOOST_TEST(!on_box(2, "x0 - x1", mpq_class(7, 2), unit_cube(2)).has_value());
  BOOST_TEST(on_box(2, "x0 - x1", 2, unit_cube(2)).has_value());
  // A change of sign in one dimension where the slope changes its own.
  BOOST_TEST(!on_box(1, "(x0 - 1/2)^2 - 1/8", 1, unit_cube(1)).has_value());
}

// The constant may be an interval, and then stands for every number in it.
BOOST_FIXTURE_TEST_CASE(a_wide_constant_gives_wide_bounds, BoundScope) {
  for (const mpq_class &p : {mpq_class(1), mpq_class(2), mpq_class(3), mpq_class(7, 2)}) {
    for (const Interval &c : {Interval(-1.25, -1.0), Interval(0.25, 0.5), Interval(2.0, 2.5)}) {
      const auto result = on_box(1, "x0", p, unit_cube(1), c);
      if (!result) {
        continue;
      }
      for (const double inner : {c.lower(), (c.lower() + c.upper()) / 2, c.upper()}) {
        const MpfrInterval z = real(mpq_class(inner));
        const MpfrInterval exact = antiderivative(real(1) - z, p, 1) - antiderivative(-z, p, 1);
        BOOST_TEST_CONTEXT("p = " << p << ", c = " << inner) {
          BOOST_TEST(at_most(result->bounds.lower, exact));
          BOOST_TEST(at_least(result->bounds.upper, exact));
        }
      }
    }
  }
}

BOOST_FIXTURE_TEST_CASE(any_number_of_threads_gives_the_same_bytes, BoundScope) {
  any_number_of_threads_gives_the_same(
      [] {
        return integrate_smoothly(2, "sqrt(x0 + 0.01)*abs(sin(7*x1)) - step(x0 - x1)", mpq_class(5, 2),
                                  {1e-5, 2000});
      },
      500);
}

// The same function in another unit: the norms differ by the factor, whichever formula of taylor_bounds.hpp
// serves.
BOOST_FIXTURE_TEST_CASE(norms_of_functions_of_any_size, BoundScope) {
  for (const auto &[d, text, p] :
       {std::tuple(1, "x0 - 1/3", mpq_class(7, 2)), std::tuple(1, "sin(2*pi*x0)", mpq_class(3)),
        std::tuple(1, "sin(2*pi*x0)", mpq_class(4)), std::tuple(1, "exp(x0)", mpq_class(7, 2)),
        std::tuple(1, "x0 - 1/3", mpq_class(1)), std::tuple(2, "x0 - x1", mpq_class(4)),
        std::tuple(2, "x0 + x1^2", mpq_class(3)), std::tuple(1, "sqrt(x0)", mpq_class(2))}) {
    const Exponent plain(p);
    const auto norm_of = [&, d = d](const std::string &f, const Exponent &exponent) {
      const Expression expression = parse_expression(f, d);
      const IntegralResult integral =
          integrate_smooth(exponent, expression, d, no_constant, BoxList(d, {{unit_cube(d)}}), {1e-8, 4096});
      return exponent.root({integral.lower, integral.upper});
    };
    const Interval norm = norm_of(text, plain);
    for (const int shift : {800, -800}) {
      const Exponent exponent = plain.for_size(std::ldexp(1.0, shift));
      BOOST_TEST(exponent.unit() != 1);
      const Interval found = norm_of("2^(" + std::to_string(shift) + ")*(" + text + ")", exponent);
      BOOST_TEST_CONTEXT(text << ", p = " << p << ", 2^" << shift << ": " << shown(found) << " for "
                              << shown(norm)) {
        BOOST_TEST(std::ldexp(found.lower(), -shift) <= norm.upper());
        BOOST_TEST(std::ldexp(found.upper(), -shift) >= norm.lower());
        BOOST_TEST(relative_width(found.lower(), found.upper()) <= 1e-6);
      }
    }
  }
}
