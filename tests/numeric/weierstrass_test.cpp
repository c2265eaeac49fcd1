#define BOOST_TEST_MODULE weierstrass
#include <boost/test/unit_test.hpp>

#include "common/bound_scope.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/elementary.hpp"
#include "numeric/weierstrass.hpp"

#include <cmath>
#include <limits>
#include <random>

using namespace layercert;
using layercert::test::BoundScope;

namespace {

struct Constants {
  mpq_class a;
  std::int32_t b;
};

const std::array<Constants, 6> kConstants{{{mpq_class(1, 2), 3},
                                           {mpq_class(1, 2), 2},
                                           {mpq_class(9, 10), 7},
                                           {mpq_class(1, 5), 3},
                                           {mpq_class(1, 1000), 2000000001},
                                           {mpq_class(7, 10), 13}}};

constexpr mpfr_prec_t kLong = 2500; // the bits of b^n pi x for every term that counts

// sum a^n cos(b^n pi x), or -pi sum (a b)^n sin(b^n pi x), term by term at a precision that spares the
// reduction; to about 1e-30.
MpfrInterval reference(double x, const Constants &c, bool slope = false) {
  const mpfr_prec_t precision = 200;
  MpfrInterval argument = mpfr_pi(kLong) * mpfr_enclosure(x, kLong);
  const MpfrInterval b = mpfr_enclosure(mpq_class(c.b), kLong);
  const MpfrInterval ratio = mpfr_enclosure(slope ? mpq_class(c.a * c.b) : c.a, precision);
  MpfrInterval power = mpfr_enclosure(1.0, precision);
  MpfrInterval sum = mpfr_enclosure(0.0, precision);
  while (double_upper(power) > 1e-33) {
    const MpfrInterval wave = slope ? sin_range(argument) : cos_range(argument);
    sum += power * mpfr_enclosure(1.0, precision) *
           hull(mpfr_enclosure(double_lower(wave), precision), mpfr_enclosure(double_upper(wave), precision));
    power *= ratio;
    argument *= b;
  }
  const MpfrInterval tail = power / (mpfr_enclosure(1.0, precision) - ratio);
  sum += MpfrInterval(-tail.upper(), tail.upper());
  return slope ? -mpfr_pi(precision) * sum : sum;
}

double unit(std::mt19937_64 &random) { return std::ldexp(static_cast<double>(random() >> 11), -53); }

double random_point(std::mt19937_64 &random) {
  switch (random() % 4) {
  case 0:
    return std::ldexp(unit(random), -static_cast<int>(random() % 60));
  case 1: // next to peaks of a term
    return static_cast<double>(random() % 27) / 27 +
           std::ldexp(unit(random) - 0.5, -static_cast<int>(random() % 50));
  case 2:
    return 20 * unit(random) - 10;
  default:
    return unit(random);
  }
}

// The two may be apart by no more than their own widths.
bool overlap(const Interval &y, const MpfrInterval &exact) {
  return mpfr_cmp_d(exact.upper().get(), y.lower()) >= 0 && mpfr_cmp_d(exact.lower().get(), y.upper()) <= 0;
}

} // namespace

BOOST_AUTO_TEST_CASE(known_values) {
  const BoundScope scope;
  for (const Constants &c : kConstants) {
    const Interval a = enclosure(c.a);
    const mpq_class total = 1 / (1 - c.a);
    // Whole numbers: every cosine is 1 or -1.
    const mpq_class at_one = c.b % 2 == 1 ? mpq_class(-total) : mpq_class(total - 2);
    for (const auto &[x, value] : {std::pair{0.0, total}, {1.0, at_one}, {-3.0, at_one}, {4.0, total}}) {
      const Interval y = weierstrass_range(Interval(x, x), a, c.b);
      BOOST_CHECK(mpq_class(y.lower()) <= value && value <= mpq_class(y.upper()));
      BOOST_CHECK_LT(y.upper() - y.lower(), 1e-12);
      BOOST_CHECK_SMALL(weierstrass_sample(x, c.a.get_d(), c.b) - value.get_d(), 1e-12);
    }
    const double infinity = std::numeric_limits<double>::infinity();
    for (const Interval &x : {Interval(0, 2), Interval(-infinity, 1), Interval(1e308, 1.5e308)}) {
      const Interval y = weierstrass_range(x, a, c.b);
      BOOST_CHECK(mpq_class(y.upper()) >= total && mpq_class(y.lower()) <= -total &&
                  y.upper() < total.get_d() + 1e-9);
    }
  }
}

