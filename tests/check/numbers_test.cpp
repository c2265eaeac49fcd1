#define BOOST_TEST_MODULE check_numbers
#include <boost/test/unit_test.hpp>

#include "numbers.hpp"
#include "self_affine.hpp"

#include <random>

using namespace checker;

namespace {

constexpr slong kReference = 300; // bits

std::mt19937_64 source(7);
std::size_t below(std::size_t n) { return static_cast<std::size_t>(source() % n); }

Arf scaled(slong k, slong e) { // k 2^e
  Arf result;
  arf_set_si_2exp_si(result.get(), k, e);
  return result;
}

// 0, small whole numbers, and numbers of 30 bits of any size.
Arf number() {
  switch (below(4)) {
  case 0:
    return Arf(static_cast<slong>(below(5)) - 2);
  case 1:
    return Arf(static_cast<slong>(below(1 << 30)) - (1 << 29)).times_two_to(-static_cast<slong>(below(200)));
  default:
    return Arf(static_cast<slong>(below(1 << 30)) - (1 << 29)).times_two_to(-28);
  }
}

Interval interval() {
  const Arf a = number();
  const Arf b = below(4) == 0 ? a : number();
  return {std::min(a, b), std::max(a, b)};
}

// One of the ends, or a number between.
Arf point_of(const Interval &x) {
  const Arf parts(static_cast<slong>(below(257)));
  return x.lower + ((x.upper - x.lower) * parts).times_two_to(-8);
}

bool contains(const Interval &x, const Ball &value) {
  return x.lower <= value.upper(kReference) && value.lower(kReference) <= x.upper;
}

std::string text(const Interval &x) {
  return "[" + std::to_string(x.lower.about()) + ", " + std::to_string(x.upper.about()) + "]";
}

Rational rational(slong n, slong m) {
  Rational result(n, m);
  result.canonicalize();
  return result;
}

} // namespace

BOOST_AUTO_TEST_CASE(operations_hold_every_value) {
  for (int i = 0; i < 20000; ++i) {
    const Interval a = interval();
    const Interval b = interval();
    const Arf x = point_of(a);
    const Arf y = point_of(b);
    BOOST_TEST_CONTEXT(text(a) << " and " << text(b) << " at " << x.about() << ", " << y.about()) {
      BOOST_REQUIRE(contains(a + b, Ball(x + y)));
      BOOST_REQUIRE(contains(a - b, Ball(x - y)));
      BOOST_REQUIRE(contains(a * b, Ball(x * y)));
      BOOST_REQUIRE(contains(square(a), Ball(x * x)));
      BOOST_REQUIRE(contains(abs(a), Ball(abs(x))));
      BOOST_REQUIRE(contains(power(a, 3), Ball(x * x * x)));
      BOOST_REQUIRE(contains(hull(a, b), Ball(x)));
      if (!y.zero()) {
        Ball quotient(x);
        arb_div_arf(quotient.get(), quotient.get(), y.get(), kReference);
        BOOST_REQUIRE(contains(a / b, quotient));
      }
      if (!x.zero()) {
        Ball inverse(x * x);
        arb_inv(inverse.get(), inverse.get(), kReference);
        BOOST_REQUIRE(contains(power(a, -2), inverse));
      }
    }
  }
}

// An interval with an infinite end holds at least what each with a number in its place holds.
BOOST_AUTO_TEST_CASE(operations_take_infinite_ends) {
  const auto within = [](const Interval &a, const Interval &b) {
    return b.lower <= a.lower && a.upper <= b.upper;
  };
  const auto widened = [](const Interval &x) {
    return Interval(below(2) == 0 ? x.lower : -Arf::infinity(), below(2) == 0 ? x.upper : Arf::infinity());
  };
  const Rational exponents[] = {rational(1, 2), rational(5, 1), rational(-2, 1), rational(-7, 3)};
  for (int i = 0; i < 20000; ++i) {
    const Interval a = interval();
    const Interval b = interval();
    const Interval x = widened(a);
    const Interval y = widened(b);
    const Rational &e = exponents[below(std::size(exponents))];
    BOOST_TEST_CONTEXT(text(x) << " and " << text(y)) {
      BOOST_REQUIRE(within(a + b, x + y));
      BOOST_REQUIRE(within(a - b, x - y));
      BOOST_REQUIRE(within(a * b, x * y));
      BOOST_REQUIRE(within(a / b, x / y));
      BOOST_REQUIRE(within(abs(a), abs(x)));
      BOOST_REQUIRE(within(square(a), square(x)));
      BOOST_REQUIRE(within(power(a, 3), power(x, 3)));
      BOOST_REQUIRE(within(power(a, 2), power(x, 2)));
      BOOST_REQUIRE(within(power(a, -2), power(x, -2)));
      BOOST_REQUIRE((a.zero() || within(real_power(abs(a), e), real_power(abs(x), e))));
      BOOST_REQUIRE(within(checker::sine(a), checker::sine(x)));
      BOOST_REQUIRE(within(cantor(a), cantor(x)));
      const Ball point(point_of(a));
      BOOST_REQUIRE(within(takagi(Interval(point)), takagi(x)));
      for (const auto f : {arb_exp, arb_atan, arb_tanh, arb_sinh, arb_sqrt, arb_log, arb_asin}) {
        Ball value;
        f(value.get(), point.get(), kReference);
        BOOST_REQUIRE((arb_is_finite(value.get()) == 0 || contains(monotone(f, x), value)));
      }
    }
  }
  const Interval whole = Interval::whole();
  BOOST_TEST((whole * Interval(0) == whole)); // perhaps no number at all
  BOOST_TEST((Interval(1) / whole == whole));
}

