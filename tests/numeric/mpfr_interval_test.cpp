// Intervals over MPFR numbers, at random precisions: ranges against values with 100 bits more, agreement of
// two precisions, functional equations, accuracy, and what precision a result has.
#define BOOST_TEST_MODULE mpfr_interval
#include <boost/test/unit_test.hpp>

#include "layercert/numeric/mpfr_interval.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/elementary.hpp"
#include "numeric/ranges.hpp"
#include "numeric/reference.hpp"

#include <type_traits>
#include <utility>

using namespace layercert;
using namespace layercert::test;

namespace {

struct Maker {
  using Interval = MpfrInterval;
  using Number = MpfrNumber;

  MpfrNumber sized(int least, int most) {
    mpz_class mantissa(1);
    for (mpfr_prec_t bits = 1; bits < precision; bits += 64) {
      mantissa <<= 64;
      mantissa += mpz_class(static_cast<unsigned long>(draw.bits()));
    }
    const Dyadic x(draw.one_in(2) ? mantissa : mpz_class(-mantissa), 0);
    return MpfrNumber::from_dyadic(x.times_power_of_two(draw.between(least, most) - x.magnitude_exponent()),
                                   precision, MPFR_RNDZ);
  }
  MpfrNumber number() {
    switch (draw.between(0, 5)) {
    case 0:
      return MpfrNumber::from_double(draw.number(), precision, MPFR_RNDN);
    case 1:
      return sized(-1000, 1000);
    case 2:
      return sized(-60, 60);
    default:
      return sized(-4, 8);
    }
  }
  MpfrNumber inside(const MpfrNumber &least, const MpfrNumber &most) {
    if (draw.one_in(8)) {
      return next(draw.one_in(2) ? least : most, 0);
    }
    MpfrNumber x = MpfrNumber::with_precision(precision);
    mpfr_sub(x.get(), most.get(), least.get(), MPFR_RNDN);
    mpfr_mul_d(x.get(), x.get(), std::ldexp(static_cast<double>(draw.bits() >> 11U), -53), MPFR_RNDN);
    mpfr_add(x.get(), x.get(), least.get(), MPFR_RNDN);
    return next(std::min(std::max(x, least), most), 0);
  }
  MpfrNumber multiple_of_half_pi(int k) {
    MpfrNumber x = mpfr_pi(precision).lower();
    mpfr_mul_si(x.get(), x.get(), k, MPFR_RNDN);
    mpfr_div_2ui(x.get(), x.get(), 1, MPFR_RNDN);
    return next(x, static_cast<int>(draw.between(-1, 2)));
  }
  MpfrNumber next(MpfrNumber x, int steps) const {
    if (x.precision() < precision) { // a small integer: a bound of 32 bits would make results of 32 bits
      mpfr_prec_round(x.get(), precision, MPFR_RNDN);
    }
    for (; steps > 0; --steps) {
      mpfr_nextabove(x.get());
    }
    for (; steps < 0; ++steps) {
      mpfr_nextbelow(x.get());
    }
    return x;
  }
  mpfr_prec_t reference_precision() const { return precision + 100; }
  void choose_precision() { precision = draw.between(24, 400); }

  Draw draw;
  mpfr_prec_t precision = 53;
};

bool overlap(const MpfrInterval &a, const MpfrInterval &b) {
  return !has_nan(a) && !has_nan(b) && a.lower() <= b.upper() && b.lower() <= a.upper();
}
bool holds(const MpfrInterval &x, const MpfrNumber &value) {
  return x.lower() <= value && value <= x.upper();
}
bool is_inside(const MpfrInterval &a, const MpfrInterval &b) {
  return b.lower() <= a.lower() && a.upper() <= b.upper();
}

MpfrNumber more_precise(const MpfrNumber &x, mpfr_prec_t bits) {
  MpfrNumber result = x;
  mpfr_prec_round(result.get(), x.precision() + bits, MPFR_RNDN); // exact
  return result;
}
MpfrInterval more_precise(const MpfrInterval &x, mpfr_prec_t bits) {
  return {more_precise(x.lower(), bits), more_precise(x.upper(), bits)};
}

// log2 of the width relative to 2^exponent of the larger bound: -precision or so for neighbours.
double relative_width(const MpfrInterval &x) {
  const MpfrNumber width = sub_up(x.upper(), x.lower());
  if (mpfr_zero_p(width.get()) != 0) {
    return -kInfinity;
  }
  const mpfr_exp_t size =
      std::max(mpfr_zero_p(x.lower().get()) != 0 ? mpfr_get_emin() : mpfr_get_exp(x.lower().get()),
               mpfr_zero_p(x.upper().get()) != 0 ? mpfr_get_emin() : mpfr_get_exp(x.upper().get()));
  return static_cast<double>(mpfr_get_exp(width.get()) - size);
}

} // namespace

