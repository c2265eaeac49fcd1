// Dyadic numbers against GMP's rationals, and their text against MPFR's and the C library's readers.
#define BOOST_TEST_MODULE dyadic
#include <boost/test/unit_test.hpp>

#include "layercert/numeric/dyadic.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/reference.hpp"

#include <algorithm>
#include <cctype>
#include <cfenv>
#include <cfloat>
#include <compare>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

using namespace layercert;
using namespace layercert::test;

namespace {

mpz_class random_integer(Draw &draw, std::int64_t most_bits) {
  const std::int64_t bits = draw.between(0, most_bits);
  mpz_class result(0);
  for (std::int64_t i = 0; i < bits; i += 64) {
    result = (result << 64) + mpz_class(static_cast<unsigned long>(draw.bits()));
  }
  mpz_fdiv_r_2exp(result.get_mpz_t(), result.get_mpz_t(), static_cast<mp_bitcnt_t>(bits));
  return draw.one_in(2) ? result : mpz_class(-result);
}

// Often with common sizes, so that sums cancel and comparisons tie.
Dyadic random_dyadic(Draw &draw) {
  if (draw.one_in(3)) {
    return Dyadic(mpz_class(static_cast<long>(draw.between(-8, 8))), draw.between(-3, 3));
  }
  return Dyadic(random_integer(draw, 300), draw.between(-200, 200));
}

mpq_class scaled(const mpz_class &mantissa, std::int64_t exponent) {
  mpq_class result(mantissa);
  exponent >= 0 ? mpq_mul_2exp(result.get_mpq_t(), result.get_mpq_t(), static_cast<mp_bitcnt_t>(exponent))
                : mpq_div_2exp(result.get_mpq_t(), result.get_mpq_t(), static_cast<mp_bitcnt_t>(-exponent));
  return result;
}

// In lowest terms: equal numbers have equal members.
bool is_normal(const Dyadic &x) {
  return x.is_zero() ? x.mantissa() == 0 && x.exponent() == 0 : mpz_odd_p(x.mantissa().get_mpz_t()) != 0;
}

std::string message_of(const std::string &text) {
  try {
    (void)Dyadic::parse(text);
  } catch (const std::invalid_argument &error) {
    return error.what();
  }
  return "accepted";
}

bool at_most(double bound, const mpq_class &value) { // bound <= value
  return bound == -kInfinity || (std::isfinite(bound) && mpq_class(bound) <= value);
}

} // namespace

BOOST_AUTO_TEST_CASE(arithmetic_is_that_of_rationals) {
  Draw draw(41);
  Tally tally;
  for (int i = 0; i < 10000; ++i) {
    const Dyadic a = random_dyadic(draw);
    const Dyadic b = draw.one_in(10) ? -a : random_dyadic(draw);
    const mpq_class x = scaled(a.mantissa(), a.exponent());
    const mpq_class y = scaled(b.mantissa(), b.exponent());
    const auto is = [&](const char *what, const Dyadic &found, const mpq_class &expected) {
      tally.require(is_normal(found) && scaled(found.mantissa(), found.exponent()) == expected, what,
                    a.to_string().c_str(), b.to_string().c_str(), found.to_string().c_str());
    };
    is("a + b", a + b, x + y);
    is("a - b", a - b, x - y);
    is("a * b", a * b, x * y);
    is("-a", -a, -x);
    is("|a|", a.abs(), abs(x));
    is("a - a", a - a, 0);
    const std::int64_t shift = draw.between(-100, 100);
    is("a 2^n", a.times_power_of_two(shift), x * scaled(1, shift));
    const int order = cmp(x, y);
    tally.require((a < b) == (order < 0) && (a > b) == (order > 0) && (a == b) == (order == 0) &&
                      (a <= b) == (order <= 0),
                  "order", a.to_string().c_str(), b.to_string().c_str());
    tally.require((a <=> b) == (order <=> 0) && a.sign() == sgn(x), "<=>", a.to_string().c_str(),
                  b.to_string().c_str());
    tally.require(a.to_rational() == x, "to_rational", a.to_string().c_str());
    if (!a.is_zero()) { // the least n with |a| < 2^n
      const std::int64_t n = a.magnitude_exponent();
      tally.require(abs(x) < scaled(1, n) && abs(x) >= scaled(1, n - 1), "magnitude", a.to_string().c_str());
    }
    Dyadic same = a;
    same = same + same * same - same;
    is("a + a a - a", same, x * x);
  }
  BOOST_TEST((Dyadic() == Dyadic::from_integer(0)));
  BOOST_TEST((Dyadic(0, 17) == Dyadic()));
  BOOST_TEST((Dyadic(12, -2) == Dyadic::from_integer(3)));
  BOOST_TEST(Dyadic(12, -2).exponent() == 0);
  BOOST_TEST(Dyadic::power_of_two(-7).exponent() == -7);
}

