// Intervals over double: arithmetic and ranges of functions against MPFR.
#define BOOST_TEST_MODULE interval
#include <boost/test/unit_test.hpp>

#include "layercert/numeric/interval.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/ranges.hpp"
#include "numeric/reference.hpp"

using namespace layercert;
using namespace layercert::test;

namespace {

struct Maker {
  using Interval = layercert::Interval;
  using Number = double;

  double number() { return draw.number(); }
  double sized(int least, int most) { return draw.sized(least, most); }
  double inside(double least, double most) { return draw.inside(least, most); }
  double multiple_of_half_pi(int k) {
    return next(k * (pi_down() / 2), static_cast<int>(draw.between(-1, 2)));
  }
  static double next(double x, int steps) { return steps >= 0 ? above(x, steps) : below(x, -steps); }
  static mpfr_prec_t reference_precision() { return 160; }

  Draw draw;
};

} // namespace

BOOST_AUTO_TEST_CASE(ranges_of_functions_of_one_argument) {
  const UpwardScope upward;
  Maker make{Draw(21)};
  Tally tally;
  for (const UnaryCase<Maker> &f : unary_cases<Maker>()) {
    for (int i = 0; i < 500; ++i) {
      check_range(tally, make, f, random_box(make));
    }
  }
}

BOOST_AUTO_TEST_CASE(ranges_of_functions_of_two_arguments) {
  const UpwardScope upward;
  Maker make{Draw(22)};
  Tally tally;
  for (const BinaryCase<Maker> &f : binary_cases<Maker>()) {
    for (int i = 0; i < 1000; ++i) {
      const Interval y = random_box(make);
      check_range(tally, make, f, random_box(make), y);
    }
    for (int i = 0; i < 500; ++i) { // where a^b is defined
      const Interval y = random_box(make);
      check_range(tally, make, f, abs_range(random_box(make)), y);
    }
  }
}

BOOST_AUTO_TEST_CASE(sine_and_cosine_far_out) {
  const UpwardScope upward;
  Maker make{Draw(23)};
  Tally tally;
  for (const UnaryCase<Maker> &f : unary_cases<Maker>()) {
    if (!f.near_only || f.name == std::string("tan")) {
      continue;
    }
    for (int i = 0; i < 500; ++i) {
      const double x = make.sized(40, 56);
      check_range(tally, make, f, i % 2 == 0 ? Interval(x) : Interval(x, above(x, static_cast<int>(i % 7))));
      const double far = make.sized(56, 1023); // one point: the enclosure is that of the value
      bool undefined = false;
      const Interval range = f.range(Interval(far), undefined);
      tally.require(range.upper() <= above(range.lower(), 2) || std::fabs(range.upper()) < 0x1p-40, f.name,
                    far, range);
    }
  }
  BOOST_TEST(sin_range(Interval(0x1p60, above(0x1p60))).lower() == -1.0);
  BOOST_TEST(cos_range(Interval(-0x1p1000, 0x1p1000)).upper() == 1.0);
}

BOOST_AUTO_TEST_CASE(landmarks) {
  const UpwardScope upward;
  const auto is = [](const Interval &x, double lower, double upper) {
    return x.lower() == lower && x.upper() == upper;
  };
  bool undefined = false;
  BOOST_TEST(is(sin_range(Interval(0.0, 2.0)), 0.0, 1.0));
  BOOST_TEST(is(sin_range(Interval(-10.0, 10.0)), -1.0, 1.0));
  BOOST_TEST(sin_range(Interval(0.0, pi_down() / 2)).upper() == 1.0);
  BOOST_TEST(is(cos_range(Interval(0.0)), 1.0, 1.0));
  BOOST_TEST(is(cos_range(Interval(-1.0, 1.0)), cos_down(1.0), 1.0));
  BOOST_TEST(cos_range(Interval(3.0, 4.0)).lower() == -1.0);
  BOOST_TEST(is(sqrt_range(Interval(4.0, 9.0), undefined), 2.0, 3.0));
  BOOST_TEST(is(abs_range(Interval(-3.0, 2.0)), 0.0, 3.0));
  BOOST_TEST(is(floor_range(Interval(-0.5, 2.0)), -1.0, 2.0));
  BOOST_TEST(is(power_range(Interval(-3.0, 2.0), 2, undefined), 0.0, 9.0));
  BOOST_TEST(is(power_range(Interval(-3.0, 2.0), 3, undefined), -27.0, 8.0));
  BOOST_TEST(is(power_range(Interval(0.0), 0, undefined), 1.0, 1.0));
  BOOST_TEST(is(power_range(Interval(-2.0, -1.0), -1, undefined), -1.0, -0.5));
  BOOST_TEST(is(power_range(Interval(0.0, 4.0), Interval(0.5), undefined), 0.0, 2.0));
  BOOST_TEST(is(power_range(Interval(2.0, 4.0), Interval(-1.0, 2.0), undefined), 0.25, 16.0));
  BOOST_TEST(is(min_range(Interval(0.0, 5.0), Interval(1.0, 2.0)), 0.0, 2.0));
  BOOST_TEST(is(max_range(Interval(0.0, 5.0), Interval(1.0, 2.0)), 1.0, 5.0));
  BOOST_TEST(!undefined);
}