BOOST_AUTO_TEST_CASE(ranges_of_functions_of_one_argument) {
  prepare_mpfr_thread();
  Maker make{Draw(31)};
  Tally tally;
  for (const UnaryCase<Maker> &f : unary_cases<Maker>()) {
    for (int i = 0; i < 200; ++i) {
      make.choose_precision();
      check_range(tally, make, f, random_box(make));
    }
  }
}

BOOST_AUTO_TEST_CASE(ranges_of_functions_of_two_arguments) {
  prepare_mpfr_thread();
  Maker make{Draw(32)};
  Tally tally;
  for (const BinaryCase<Maker> &f : binary_cases<Maker>()) {
    for (int i = 0; i < 300; ++i) {
      make.choose_precision();
      const MpfrInterval y = random_box(make);
      check_range(tally, make, f, random_box(make), y);
      check_range(tally, make, f, abs_range(random_box(make)), y);
    }
  }
}

BOOST_AUTO_TEST_CASE(more_bits_give_an_enclosure_inside) {
  prepare_mpfr_thread();
  Maker make{Draw(33)};
  Tally tally;
  for (const UnaryCase<Maker> &f : unary_cases<Maker>()) {
    for (int i = 0; i < 100; ++i) {
      make.choose_precision();
      const MpfrInterval x = random_box(make);
      bool undefined = false;
      bool undefined_with_more = false;
      const MpfrInterval range = f.range(x, undefined);
      const MpfrInterval with_more = f.range(more_precise(x, make.draw.between(1, 200)), undefined_with_more);
      tally.require(is_inside(with_more, range), f.name, "of", x, "is", range, "and", with_more);
      tally.require(undefined == undefined_with_more, f.name, "is flagged at one precision only:", x);
    }
  }
  for (const BinaryCase<Maker> &f : binary_cases<Maker>()) {
    for (int i = 0; i < 100; ++i) {
      make.choose_precision();
      const MpfrInterval x = random_box(make);
      const MpfrInterval y = random_box(make);
      bool undefined = false;
      const MpfrInterval range = f.range(x, y, undefined);
      const MpfrInterval with_more = f.range(more_precise(x, make.draw.between(1, 200)), y, undefined);
      tally.require(is_inside(with_more, range), f.name, "of", x, y, "is", range, "and", with_more);
    }
  }
}