BOOST_AUTO_TEST_CASE(rounding_to_a_multiple) {
  Draw draw(42);
  Tally tally;
  for (int i = 0; i < 10000; ++i) {
    const Dyadic a = random_dyadic(draw);
    const std::int64_t exponent = draw.one_in(2) ? draw.between(-10, 10) : draw.between(-300, 600);
    const mpq_class quotient = scaled(a.mantissa(), a.exponent()) / scaled(1, exponent);
    const auto floor_of = [](const mpq_class &q) {
      mpz_class result;
      mpz_fdiv_q(result.get_mpz_t(), q.get_num_mpz_t(), q.get_den_mpz_t());
      return result;
    };
    const Dyadic down = a.rounded_down_to(exponent);
    const Dyadic nearest = a.rounded_to_nearest(exponent);
    tally.require(is_normal(down) && down.to_rational() == scaled(floor_of(quotient), exponent),
                  "rounded_down_to", a.to_string().c_str(), exponent, down.to_string().c_str());
    tally.require(is_normal(nearest) &&
                      nearest.to_rational() == scaled(floor_of(quotient + mpq_class(1, 2)), exponent),
                  "rounded_to_nearest", a.to_string().c_str(), exponent, nearest.to_string().c_str());
  }
  BOOST_TEST((Dyadic(-1, -9).rounded_down_to(0) == Dyadic::from_integer(-1)));
  BOOST_TEST((Dyadic(1, -1).rounded_to_nearest(0) == Dyadic::from_integer(1))); // ties go up
  BOOST_TEST((Dyadic(-1, -1).rounded_to_nearest(0) == Dyadic()));
}

BOOST_AUTO_TEST_CASE(doubles_come_in_exactly) {
  Draw draw(43);
  Tally tally;
  const auto check = [&](double x) {
    const Dyadic exact = Dyadic::from_double(x);
    tally.require(is_normal(exact) && exact.to_rational() == mpq_class(x), "from_double", x);
    for (const int mode : {FE_UPWARD, FE_DOWNWARD, FE_TONEAREST}) {
      std::fesetround(mode);
      const bool same =
          Dyadic::from_double(x) == exact && exact.to_double_lower() == x && exact.to_double_upper() == x;
      std::fesetround(FE_TONEAREST);
      tally.require(same, "round trip", x);
    }
  };
  for (const double x : Draw::kSpecial) {
    check(x);
  }
  for (int i = 0; i < 5000; ++i) {
    check(draw.number());
  }
}

BOOST_AUTO_TEST_CASE(double_bounds_enclose_and_are_adjacent) {
  Draw draw(44);
  Tally tally;
  const auto check = [&](const Dyadic &a) {
    const mpq_class value = a.to_rational();
    for (const int mode : {FE_UPWARD, FE_DOWNWARD, FE_TONEAREST}) {
      std::fesetround(mode);
      const double lower = a.to_double_lower();
      const double upper = a.to_double_upper();
      const bool same_for_rationals =
          lower == rational_to_double_lower(value) && upper == rational_to_double_upper(value);
      std::fesetround(FE_TONEAREST);
      tally.require(same_for_rationals, "as a rational", a.to_string().c_str(), lower, upper);
      tally.require(at_most(lower, value) && at_most(-upper, -value), "bounds", a.to_string().c_str(), lower,
                    upper);
      const bool exact = std::isfinite(lower) && mpq_class(lower) == value;
      tally.require(exact ? upper == lower : upper == above(lower), "adjacent", a.to_string().c_str(), lower,
                    upper);
    }
  };
  for (int i = 0; i < 2000; ++i) {
    check(random_dyadic(draw));
    check(Dyadic(random_integer(draw, 120), draw.between(-1240, 1000))); // subnormal to overflowing
    check(Dyadic::from_double(draw.number()) + Dyadic::power_of_two(draw.between(-1200, -900)));
  }
  const Dyadic most = Dyadic::from_double(DBL_MAX);
  const Dyadic least = Dyadic::from_double(kTiny);
  check(most + least);
  check(-most - least);
  check(least * Dyadic(1, -1));
  check(least * Dyadic(-3, -1));
  check(Dyadic::from_double(DBL_MIN) - least * Dyadic(1, -30));
}

