#define BOOST_TEST_MODULE takagi
#include <boost/test/unit_test.hpp>

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/takagi.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

using namespace layercert;

namespace {

// T of a fraction: the sum of the distances themselves, which for a dyadic one are 0 from some term on; else
// up to 2^-200.
mpq_class reference(mpq_class x) {
  mpq_class sum = 0;
  mpq_class weight = 1;
  for (int n = 0; n < 1200; ++n) {
    mpz_class whole;
    mpz_fdiv_q(whole.get_mpz_t(), x.get_num_mpz_t(), x.get_den_mpz_t());
    x -= whole;
    if (x == 0) {
      break;
    }
    const mpq_class other = 1 - x;
    sum += weight * (x < other ? x : other);
    if (x.get_den() % 2 == 1 && n > 200) {
      break;
    }
    x *= 2;
    weight /= 2;
  }
  return sum;
}

double unit(std::mt19937_64 &random) { return std::ldexp(static_cast<double>(random() >> 11), -53); }

double random_point(std::mt19937_64 &random) {
  switch (random() % 4) {
  case 0:
    return std::ldexp(unit(random), -static_cast<int>(random() % 60));
  case 1: // next to dyadic points
    return std::ldexp(static_cast<double>(random() % 64), -6) +
           std::ldexp(unit(random) - 0.5, -static_cast<int>(random() % 50));
  case 2:
    return 20 * unit(random) - 10;
  default:
    return unit(random);
  }
}

} // namespace

BOOST_AUTO_TEST_CASE(known_values) {
  const auto exactly = [](double x, double value) {
    const Interval y = takagi_range(Interval(x, x));
    BOOST_CHECK_EQUAL(y.lower(), value);
    BOOST_CHECK_EQUAL(y.upper(), value);
  };
  exactly(0, 0);
  exactly(7, 0);
  exactly(1e300, 0);
  exactly(0.5, 0.5);
  exactly(0.25, 0.5);
  exactly(-0.25, 0.5);
  exactly(3.125, 0.375);
  exactly(0.375, 0.625);
  BOOST_CHECK_EQUAL(reference(mpq_class(1, 4)), mpq_class(1, 2));
  // T(1/3) = 2/3 is the maximum, T(1/5) = 8/15.
  const Interval whole = takagi_range(Interval(0, 1));
  BOOST_CHECK(whole.lower() == 0 && mpq_class(whole.upper()) >= mpq_class(2, 3) &&
              whole.upper() < 0.6666666667);
  const Interval third = takagi_range(Interval(0x1.5555555555555p-2, 0x1.5555555555556p-2));
  BOOST_CHECK(mpq_class(third.lower()) <= mpq_class(2, 3) && mpq_class(third.upper()) >= mpq_class(2, 3));
  BOOST_CHECK_LT(third.upper() - third.lower(), 1e-14);
  const Interval fifth = takagi_range(Interval(std::nextafter(0.2, 0.0), 0.2)); // 0.2 > 1/5
  BOOST_CHECK(mpq_class(fifth.lower()) <= mpq_class(8, 15) && mpq_class(fifth.upper()) >= mpq_class(8, 15));
  const double infinity = std::numeric_limits<double>::infinity();
  BOOST_CHECK(takagi_range(Interval(-infinity, 3)).lower() == 0);
  BOOST_CHECK(mpq_class(takagi_range(Interval(-infinity, 3)).upper()) >= mpq_class(2, 3));
  BOOST_CHECK(std::isnan(takagi_sample(infinity)));
}

BOOST_AUTO_TEST_CASE(points_against_fractions) {
  std::mt19937_64 random(1);
  for (int repeat = 0; repeat < 2000; ++repeat) {
    const double x = random_point(random);
    BOOST_TEST_INFO(std::hexfloat << x);
    const mpq_class exact = reference(x);
    const Interval y = takagi_range(Interval(x, x));
    BOOST_CHECK(mpq_class(y.lower()) <= exact && mpq_class(y.upper()) >= exact);
    BOOST_CHECK_LE(y.upper(), std::nextafter(y.lower(), 1.0));
    BOOST_CHECK(takagi_sample(x) >= y.lower() && takagi_sample(x) <= y.upper());
  }
  for (const double x : {1e-300, std::numeric_limits<double>::denorm_min(), -1e-200}) {
    const Interval y = takagi_range(Interval(x, x));
    BOOST_CHECK(mpq_class(y.lower()) <= reference(x) && mpq_class(y.upper()) >= reference(x));
  }
}

// The enclosure holds T at points of the box, and is not much wider than what is found there.
BOOST_AUTO_TEST_CASE(boxes_against_points) {
  prepare_mpfr_thread();
  std::mt19937_64 random(2);
  for (int repeat = 0; repeat < 1500; ++repeat) {
    const double a = random_point(random);
    const double b = a + std::ldexp(unit(random), -static_cast<int>(random() % 40));
    BOOST_TEST_INFO(std::hexfloat << "[" << a << ", " << b << "]");
    const Interval y = takagi_range(Interval(a, b));
    const MpfrInterval fine = takagi_range(hull(mpfr_enclosure(a, 200), mpfr_enclosure(b, 200)));
    double least = 1;
    double greatest = 0;
    const int points = 400;
    for (int i = 0; i <= points; ++i) {
      const double x = std::min(b, std::max(a, a + (b - a) * i / points));
      const double value = takagi_sample(x); // to the last place, see above
      least = std::min(least, value);
      greatest = std::max(greatest, value);
      if (i % 40 == 0) {
        const mpq_class exact = reference(x);
        BOOST_CHECK(mpq_class(y.lower()) <= exact && exact <= mpq_class(y.upper()));
        BOOST_CHECK(mpfr_cmp_q(fine.lower().get(), exact.get_mpq_t()) <= 0);
        BOOST_CHECK(mpfr_cmp_q(fine.upper().get(), exact.get_mpq_t()) >= 0);
      }
    }
    BOOST_CHECK_LE(y.lower(), least);
    BOOST_CHECK_GE(y.upper(), greatest);
    BOOST_CHECK_LE(y.upper() - y.lower(), greatest - least + 3.1 * (b - a) + 1e-15);
    BOOST_CHECK_LE(double_upper(fine) - double_lower(fine), greatest - least + 3.1 * (b - a) + 1e-15);
  }
}

BOOST_AUTO_TEST_CASE(outside_of_the_range_of_doubles) {
  prepare_mpfr_thread();
  MpfrNumber tiny = MpfrNumber::with_precision(100);
  mpfr_set_ui_2exp(tiny.get(), 1, -1000000, MPFR_RNDN);
  const MpfrInterval small = takagi_range(MpfrInterval(tiny, tiny));
  BOOST_CHECK(mpfr_cmp(small.upper().get(), tiny.get()) > 0 &&
              mpfr_get_d(small.upper().get(), MPFR_RNDU) < 1e-300);
  mpfr_set_ui_2exp(tiny.get(), 1, 1000000, MPFR_RNDN);
  BOOST_CHECK(mpfr_get_d(takagi_range(MpfrInterval(tiny, tiny)).upper().get(), MPFR_RNDU) > 0.6);
}