BOOST_AUTO_TEST_CASE(functional_equations) {
  prepare_mpfr_thread();
  Maker make{Draw(34)};
  Tally tally;
  bool undefined = false;
  const MpfrNumber one(1);
  for (int i = 0; i < 1500; ++i) {
    make.choose_precision();
    const MpfrNumber t = make.sized(-12, 5);
    const MpfrInterval x = i % 3 == 0 ? MpfrInterval(t) : MpfrInterval(t, make.next(t, i % 5));
    const MpfrInterval positive = abs_range(x);
    const MpfrInterval sine = sin_range(x);
    const MpfrInterval cosine = cos_range(x);
    const MpfrInterval two(MpfrNumber(2));
    tally.require(holds(sine * sine + cosine * cosine, one), "sin^2 + cos^2", x);
    tally.require(overlap(sin_range(two * x), two * sine * cosine), "sin 2x", x);
    tally.require(overlap(cos_range(two * x), cosine * cosine - sine * sine), "cos 2x", x);
    tally.require(overlap(sin_range(x + mpfr_pi(make.precision)), -sine), "sin(x + pi)", x);
    tally.require(overlap(tan_range(x, undefined), divide_range(sine, cosine, undefined)), "tan", x);
    tally.require(holds(exp_range(log_range(positive, undefined)), positive.lower()), "exp log x", x);
    tally.require(holds(log_range(exp_range(x), undefined), x.upper()), "log exp x", x);
    tally.require(holds(exp_range(x) * exp_range(-x), one), "exp x exp -x", x);
    tally.require(overlap(exp_range(two * x), power_range(exp_range(x), 2, undefined)), "exp 2x", x);
    const MpfrInterval hyperbolic_sine = sinh_range(x);
    const MpfrInterval hyperbolic_cosine = cosh_range(x);
    tally.require(overlap(hyperbolic_sine + hyperbolic_cosine, exp_range(x)), "sinh + cosh", x);
    tally.require(holds((hyperbolic_cosine - hyperbolic_sine) * (hyperbolic_cosine + hyperbolic_sine), one),
                  "cosh^2 - sinh^2", x);
    tally.require(overlap(tanh_range(x), hyperbolic_sine / hyperbolic_cosine), "tanh", x);
    tally.require(holds(power_range(sqrt_range(positive, undefined), 2, undefined), positive.upper()),
                  "sqrt^2", x);
    tally.require(overlap(power_range(x, 3, undefined), x * x * x), "x^3", x);
    tally.require(overlap(power_range(x, -2, undefined), MpfrInterval(one) / (x * x)), "x^-2", x);
    const MpfrInterval half = mpfr_enclosure(0.5, make.precision);
    tally.require(overlap(power_range(positive, half, undefined), sqrt_range(positive, undefined)), "x^(1/2)",
                  x);
    const MpfrInterval exponent(make.sized(-3, 3));
    tally.require(
        holds(power_range(positive, exponent, undefined) * power_range(positive, -exponent, undefined), one),
        "x^b x^-b", x, exponent);
    tally.require(overlap(power_range(positive, exponent, undefined),
                          exp_range(exponent * log_range(positive, undefined))),
                  "x^b = exp(b log x)", x, exponent);
    const MpfrInterval quarter_turns = mpfr_pi(make.precision) * half;
    tally.require(overlap(atan_range(positive) + atan_range(MpfrInterval(one) / positive), quarter_turns),
                  "atan x + atan 1/x", x);
    tally.require(holds(tan_range(atan_range(x), undefined), x.lower()), "tan atan x", x);
    const MpfrNumber s = make.sized(-12, 0);
    const MpfrInterval small(s);
    tally.require(overlap(asin_range(small, undefined) + acos_range(small, undefined), quarter_turns),
                  "asin + acos", small);
    tally.require(holds(sin_range(asin_range(small, undefined)), s), "sin asin x", small);
    tally.require(holds(cos_range(acos_range(small, undefined)), s), "cos acos x", small);
    const MpfrInterval y(make.sized(-4, 4));
    tally.require(overlap(min_range(x, y) + max_range(x, y), x + y), "min + max", x, y);
    tally.require(overlap((x + y) * (x - y), x * x - y * y), "(x + y)(x - y)", x, y);
    tally.require(holds((x / y) * y, x.lower()), "(x / y) y", x, y);
    const MpfrInterval rest = x - floor_range(x);
    tally.require(rest.lower() >= MpfrNumber(-1) && rest.upper() <= MpfrNumber(2), "x - floor x", x);
  }
  BOOST_TEST(!undefined);
}