BOOST_AUTO_TEST_CASE(sizes_far_beyond_double) {
  const std::int64_t far = std::int64_t{1} << 40;
  const Dyadic huge = Dyadic::power_of_two(far);
  const Dyadic small = Dyadic::power_of_two(-far);
  BOOST_TEST(huge.to_double_lower() == DBL_MAX);
  BOOST_TEST(huge.to_double_upper() == kInfinity);
  BOOST_TEST((-huge).to_double_lower() == -kInfinity);
  BOOST_TEST((-huge).to_double_upper() == -DBL_MAX);
  BOOST_TEST(small.to_double_lower() == 0.0);
  BOOST_TEST(small.to_double_upper() == kTiny);
  BOOST_TEST((-small).to_double_lower() == -kTiny);
  BOOST_TEST((-small).to_double_upper() == 0.0);
  BOOST_TEST(std::signbit((-small).to_double_upper()) == true);
  // Compared, multiplied and rounded without writing their digits out.
  BOOST_TEST((small < huge));
  BOOST_TEST((-huge < -small));
  BOOST_TEST((-huge < small));
  BOOST_TEST((small * huge == Dyadic::from_integer(1)));
  BOOST_TEST(small.rounded_down_to(-5).is_zero());
  BOOST_TEST(((-small).rounded_down_to(-5) == Dyadic(-1, -5)));
  BOOST_TEST(huge.magnitude_exponent() == far + 1);
  BOOST_TEST((huge.rounded_down_to(0) == huge));
  BOOST_TEST((huge + Dyadic() == huge));
}

BOOST_AUTO_TEST_CASE(mpfr_numbers_in_both_directions) {
  prepare_mpfr_thread();
  Draw draw(45);
  Tally tally;
  for (int i = 0; i < 5000; ++i) {
    const Dyadic a = random_dyadic(draw);
    const mpq_class value = a.to_rational();
    Real out(draw.between(2, 400));
    for (const mpfr_rnd_t rnd : {MPFR_RNDD, MPFR_RNDU, MPFR_RNDN, MPFR_RNDZ}) {
      const int ternary = a.to_mpfr(out, rnd);
      const Dyadic back = Dyadic::from_mpfr(out);
      const int order = cmp(back.to_rational(), value);
      tally.require((ternary > 0) == (order > 0) && (ternary < 0) == (order < 0), "ternary value",
                    a.to_string().c_str());
      tally.require((rnd != MPFR_RNDD || order <= 0) && (rnd != MPFR_RNDU || order >= 0), "side",
                    a.to_string().c_str());
      Real expected(mpfr_get_prec(static_cast<mpfr_srcptr>(out)));
      mpfr_set_q(expected, value.get_mpq_t(), rnd);
      tally.require(mpfr_equal_p(out, expected) != 0, "to_mpfr", a.to_string().c_str());
    }
  }
  const Real minus_zero(-0.0, 53);
  BOOST_TEST(Dyadic::from_mpfr(minus_zero).is_zero());
}

