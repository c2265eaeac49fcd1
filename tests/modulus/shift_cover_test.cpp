#define BOOST_TEST_MODULE shift_cover
#include <boost/test/unit_test.hpp>

#include "certify/support.hpp"
#include "common/bound_scope.hpp"
#include "function/random_expression.hpp"
#include "integrate/singular_models.hpp"
#include "modulus/cover_search.hpp"
#include "modulus/modulus.hpp"
#include "modulus/shift_cover.hpp"

#include <functional>
#include <limits>

using namespace layercert;
using namespace layercert::test;

namespace {

using Shift = std::vector<double>;

MpfrInterval entropy_term(const mpq_class &x) { // -x log x
  bool undefined = false;
  return x == 0 ? real(0) : -(real(x) * log_range(real(x), undefined));
}

// sgn(y) |y|^e / e
MpfrInterval signed_primitive(const mpq_class &y, const mpq_class &e) {
  const MpfrInterval value = power(real(abs(y)), e) / real(e);
  return y < 0 ? -value : value;
}

// || f(. + h) - f ||_1 in closed form.
struct Known {
  std::size_t d;
  const char *text;
  std::function<MpfrInterval(const Shift &h)> norm;
};

const std::vector<Known> &known_norms() {
  static const std::vector<Known> all{
      {1, "log(x)",
       [](const Shift &h) { // the integral of log(x + h) - log(x)
         const mpq_class t(std::fabs(h[0]));
         return entropy_term(t) + entropy_term(1 - t);
       }},
      {1, "abs(x - 1/3)^(-1/4)",
       [](const Shift &h) { // its sign changes where x and x + h are as far from 1/3
         const mpq_class t(std::fabs(h[0]));
         const mpq_class c(1, 3);
         const mpq_class e(3, 4);
         const auto P = [&](const mpq_class &y) { return signed_primitive(y, e); };
         return real(4) * P(t / 2) - P(t - c) + P(-c) + P(1 - t - c) - P(1 - c);
       }},
      {2, "1/sqrt(x+y)",
       [](const Shift &h) { // h >= 0: from its second primitive, (4/3) s^(3/2)
         const auto over = [&](const mpq_class &a, const mpq_class &b, const mpq_class &c,
                               const mpq_class &e) {
           const auto Q = [](const mpq_class &s) { return power(real(s), mpq_class(3, 2)); };
           return (Q(b + e) - Q(a + e) - Q(b + c) + Q(a + c)) * real(mpq_class(4, 3));
         };
         const mpq_class u(h[0]);
         const mpq_class v(h[1]);
         return over(0, 1 - u, 0, 1 - v) - over(u, 1, v, 1);
       }},
  };
  return all;
}

} // namespace

// All shifts of a hull are below its bound; and where the hull is small, the bound is not far above.
BOOST_AUTO_TEST_CASE(hulls_against_closed_forms) {
  const BoundScope scope;
  RandomExpression random(41);
  const auto uniform = [&] { return static_cast<double>(random.below(1 << 20)) * 0x1p-20; };
  for (const Known &known : known_norms()) {
    const Expression f = parse_expression(known.text, known.d);
    for (int i = 0; i < 30; ++i) {
      const double width = std::ldexp(1.0, -static_cast<int>(5 + random.below(6)));
      Hull hull;
      for (std::size_t j = 0; j < known.d; ++j) {
        hull.lower.push_back(0.5 * uniform() + 0x1p-10);
        hull.upper.push_back(hull.lower.back() + width);
      }
      const CoverBound bound = cover_bound(f, known.d, Exponent(1), hull, {0.01, 1 << 12});
      double largest = 0;
      for (int k = 0; k < 20; ++k) {
        Shift h;
        for (std::size_t j = 0; j < hull.lower.size(); ++j) {
          h.push_back(k == 0   ? hull.lower[j]
                      : k == 1 ? hull.upper[j]
                               : hull.lower[j] + (hull.upper[j] - hull.lower[j]) * uniform());
        }
        const MpfrInterval norm = known.norm(h);
        largest = std::max(largest, nearest(norm));
        BOOST_REQUIRE_MESSAGE(at_least(bound.integral_upper, norm), known.text << ' ' << shown(h) << ": "
                                                                               << bound.integral_upper
                                                                               << " < " << nearest(norm));
      }
      const double relative = width / hull.lower[0] + (known.d == 2 ? width / hull.lower[1] : 0);
      BOOST_TEST(bound.integral_upper <= (1.03 + 3 * relative) * largest,
                 known.text << ' ' << shown(hull.lower) << " + " << width);
    }
  }
}

// Of random functions, the lower bound of the norm of any shift of the hull, by the integrals that the lower
// bound of the modulus rests on.
BOOST_AUTO_TEST_CASE(hulls_of_random_functions) {
  const BoundScope scope;
  RandomExpression random(43);
  const auto uniform = [&] { return static_cast<double>(random.below(1 << 20)) * 0x1p-20; };
  int compared = 0;
  for (int i = 0; i < 400; ++i) {
    const std::size_t d = 1 + i % 2;
    const std::string text = random.text(d, 2);
    const Expression f = parse_expression(text, d);
    const mpq_class p = i % 3 == 0 ? mpq_class(1) : i % 3 == 1 ? mpq_class(2) : mpq_class(5, 2);
    Hull hull;
    Shift h;
    for (std::size_t j = 0; j < d; ++j) {
      const double sign = random.below(2) == 0 ? 1 : -1;
      const double from = 0.5 * uniform();
      const double to = from + 0.2 * uniform();
      hull.lower.push_back(std::min(sign * from, sign * to));
      hull.upper.push_back(std::max(sign * from, sign * to));
      h.push_back(sign * (from + (to - from) * uniform()));
    }
    const Exponent exponent(p);
    const CoverBound bound = cover_bound(f, d, exponent, hull, {0.05, 1 << 10});
    const IntegralResult at_h = integrate(exponent, d, domain_of_shift(h, 64),
                                          singular_difference_modeller(exponent, f, h), {0.05, 1 << 10});
    compared += std::isfinite(bound.integral_upper) && at_h.lower > 0 ? 1 : 0;
    BOOST_TEST(bound.integral_upper >= at_h.lower, text << ", p = " << p << ", " << shown(h));
  }
  BOOST_TEST(compared > 100);
}

// omega_1(f, t) of functions whose norm grows with the shift, or is largest on the diagonal.
BOOST_AUTO_TEST_CASE(known_moduli) {
  const BoundScope scope;
  for (const Known &known : known_norms()) {
    for (const double t : {0.25, 0x1p-4}) {
      const double along = known.d == 1 ? t : t * 0.70710678118;
      const Shift h(known.d, along);
      const Expression f = parse_expression(known.text, known.d);
      ModulusBounds bounds;
      bounds.upper = kInfinity;
      const Interval lower(double_lower(known.norm(h)));
      bounds.lower = {lower.lower(), h};
      const double tolerance = known.d == 1 ? 0.01 : 0.05;
      const ModulusBounds found =
          search_by_covers({f, known.d, Exponent(1), ShiftNorm::Euclidean, ShiftSector(f, known.d), t, t},
                           bounds, {tolerance, 1 << 20, 1 << 12});
      BOOST_TEST(found.upper >= lower.lower());
      BOOST_TEST(found.upper <= (1 + 1.01 * tolerance) * lower.lower(),
                 known.text << ", " << t << ": " << found.upper << " of " << lower.lower() << ", "
                            << found.boxes << " boxes");
    }
  }
}