// Of infinite arguments Arb gives the limits.
BOOST_AUTO_TEST_CASE(limits) {
  const Interval above(Arf(2), Arf::infinity());
  BOOST_TEST(monotone(arb_exp, -above).lower.zero());
  BOOST_TEST(!monotone(arb_exp, above).upper.finite());
  BOOST_TEST((monotone(arb_tanh, above).upper == Arf(1)));
  BOOST_TEST((monotone(arb_atan, above).upper <= (pi() * Interval(two_to(-1))).upper));
  BOOST_TEST((Interval(1) / above == Interval(Arf(0), two_to(-1))));
  BOOST_TEST(real_power(above, rational(-1, 2)).lower.zero());
  BOOST_TEST((monotone(arb_asin, above) == Interval::whole())); // no value there
  BOOST_TEST((monotone(arb_log, Interval(Arf(-1), Arf::infinity())) == Interval::whole()));
}

BOOST_AUTO_TEST_CASE(sines_hold_every_value) {
  for (int i = 0; i < 20000; ++i) {
    const Interval a = interval();
    const Arf x = point_of(a);
    Ball sine;
    Ball cosine;
    arb_sin_cos(sine.get(), cosine.get(), Ball(x).get(), kReference);
    BOOST_TEST_CONTEXT(text(a) << " at " << x.about()) {
      BOOST_REQUIRE(contains(checker::sine(a), sine));
      BOOST_REQUIRE(contains(checker::sine(a, 1), cosine));
      BOOST_REQUIRE(contains(-checker::sine(a, 2), sine));
      BOOST_REQUIRE(contains(-checker::sine(a, 3), cosine));
    }
  }
}