BOOST_AUTO_TEST_CASE(results_at_points_are_accurate) {
  prepare_mpfr_thread();
  Maker make{Draw(35)};
  Tally tally;
  for (const UnaryCase<Maker> &f : unary_cases<Maker>()) {
    for (int i = 0; i < 100; ++i) {
      make.choose_precision();
      const MpfrInterval x(make.sized(-20, 4));
      bool undefined = false;
      const MpfrInterval range = f.range(x, undefined);
      if (!undefined) {
        tally.require(relative_width(range) <= static_cast<double>(1 - make.precision), f.name, "of", x, "is",
                      range);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_result_has_the_precision_of_its_arguments) {
  const auto number = [](mpfr_prec_t precision) {
    return MpfrNumber::from_double(1.5, precision, MPFR_RNDN);
  };
  const MpfrInterval few(number(60));
  const MpfrInterval many(number(300));
  const auto precision = [](const MpfrInterval &x) {
    return std::min(x.lower().precision(), x.upper().precision());
  };
  BOOST_TEST(precision(few + many) == 300);
  BOOST_TEST(precision(many - few) == 300);
  BOOST_TEST(precision(few * many) == 300);
  BOOST_TEST(precision(many / few) == 300);
  BOOST_TEST(precision(many + MpfrInterval(MpfrNumber(3))) == 300);
  BOOST_TEST(pow_up(number(60), number(300)).precision() == 300);
  // Where the value is an integer, too: what is computed from it has as many bits.
  bool undefined = false;
  const MpfrInterval wide(-number(300), number(300));
  BOOST_TEST(precision(sin_range(many * MpfrInterval(MpfrNumber(-100), MpfrNumber(100)))) == 300);
  BOOST_TEST(precision(cos_range(wide)) == 300);
  BOOST_TEST(precision(abs_range(wide)) == 300);
  BOOST_TEST(precision(cosh_range(wide)) == 300);
  BOOST_TEST(precision(floor_range(wide)) == 300);
  BOOST_TEST(precision(power_range(wide, 0, undefined)) == 300);
  BOOST_TEST(precision(power_range(wide, 2, undefined)) == 300);
  BOOST_TEST(!undefined);
  BOOST_TEST(precision(sqrt_range(wide, undefined)) == 300);
  BOOST_TEST(precision(asin_range(wide, undefined)) == 300);
  BOOST_TEST((exp_range(cos_range(wide)).upper() == exp_up(MpfrNumber::from_double(1, 300, MPFR_RNDN))));
}

BOOST_AUTO_TEST_CASE(operands_of_different_precision_lose_nothing) {
  prepare_mpfr_thread();
  Maker make{Draw(36)};
  Tally tally;
  for (int i = 0; i < 1000; ++i) {
    make.choose_precision();
    const MpfrNumber a = make.sized(-30, 30);
    make.choose_precision();
    const MpfrNumber b = make.sized(-30, 30);
    const Point x(a);
    const Point y(b);
    Bracket exact(600);
    const auto check = [&](const char *name, const MpfrInterval &found,
                           int (*operation)(mpfr_ptr, mpfr_srcptr, mpfr_srcptr, mpfr_rnd_t)) {
      exact.set([&](mpfr_ptr out, mpfr_rnd_t rnd) { operation(out, x, y, rnd); });
      tally.require(exact.is_at_least(found.lower()) && exact.is_at_most(found.upper()), name, a, b, found);
      tally.require(relative_width(found) <= static_cast<double>(1 - std::max(a.precision(), b.precision())),
                    name, a, b, found);
    };
    check("+", MpfrInterval(a) + MpfrInterval(b), mpfr_add);
    check("-", MpfrInterval(a) - MpfrInterval(b), mpfr_sub);
    check("*", MpfrInterval(a) * MpfrInterval(b), mpfr_mul);
    check("/", MpfrInterval(a) / MpfrInterval(b), mpfr_div);
    bool undefined = false;
    const MpfrInterval exponent(make.sized(-3, 3));
    const MpfrInterval base(a);
    const MpfrInterval power = power_range(abs_range(base), exponent, undefined);
    tally.require(power.lower().precision() == std::max(a.precision(), make.precision), "precision of a^b",
                  a);
  }
}

BOOST_AUTO_TEST_CASE(enclosures_of_exact_numbers) {
  prepare_mpfr_thread();
  Maker make{Draw(37)};
  Tally tally;
  const auto exactly = [](const MpfrNumber &x) { return Dyadic::from_mpfr(x.get()).to_rational(); };
  const auto check = [&](const mpq_class &value, const MpfrInterval &x) {
    tally.require(exactly(x.lower()) <= value && value <= exactly(x.upper()), value.get_str().c_str(), x);
    tally.require(x.lower() == x.upper() ? exactly(x.lower()) == value : make.next(x.lower(), 1) == x.upper(),
                  value.get_str().c_str(), x);
    const double lower = double_lower(x);
    const double upper = double_upper(x);
    tally.require(!std::isfinite(lower) || mpq_class(lower) <= value, value.get_str().c_str(), lower);
    tally.require(!std::isfinite(upper) || mpq_class(upper) >= value, value.get_str().c_str(), upper);
    tally.require(lower < kInfinity && upper > -kInfinity, value.get_str().c_str(), lower, upper);
  };
  for (int i = 0; i < 500; ++i) {
    make.choose_precision();
    mpq_class value(mpz_class(std::to_string(make.draw.between(-1000000000000000000, 1000000000000000000))),
                    mpz_class(std::to_string(make.draw.between(1, 1000000000000000000))));
    value.canonicalize();
    check(value, mpfr_enclosure(value, make.precision));
    const double x = make.draw.number();
    check(mpq_class(x), mpfr_enclosure(x, make.precision));
    const Dyadic dyadic = Dyadic::from_mpfr(make.sized(-1100, 1100).get());
    make.choose_precision();
    check(dyadic.to_rational(), mpfr_enclosure(dyadic, make.precision));
    const MpfrInterval pi = mpfr_pi(make.precision);
    tally.require(make.next(pi.lower(), 1) == pi.upper() && is_inside(mpfr_pi(make.precision + 7), pi), "pi",
                  pi);
  }
}

BOOST_AUTO_TEST_CASE(quadrants) {
  prepare_mpfr_thread();
  Maker make{Draw(38)};
  Tally tally;
  const auto check = [&](const MpfrNumber &a) {
    std::int64_t k = -77;
    const bool found = quadrant(a, k);
    if (!is_finite(a) || std::fabs(double_lower(MpfrInterval(a))) >= 0x1p50) {
      tally.require(!found, "quadrant of a far number", a);
      return;
    }
    tally.require(found && lies_in_quadrant(a.get(), k), "quadrant", a, k);
  };
  for (int i = 0; i < 1000; ++i) {
    make.choose_precision();
    check(make.number());
    check(make.multiple_of_half_pi(static_cast<int>(make.draw.between(-1000000, 1000000))));
    check(make.sized(-10, 50));
  }
  check(MpfrNumber(0));
  check(MpfrInterval::whole().upper());
  // The least numbers there are: their quotient by pi underflows.
  MpfrNumber least = MpfrNumber::with_precision(64);
  mpfr_set_zero(least.get(), 1);
  mpfr_nextabove(least.get());
  check(least);
  check(-least);
  check(make.next(least, 1));
  check(-make.next(least, 1));
}

BOOST_AUTO_TEST_CASE(sine_and_cosine_far_out) {
  prepare_mpfr_thread();
  Maker make{Draw(39)};
  Tally tally;
  for (const UnaryCase<Maker> &f : unary_cases<Maker>()) {
    if (!f.near_only || f.name == std::string("tan")) {
      continue;
    }
    for (int i = 0; i < 200; ++i) {
      make.choose_precision();
      const MpfrNumber x = make.sized(40, i % 20 == 0 ? 5000 : 300);
      check_range(tally, make, f, i % 2 == 0 ? MpfrInterval(x) : MpfrInterval(x, make.next(x, i % 7)));
    }
    // So far out that pi to as many bits is out of the question.
    MpfrNumber far = MpfrNumber::with_precision(64);
    mpfr_set_ui_2exp(far.get(), 1, 4000000000000000, MPFR_RNDN);
    bool undefined = false;
    const MpfrInterval range = f.range(MpfrInterval(far), undefined);
    BOOST_TEST((range.lower() == MpfrNumber(-1) && range.upper() == MpfrNumber(1)));
  }
}

BOOST_AUTO_TEST_CASE(what_has_no_meaning_stays_visible) {
  const MpfrInterval nothing(MpfrChecking::nan(), MpfrChecking::nan());
  BOOST_TEST(has_nan(nothing));
  BOOST_TEST(has_nan(MpfrInterval(MpfrNumber(2), MpfrNumber(1)))); // empty
  BOOST_TEST(has_nan(nothing * MpfrInterval(MpfrNumber(0))));
  for (const UnaryCase<Maker> &f : unary_cases<Maker>()) {
    bool undefined = false;
    const MpfrInterval range = f.range(nothing, undefined);
    BOOST_TEST((undefined || has_nan(range)), f.name);
  }
  for (const BinaryCase<Maker> &f : binary_cases<Maker>()) {
    for (const MpfrInterval &other : {MpfrInterval(MpfrNumber(1)), MpfrInterval::whole()}) {
      bool undefined = false;
      const MpfrInterval first = f.range(nothing, other, undefined);
      BOOST_TEST((undefined || has_nan(first)), f.name);
      undefined = false;
      const MpfrInterval second = f.range(other, nothing, undefined);
      BOOST_TEST((undefined || has_nan(second)), f.name);
    }
  }
}

BOOST_AUTO_TEST_CASE(numbers_are_values) {
  const MpfrNumber a = MpfrNumber::from_double(1.25, 100, MPFR_RNDN);
  MpfrNumber b = a;
  BOOST_TEST((b == a));
  BOOST_TEST(b.precision() == 100);
  mpfr_nextabove(b.get());
  BOOST_TEST((a < b && b > a && a <= b && b >= a && a != b));
  MpfrNumber c = std::move(b);
  BOOST_TEST((c > a));
  b = c;
  BOOST_TEST((b == c));
  const MpfrNumber &same = b;
  b = same;
  BOOST_TEST((b == c));
  c = MpfrNumber(7);
  BOOST_TEST((c == MpfrNumber(7)));
  BOOST_TEST((-c == MpfrNumber(-7)));
  BOOST_TEST((floor(-a) == MpfrNumber(-2)));
  const MpfrNumber nan = MpfrChecking::nan();
  BOOST_TEST((!(nan < a) && !(nan > a) && !(nan <= a) && !(nan >= a) && !(nan == nan) && nan != nan));
  // Never from a double or a long on the quiet: they would go through int.
  static_assert(!std::is_constructible_v<MpfrNumber, double>);
  static_assert(!std::is_constructible_v<MpfrNumber, long>);
  static_assert(!std::is_convertible_v<float, MpfrNumber>);
}