BOOST_AUTO_TEST_CASE(the_part_outside_the_domain_is_flagged_and_the_rest_covered) {
  const UpwardScope upward;
  const auto flagged = [](const auto &range, const Interval &x, double lower, double upper) {
    bool undefined = false;
    const Interval result = range(x, undefined);
    return undefined && result.lower() <= lower && upper <= result.upper();
  };
  BOOST_TEST(flagged(sqrt_range<Interval>, Interval(-1.0, 4.0), 0, 2));
  BOOST_TEST(flagged(sqrt_range<Interval>, Interval(-kTiny, 4.0), 0, 2));
  BOOST_TEST(flagged(sqrt_range<Interval>, Interval(-4.0, -1.0), 0, 0));
  BOOST_TEST(flagged(log_range<Interval>, Interval(0.0, 1.0), -kInfinity, 0));
  BOOST_TEST(flagged(log_range<Interval>, Interval(-1.0, 0.0), 0, 0));
  BOOST_TEST(flagged(asin_range<Interval>, Interval(0.0, above(1.0)), 0, pi_up() / 2));
  BOOST_TEST(flagged(acos_range<Interval>, Interval(below(-1.0), 0.0), pi_down() / 2, pi_up()));
  BOOST_TEST(flagged(asin_range<Interval>, Interval(2.0, 3.0), 0, 0));
  BOOST_TEST(flagged(tan_range<Interval>, Interval(1.0, 2.0), -1e300, 1e300));
  BOOST_TEST(
      flagged(tan_range<Interval>, Interval(0x1p51), 0, 0)); // cautious: poles are not looked for out there
  bool undefined = false;
  BOOST_TEST(divide_range(Interval(1.0), Interval(0.0, 1.0), undefined).upper() == kInfinity);
  BOOST_TEST(undefined);
  // Powers of a negative base, and 0^0.
  for (const Interval &base : {Interval(-kTiny, 1.0), Interval(0.0, 1.0)}) {
    undefined = false;
    power_range(base, Interval(0.0, 1.0), undefined);
    BOOST_TEST(undefined);
  }
}

BOOST_AUTO_TEST_CASE(what_has_no_meaning_stays_visible) {
  const UpwardScope upward;
  const Interval nothing(kNan, kNan);
  BOOST_TEST(has_nan(nothing));
  BOOST_TEST(has_nan(Interval(2.0, 1.0))); // empty
  BOOST_TEST(has_nan(nothing + Interval(1.0)));
  BOOST_TEST(has_nan(nothing * Interval(0.0)));
  for (const UnaryCase<Maker> &f : unary_cases<Maker>()) {
    bool undefined = false;
    const Interval range = f.range(nothing, undefined);
    BOOST_TEST((undefined || has_nan(range)), f.name);
  }
  for (const BinaryCase<Maker> &f : binary_cases<Maker>()) {
    for (const Interval &other : {Interval(1.0), Interval(2.0, 3.0), Interval::whole()}) {
      bool undefined = false;
      const Interval first = f.range(nothing, other, undefined);
      BOOST_TEST((undefined || has_nan(first)), f.name);
      undefined = false;
      const Interval second = f.range(other, nothing, undefined);
      BOOST_TEST((undefined || has_nan(second)), f.name);
    }
  }
}

BOOST_AUTO_TEST_CASE(integers_are_enclosed) {
  const UpwardScope upward;
  const std::int64_t large = 999999999999999999;
  const Interval x(large);
  BOOST_TEST((mpz_class(x.lower()) < mpz_class(large)));
  BOOST_TEST((mpz_class(x.upper()) > mpz_class(large)));
  BOOST_TEST(above(x.lower()) == x.upper());
  BOOST_TEST(Interval(-7).lower() == -7.0);
}

BOOST_AUTO_TEST_CASE(exact_numbers_are_enclosed_by_neighbours) {
  Tally tally;
  Draw draw(24);
  const auto check = [&](const mpq_class &value, const Interval &x) {
    const auto at_most = [](double bound, const mpq_class &v) { // bound <= v
      return bound == -kInfinity || (std::isfinite(bound) && mpq_class(bound) <= v);
    };
    tally.require(at_most(x.lower(), value) && at_most(-x.upper(), mpq_class(-value)),
                  value.get_str().c_str(), x);
    tally.require(x.upper() == x.lower() || x.upper() == above(x.lower()), value.get_str().c_str(), x);
    const bool exact = std::isfinite(x.lower()) && mpq_class(x.lower()) == value;
    tally.require(exact == (x.lower() == x.upper()), value.get_str().c_str(), x);
  };
  for (int i = 0; i < 3000; ++i) {
    mpq_class value(mpz_class(std::to_string(draw.between(-1000000000000000000, 1000000000000000000))),
                    mpz_class(std::to_string(draw.between(1, 1000000000000000000))));
    value.canonicalize();
    const auto shift = draw.between(-1200, 1200);
    shift < 0 ? mpq_div_2exp(value.get_mpq_t(), value.get_mpq_t(), static_cast<mp_bitcnt_t>(-shift))
              : mpq_mul_2exp(value.get_mpq_t(), value.get_mpq_t(), static_cast<mp_bitcnt_t>(shift));
    check(value, enclosure(value));
    const Dyadic dyadic(mpz_class(std::to_string(draw.between(-1000000000000000000, 1000000000000000000))),
                        draw.between(-1200, 1000));
    check(dyadic.to_rational(), enclosure(dyadic));
    const double x = draw.number();
    check(mpq_class(x), enclosure(mpq_class(x)));
  }
}