// Exponents by whole powers and roots, and others; intervals that begin at 0 too.
BOOST_AUTO_TEST_CASE(fractional_powers_hold_every_value) {
  const Rational exponents[] = {rational(1, 2),   rational(3, 2), rational(1, 3),   rational(7, 5),
                                rational(64, 63), rational(5, 1), rational(65, 64), rational(1, 97),
                                rational(-1, 2),  rational(-7, 3)};
  for (int i = 0; i < 20000; ++i) {
    const Interval a = abs(interval());
    const Arf x = point_of(a);
    const Rational &e = exponents[below(std::size(exponents))];
    const Interval result = real_power(a, e);
    if (x.zero() && e > 0) {
      BOOST_REQUIRE(result.lower.zero());
    } else if (!x.zero()) {
      Ball value;
      arb_log_arf(value.get(), x.get(), kReference);
      arb_mul(value.get(), value.get(), ball(e, kReference).get(), kReference);
      arb_exp(value.get(), value.get(), kReference);
      BOOST_TEST_CONTEXT(text(a) << " at " << x.about() << " to the " << e.get_str()) {
        BOOST_REQUIRE(contains(result, value));
        if (a.lower.sign() > 0 || e > 0) {
          BOOST_REQUIRE(result.bounded());
          BOOST_REQUIRE(e < 0 ? Interval(value).upper <= result.upper : result.lower.sign() >= 0);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(powers_of_zero) {
  const Interval from_zero(Arf(0), two_to(-2));
  for (const Rational &e : {rational(1, 2), rational(65, 64), rational(2, 1)}) {
    BOOST_TEST(real_power(Interval(0), e).zero());
    BOOST_TEST(real_power(from_zero, e).lower.zero());
    BOOST_TEST(real_power(from_zero, e).upper.finite());
  }
  BOOST_TEST((real_power(from_zero, rational(1, 2)).upper >= two_to(-1)));
  BOOST_TEST((real_power(from_zero, rational(1, 2)).upper <= Arf(1 + 1).times_two_to(-1)));
  BOOST_TEST(!real_power(from_zero, rational(-1, 2)).bounded());
  BOOST_TEST(!real_power(Interval(Arf(-1), Arf(1)), rational(1, 2)).bounded()); // has no value below 0
}

// Term by term; numbers of finitely many binary digits have finitely many terms.
BOOST_AUTO_TEST_CASE(takagi_holds_every_value) {
  for (int i = 0; i < 5000; ++i) {
    const Interval a = interval();
    const Arf x = point_of(a);
    Arf sum;
    Arf moved = abs(x);
    for (slong n = 0; n < 300; ++n) {
      Arf whole;
      arf_floor(whole.get(), moved.get());
      moved = moved - whole;
      sum = sum + std::min(moved, Arf(1) - moved).times_two_to(-n);
      moved = moved.times_two_to(1);
    }
    BOOST_TEST_CONTEXT(text(a) << " at " << x.about()) { BOOST_REQUIRE(contains(takagi(a), Ball(sum))); }
  }
}

BOOST_AUTO_TEST_CASE(weierstrass_holds_every_value) {
  const Rational ratios[] = {rational(1, 2), rational(9, 10), rational(1, 10)};
  for (int i = 0; i < 2000; ++i) {
    const Interval a = interval();
    const Arf x = point_of(a);
    const Rational &ratio = ratios[below(std::size(ratios))];
    const slong b = 2 + static_cast<slong>(below(5));
    const bool sines = below(2) == 0;
    Ball sum;
    Ball power(1);
    Arf moved = x;
    for (int n = 0; n < 400; ++n) {
      Ball term(moved);
      (sines ? arb_sin_pi : arb_cos_pi)(term.get(), term.get(), kReference);
      arb_addmul(sum.get(), power.get(), term.get(), kReference);
      arb_mul(power.get(), power.get(), ball(ratio, kReference).get(), kReference);
      moved = moved * Arf(b);
    }
    arb_mul_si(power.get(), power.get(), 10, 30); // at least the rest
    arb_add_error(sum.get(), power.get());
    BOOST_TEST_CONTEXT(text(a) << " at " << x.about() << ", " << ratio.get_str() << ", " << b) {
      BOOST_REQUIRE(contains(weierstrass(a, ratio, b, sines), sum));
    }
  }
}

// Over [k, k+1] 2^-n: from the values at the ends to those raised by 2/3 2^-n.
BOOST_AUTO_TEST_CASE(takagi_is_sharp_on_dyadic_intervals) {
  for (int i = 0; i < 1000; ++i) {
    const auto n = static_cast<slong>(below(40));
    const auto k = static_cast<slong>(below(std::size_t{1} << n));
    const Arf lower = scaled(k, -n);
    const Arf upper = scaled(k + 1, -n);
    const Interval range = takagi({lower, upper});
    const Interval ends = hull(takagi(lower), takagi(upper));
    BOOST_REQUIRE(ends.upper - ends.lower <= scaled(n, -n));
    BOOST_REQUIRE(range.lower <= ends.lower);
    BOOST_REQUIRE(range.upper <= ends.upper + scaled(3, -n - 2));
  }
}

BOOST_AUTO_TEST_CASE(enclosures_are_sharp) {
  const Interval third = Interval(1) / Interval(3);
  for (const Interval &x :
       {third, third * third, sine(third), power(third, 7), real_power(third, rational(5, 7))}) {
    BOOST_TEST((x.upper - x.lower <= two_to(-58)));
  }
}

BOOST_AUTO_TEST_CASE(exact_numbers) {
  const auto is = [](const char *written, const char *value) {
    BOOST_TEST(exact_number(written).get_str() == value);
  };
  is("0.1", "1/10");
  is("-12.50", "-25/2");
  is("1e-3", "1/1000");
  is("2.5E+2", "250");
  is("6/4", "3/2");
  is("1/2^30", "1/1073741824");
  is("0/7", "0");
  for (const char *wrong :
       {"", "-", ".", "1/0", "1/", "x", "1e", "1e99999", "0x1p3", "1 2", "1/2/3", "nan"}) {
    BOOST_CHECK_THROW(exact_number(wrong), std::invalid_argument);
  }
}