BOOST_AUTO_TEST_CASE(text_and_back) {
  Draw draw(46);
  Tally tally;
  for (int i = 0; i < 5000; ++i) {
    const Dyadic a = random_dyadic(draw);
    const std::string text = a.to_string();
    tally.require(Dyadic::parse(text) == a, "round trip", text.c_str());
    std::string capitals = text;
    std::transform(capitals.begin(), capitals.end(), capitals.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    tally.require(Dyadic::parse(capitals) == a, "capital letters", capitals.c_str());
    // MPFR reads the same number from it.
    Real read(2 + static_cast<mpfr_prec_t>(std::max<std::size_t>(a.mantissa_bits(), 1)));
    char *end = nullptr;
    const int ternary = mpfr_strtofr(read, text.c_str(), &end, 0, MPFR_RNDN);
    tally.require(ternary == 0 && *end == '\0' && Dyadic::from_mpfr(read) == a, "MPFR reads", text.c_str());
    // The C library's %a is one of the forms that are not normalized.
    const double x = draw.number();
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%a", x);
    tally.require(Dyadic::parse(buffer) == Dyadic::from_double(x), "%a", buffer);
    tally.require(std::strtod(Dyadic::from_double(x).to_string().c_str(), nullptr) == x, "strtod", x);
    // Point and zeros anywhere.
    const mpz_class mantissa = random_integer(draw, 100);
    const std::string digits = "00" + mpz_class(abs(mantissa)).get_str(16) + "000";
    const auto point = static_cast<std::size_t>(draw.between(0, static_cast<std::int64_t>(digits.size())));
    const std::int64_t exponent = draw.between(-500, 500);
    const std::string padded = (sgn(mantissa) < 0 ? "-0x"
                                : draw.one_in(2)  ? "0x"
                                                  : "+0X") +
                               digits.substr(0, point) + "." + digits.substr(point) + "p" +
                               (exponent >= 0 && draw.one_in(2) ? "+" : "") + std::to_string(exponent);
    const std::int64_t after_point = static_cast<std::int64_t>(digits.size() - point);
    tally.require(Dyadic::parse(padded) == Dyadic(mantissa * 4096, exponent - 4 * after_point), "padded",
                  padded.c_str());
  }
  BOOST_TEST(Dyadic().to_string() == "0x0p+0");
  BOOST_TEST(Dyadic(-12, -5).to_string() == "-0x3p-3");
  BOOST_TEST(Dyadic(255, 3).to_string() == "0xffp+3");
  BOOST_TEST((Dyadic::parse("-0x1.8p-3") == Dyadic(-3, -4)));
  BOOST_TEST((Dyadic::parse("0x.8p0") == Dyadic(1, -1)));
  BOOST_TEST((Dyadic::parse("0x1.p-0") == Dyadic::from_integer(1)));
  BOOST_TEST((Dyadic::parse("0XFP00000000000000000000001") == Dyadic::from_integer(30)));
  BOOST_TEST(Dyadic::parse("-0x0.00p-17").is_zero());
}

BOOST_AUTO_TEST_CASE(malformed_text_is_refused_with_a_reason) {
  const std::string expected_float = "expected a hexadecimal float such as \"-0x1.8p-3\"";
  for (const char *text : {"", "-", "+", "0", "x1p0", "1p0", "1.5", "-1", " 0x1p0", "--0x1p0", "+-0x1p0",
                           "0 x1p0", "nan", "inf", "x"}) {
    BOOST_TEST(message_of(text) == expected_float, text);
  }
  for (const char *text : {"0x", "0xp0", "0x.p0", "-0x.", "0xg1p0", "0x 1p0"}) {
    BOOST_TEST(message_of(text) == "expected hexadecimal digits after 0x", text);
  }
  for (const char *text : {"0x1", "0x1.8", "0x1.8.1p0", "0x1,8p0", "0x1 p0", "0x1e+5", "0x1gp0", "0x1-p0"}) {
    BOOST_TEST(message_of(text) == "expected p and a power of two after the hexadecimal digits", text);
  }
  for (const char *text :
       {"0x1p", "0x1p+", "0x1p-", "0x1pa", "0x1p1.5", "0x1p1 ", "0x1p1f", "0x1p+-1", "0x1p 1", "0x1p1p1"}) {
    BOOST_TEST(message_of(text) == "expected a decimal power of two after p, and nothing behind it", text);
  }
  BOOST_TEST(message_of(std::string("0x1p1\0", 6)) ==
             "expected a decimal power of two after p, and nothing behind it");
  BOOST_TEST(message_of("0x1p+1099511627776") == "accepted"); // 2^40
  BOOST_TEST(message_of("0x1p-1099511627776") == "accepted");
  for (const char *text : {"0x1p+1099511627777", "0x1p-1099511627777", "0x1p99999999999999999999999999",
                           "0x1p-18446744073709551616", "0x1p+9223372036854775808"}) {
    BOOST_TEST(message_of(text) == "the power of two is beyond 2^40", text);
  }
}

BOOST_AUTO_TEST_CASE(numbers_of_a_hundred_thousand_bits) {
  Draw draw(47);
  for (int i = 0; i < 3; ++i) {
    const Dyadic a(random_integer(draw, 0) + (mpz_class(1) << 100000) + random_integer(draw, 100000), -50000);
    const Dyadic b(random_integer(draw, 100000) * 2 + 1, draw.between(-200000, 200000));
    BOOST_TEST(((a + b) * (a - b) == a * a - b * b));
    BOOST_TEST((a + b - b == a));
    BOOST_TEST((Dyadic::parse(a.to_string()) == a));
    BOOST_TEST((Dyadic::parse(b.to_string()) == b));
    Real exact(static_cast<mpfr_prec_t>(std::max<std::size_t>(b.mantissa_bits(), 2)));
    BOOST_TEST(b.to_mpfr(exact, MPFR_RNDN) == 0);
    BOOST_TEST((Dyadic::from_mpfr(exact) == b));
    const Dyadic down = a.rounded_down_to(-100);
    BOOST_TEST((down <= a && a < down + Dyadic::power_of_two(-100)));
    BOOST_TEST(((a <=> b) == (a - b).sign() <=> 0));
  }
}
