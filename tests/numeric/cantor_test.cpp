#define BOOST_TEST_MODULE cantor
#include <boost/test/unit_test.hpp>

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/cantor.hpp"

#include <cmath>
#include <limits>
#include <random>

using namespace layercert;

namespace {

// Bounds of C(x) by ternary digits in exact fractions: 2^-count apart.
struct Reference {
  mpq_class lower;
  mpq_class upper;
};

Reference reference(mpq_class x, int count = 300) {
  if (x <= 0 || x >= 1) {
    const mpq_class value = x <= 0 ? 0 : 1;
    return {value, value};
  }
  mpq_class sum = 0;
  mpq_class place = 1;
  for (int i = 0; i < count; ++i) {
    x *= 3;
    place /= 2;
    const mpz_class digit = x.get_num() / x.get_den();
    x -= digit;
    if (digit == 1) {
      return {sum + place, sum + place};
    }
    sum += digit == 2 ? place : mpq_class(0);
  }
  return {sum, sum + place};
}

double random_point(std::mt19937_64 &random) {
  const double unit = std::ldexp(static_cast<double>(random() >> 11), -53);
  switch (random() % 4) {
  case 0:
    return std::ldexp(unit, -static_cast<int>(random() % 60));
  case 1:
    return 1 - std::ldexp(unit, -static_cast<int>(random() % 50));
  case 2: // near the ends of removed thirds
    return static_cast<double>(random() % 27) / 27 + std::ldexp(unit - 0.5, -static_cast<int>(random() % 55));
  default:
    return 1.2 * unit - 0.1;
  }
}

} // namespace

BOOST_AUTO_TEST_CASE(known_values) {
  const auto exactly = [](double x, double value) {
    const Interval y = cantor_range(Interval(x, x));
    BOOST_CHECK_EQUAL(y.lower(), value);
    BOOST_CHECK_EQUAL(y.upper(), value);
  };
  exactly(0, 0);
  exactly(1, 1);
  exactly(0.5, 0.5);
  exactly(0.125, 0.25);
  exactly(0.875, 0.75);
  exactly(-3, 0);
  exactly(1e300, 1);
  for (const auto &[x, value] : {std::pair{0.25, mpq_class(1, 3)}, {0.75, mpq_class(2, 3)}}) {
    const Interval y = cantor_range(Interval(x, x));
    BOOST_CHECK(mpq_class(y.lower()) < value && value < mpq_class(y.upper()));
    BOOST_CHECK_EQUAL(y.upper(), std::nextafter(y.lower(), 1.0));
  }
  const double infinity = std::numeric_limits<double>::infinity();
  BOOST_CHECK(cantor_range(Interval(-infinity, infinity)).lower() == 0 &&
              cantor_range(Interval(-infinity, infinity)).upper() == 1);
  BOOST_CHECK(cantor_range(Interval(0.34, 0.66)).lower() == 0.5 &&
              cantor_range(Interval(0.34, 0.66)).upper() == 0.5);
  // Just off the middle third.
  BOOST_CHECK_LT(cantor_range(Interval(1.0 / 3, 0.5)).lower(), 0.5); // 1.0 / 3 < 1/3
  BOOST_CHECK_GT(cantor_range(Interval(0.5, std::nextafter(2.0 / 3, 1.0))).upper(), 0.5);
}

BOOST_AUTO_TEST_CASE(ends_against_fractions) {
  prepare_mpfr_thread();
  std::mt19937_64 random(1);
  for (int repeat = 0; repeat < 3000; ++repeat) {
    const double a = random_point(random);
    const double b = a + (random() % 3 == 0 ? 0 : std::ldexp(1.0, -static_cast<int>(random() % 50)));
    BOOST_TEST_INFO(std::hexfloat << "[" << a << ", " << b << "]");
    const Interval y = cantor_range(Interval(a, b));
    const Reference least = reference(a);
    const Reference greatest = reference(b);
    BOOST_CHECK(mpq_class(y.lower()) <= least.lower && mpq_class(y.upper()) >= greatest.upper);
    // No farther out than the next double.
    BOOST_CHECK(mpq_class(std::nextafter(y.lower(), 2.0)) > least.lower || least.upper == least.lower);
    BOOST_CHECK(mpq_class(std::nextafter(y.upper(), -1.0)) < greatest.upper);
    BOOST_CHECK(cantor_sample(a) >= y.lower() - 1e-15 && cantor_sample(b) <= y.upper());
    const MpfrInterval fine = cantor_range(hull(mpfr_enclosure(a, 150), mpfr_enclosure(b, 150)));
    MpfrNumber difference = MpfrNumber::with_precision(300);
    BOOST_CHECK(mpfr_cmp_q(fine.lower().get(), least.lower.get_mpq_t()) <= 0);
    BOOST_CHECK(mpfr_cmp_q(fine.upper().get(), greatest.upper.get_mpq_t()) >= 0);
    mpfr_sub_q(difference.get(), fine.upper().get(), greatest.lower.get_mpq_t(), MPFR_RNDU);
    BOOST_CHECK_LE(mpfr_get_d(difference.get(), MPFR_RNDU), 0x1p-149);
  }
}

BOOST_AUTO_TEST_CASE(self_similar) {
  std::mt19937_64 random(2);
  for (int repeat = 0; repeat < 1000;
       ++repeat) { // C(x/3) = C(x)/2, C(1-x) = 1 - C(x), with fractions in between
    const double third = std::ldexp(static_cast<double>(random() >> 14), -52) / 4; // in [0, 1/16)
    const double x = 3 * third;                                                    // exact: 50 bits
    const Interval small = cantor_range(Interval(third, third));
    const Interval large = cantor_range(Interval(x, x));
    BOOST_CHECK(2 * small.lower() <= large.upper() && large.lower() <= 2 * small.upper());
    const Interval mirrored = cantor_range(Interval(1 - x, 1 - x)); // exact
    BOOST_CHECK(mpq_class(mirrored.lower()) + mpq_class(large.lower()) <= 1);
    BOOST_CHECK(mpq_class(mirrored.upper()) + mpq_class(large.upper()) >= 1);
  }
}

BOOST_AUTO_TEST_CASE(next_to_zero) {
  prepare_mpfr_thread();
  for (const double x : {1e-300, std::numeric_limits<double>::denorm_min(), 1e-40, 0x1p-101}) {
    BOOST_TEST_INFO(x);
    const Interval y = cantor_range(Interval(0, x));
    const Reference at = reference(x, 800);
    BOOST_CHECK(y.lower() == 0 && mpq_class(y.upper()) >= at.upper);
    BOOST_CHECK(mpq_class(y.upper()) <= at.lower * (1 + mpq_class(0x1p-50)));
  }
  MpfrNumber tiny = MpfrNumber::with_precision(100);
  mpfr_set_ui_2exp(tiny.get(), 1, -1000000, MPFR_RNDN);
  const MpfrInterval y = cantor_range(MpfrInterval(tiny, tiny));
  BOOST_CHECK(mpfr_sgn(y.lower().get()) >= 0 && mpfr_get_d(y.upper().get(), MPFR_RNDU) < 1e-300);
}