BOOST_AUTO_TEST_CASE(points_against_long_sums) {
  prepare_mpfr_thread();
  std::mt19937_64 random(1);
  const UpwardScope upward;
  for (int repeat = 0; repeat < 60; ++repeat) {
    const Constants &c = kConstants[random() % kConstants.size()];
    const double x = random_point(random);
    BOOST_TEST_INFO(std::hexfloat << x << ", " << c.a << ", " << c.b);
    const MpfrInterval exact = reference(x, c);
    const Interval y = weierstrass_range(Interval(x, x), enclosure(c.a), c.b);
    BOOST_CHECK(mpfr_cmp_d(exact.lower().get(), y.lower()) >= 0 &&
                mpfr_cmp_d(exact.upper().get(), y.upper()) <= 0);
    BOOST_CHECK_LT(y.upper() - y.lower(), 1e-12);
    const MpfrInterval fine = weierstrass_range(mpfr_enclosure(x, 150), mpfr_enclosure(c.a, 150), c.b);
    BOOST_CHECK(fine.lower() <= exact.upper() && exact.lower() <= fine.upper());
    BOOST_CHECK_LT(mpfr_get_d(sub_up(fine.upper(), fine.lower()).get(), MPFR_RNDU), 0x1p-130);
    BOOST_CHECK_SMALL(weierstrass_sample(x, c.a.get_d(), c.b) - double_lower(exact), 1e-9);
  }
}

BOOST_AUTO_TEST_CASE(boxes_against_points) {
  prepare_mpfr_thread();
  std::mt19937_64 random(2);
  const UpwardScope upward;
  for (int repeat = 0; repeat < 60; ++repeat) {
    const Constants &c = kConstants[random() % kConstants.size()];
    const double from = random_point(random);
    const double to = from + std::ldexp(unit(random), -static_cast<int>(random() % 45));
    BOOST_TEST_INFO(std::hexfloat << "[" << from << ", " << to << "], " << c.a << ", " << c.b);
    const Interval a = enclosure(c.a);
    const Interval y = weierstrass_range(Interval(from, to), a, c.b);
    const MpfrInterval fine = weierstrass_range(hull(mpfr_enclosure(from, 150), mpfr_enclosure(to, 150)),
                                                mpfr_enclosure(c.a, 150), c.b);
    const Interval slope =
        weierstrass_has_slope(a, c.b) ? weierstrass_slope_range(Interval(from, to), a, c.b) : whole_line();
    for (int i = 0; i <= 4; ++i) {
      const double x = std::min(to, std::max(from, from + (to - from) * i / 4));
      const MpfrInterval exact = reference(x, c);
      BOOST_CHECK(mpfr_cmp_d(exact.lower().get(), y.lower()) >= 0 &&
                  mpfr_cmp_d(exact.upper().get(), y.upper()) <= 0);
      BOOST_CHECK(fine.lower() <= exact.upper() && exact.lower() <= fine.upper());
      if (bounded(slope)) {
        BOOST_CHECK(overlap(slope, reference(x, c, true)));
      }
    }
    // sum_n a^n min(2, pi b^n w): what the terms may move by.
    double expected = 1e-12;
    const double w = to - from;
    for (double power = 1, frequency = 1; power > 1e-18; power *= c.a.get_d(), frequency *= c.b) {
      expected += power * std::min(2.0, 3.15 * frequency * w);
    }
    BOOST_CHECK_LE(y.upper() - y.lower(), expected);
  }
}

BOOST_AUTO_TEST_CASE(slopes) {
  const BoundScope scope;
  BOOST_CHECK(!weierstrass_has_slope(enclosure(mpq_class(1, 2)), 2));
  BOOST_CHECK(!weierstrass_has_slope(enclosure(mpq_class(1, 3)), 3));
  BOOST_CHECK(weierstrass_has_slope(enclosure(mpq_class(1, 5)), 3));
  std::mt19937_64 random(3);
  const Constants c{mpq_class(1, 5), 3};
  for (int repeat = 0; repeat < 100; ++repeat) {
    const double x = unit(random);
    const Interval slope = weierstrass_slope_range(Interval(x, x), enclosure(c.a), c.b);
    BOOST_CHECK(overlap(slope, reference(x, c, true)));
    BOOST_CHECK_LT(slope.upper() - slope.lower(), 1e-12);
  }
}
