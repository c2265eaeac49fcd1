#define BOOST_TEST_MODULE closed_form
#include <boost/test/unit_test.hpp>

#include "layercert/network/closed_form.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "network/closed_constant.hpp"
#include "network/weight_enclosure.hpp"

#include <mpfr.h>

#include <random>

using namespace layercert;

namespace {

constexpr mpfr_prec_t kReferenceBits = 900;

// The same number by MPFR's own functions, at a much higher precision, to nearest: one of the two ways.
MpfrNumber reference(const ClosedForm &x) {
  const auto number = [] { return MpfrNumber::with_precision(kReferenceBits); };
  MpfrNumber sum = MpfrNumber::from_dyadic(x.dyadic(), kReferenceBits, MPFR_RNDN);
  MpfrNumber term = number();
  MpfrNumber factor = number();
  mpfr_const_pi(term.get(), MPFR_RNDN);
  mpfr_mul(term.get(), term.get(), MpfrNumber::from_dyadic(x.pi_factor(), kReferenceBits, MPFR_RNDN).get(),
           MPFR_RNDN);
  mpfr_add(sum.get(), sum.get(), term.get(), MPFR_RNDN);
  for (const AngleTerm &angle : x.angles()) {
    mpfr_set_ui_2exp(term.get(), 1, -angle.shift, MPFR_RNDN);
    mpfr_atan(term.get(), term.get(), MPFR_RNDN);
    mpfr_mul_si(term.get(), term.get(), 2 * angle.coefficient, MPFR_RNDN);
    mpfr_add(sum.get(), sum.get(), term.get(), MPFR_RNDN);
  }
  for (const MultiplierTerm &multiplier : x.multipliers()) {
    mpfr_const_pi(term.get(), MPFR_RNDN);
    mpfr_sqrt_ui(factor.get(), 8, MPFR_RNDN); // 2 sqrt(2)
    mpfr_mul(term.get(), term.get(), factor.get(), MPFR_RNDN);
    for (const std::int64_t shift : multiplier.shifts) {
      mpfr_set_ui_2exp(factor.get(), 1, -2 * shift, MPFR_RNDN);
      mpfr_add_ui(factor.get(), factor.get(), 1, MPFR_RNDN);
      mpfr_mul(term.get(), term.get(), factor.get(), MPFR_RNDN);
    }
    mpfr_mul(term.get(), term.get(), MpfrNumber::from_dyadic(multiplier.m, kReferenceBits, MPFR_RNDN).get(),
             MPFR_RNDN);
    mpfr_add(sum.get(), sum.get(), term.get(), MPFR_RNDN);
  }
  return sum;
}

Dyadic random_dyadic(std::mt19937_64 &random, std::int64_t finest) {
  mpz_class mantissa(std::to_string(random()));
  mantissa *= random() % 2 == 0 ? 1 : -1;
  return Dyadic(mantissa, finest + static_cast<std::int64_t>(random() % 60));
}

ClosedForm random_form(std::mt19937_64 &random) {
  ClosedForm sum;
  if (random() % 2 == 0) {
    sum = sum + random_dyadic(random, -80);
  }
  if (random() % 2 == 0) {
    sum = sum + ClosedForm::pi(random_dyadic(random, -80));
  }
  for (std::uint64_t i = random() % 4; i > 0; --i) {
    sum = sum + ClosedForm::angle(1 + static_cast<std::int64_t>(random() % 200),
                                  static_cast<std::int64_t>(random() % 5) - 2);
  }
  if (random() % 2 == 0) {
    std::vector<std::int64_t> shifts;
    for (std::int64_t s = 1; s < 300; s += 1 + static_cast<std::int64_t>(random() % 100)) {
      shifts.push_back(s);
    }
    sum = sum + ClosedForm::multiplier(random_dyadic(random, -64), shifts);
  }
  return sum;
}

} // namespace

// Enclosures hold a reference that was computed another way, are narrow, and those of two precisions overlap.
BOOST_AUTO_TEST_CASE(enclosures_hold_the_number) {
  prepare_mpfr_thread();
  std::mt19937_64 random(1);
  for (int i = 0; i < 3000; ++i) {
    const ClosedForm form = random_form(random);
    const auto precision = static_cast<mpfr_prec_t>(30 + random() % 200);
    const MpfrInterval x = WeightEnclosures(precision).of(form);
    const MpfrNumber exact = reference(form);
    BOOST_TEST_CONTEXT("case " << i << ", precision " << precision << ", reference "
                               << mpfr_get_d(exact.get(), MPFR_RNDN)) {
      BOOST_TEST((x.lower() <= exact && exact <= x.upper()));
      const std::int64_t size = form.magnitude_exponent_upper();
      if (!form.is_zero()) {
        MpfrNumber width = sub_up(x.upper(), x.lower());
        BOOST_TEST((mpfr_zero_p(width.get()) != 0 || mpfr_get_exp(width.get()) <= size - precision + 4));
        BOOST_TEST((mpfr_zero_p(exact.get()) != 0 || mpfr_get_exp(exact.get()) <= size));
      }
      const MpfrInterval finer = WeightEnclosures(precision + 100).of(form);
      BOOST_TEST((x.lower() <= finer.upper() && finer.lower() <= x.upper()));
    }
  }
}

// Sums and negatives are those of the numbers, and equal forms are found equal however they were added up.
BOOST_AUTO_TEST_CASE(sums) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 1000; ++i) {
    const ClosedForm a = random_form(random);
    const ClosedForm b = random_form(random);
    BOOST_TEST((a + b == b + a));
    BOOST_TEST((a + b - b == a));
    BOOST_TEST((a - a).is_zero());
    BOOST_TEST((-(-a) == a));
    const MpfrInterval sum = WeightEnclosures(120).of(a) + WeightEnclosures(120).of(b);
    const MpfrInterval of_sum = WeightEnclosures(120).of(a + b);
    BOOST_TEST((sum.lower() <= of_sum.upper() && of_sum.lower() <= sum.upper()));
  }
  const ClosedForm third = ClosedForm::constant("1/3");
  BOOST_TEST((third - third).is_zero());
  BOOST_TEST((-(-third) == third));
  const ClosedForm two_parts = ClosedForm::constant("-(1)+(2)");
  BOOST_TEST((-(-two_parts) == two_parts));
  BOOST_TEST((third + Dyadic::from_integer(1) - third == ClosedForm(Dyadic::from_integer(1))));
}

BOOST_AUTO_TEST_CASE(nearest_numbers) {
  prepare_mpfr_thread();
  std::mt19937_64 random(3);
  for (int i = 0; i < 300; ++i) {
    const ClosedForm form = random_form(random);
    const auto bits = static_cast<mpfr_prec_t>(2 + random() % 120);
    MpfrNumber expected = MpfrNumber::with_precision(bits);
    const MpfrNumber exact = reference(form);
    mpfr_set(expected.get(), exact.get(), MPFR_RNDN);
    BOOST_TEST((nearest_number(form, bits) == expected));
  }
}

BOOST_AUTO_TEST_CASE(closed_constants) {
  for (const char *text :
       {"1/3", "pi/7 + exp(1)", "sqrt(2)*sin(1)", "max(1/3, 1/7)", "sum(k, 1, 5, 1/k)", "0.1"}) {
    const MpfrInterval x = constant_enclosure(parse_closed_constant(text), 100);
    const MpfrInterval finer = constant_enclosure(parse_closed_constant(text), 300);
    BOOST_TEST((x.lower() <= finer.lower() && finer.upper() <= x.upper()), text);
  }
  for (const char *text : {"x", "1/0", "log(0)", "0/0", "sqrt(-1)", "", "1 +", "exp(exp(100))*exp(exp(100))",
                           "y", "k", "log(-1)", "exp(exp(exp(100)))"}) {
    BOOST_CHECK_THROW(parse_closed_constant(text), std::invalid_argument);
  }
  BOOST_TEST((closed_form_of_constant("3/8") == ClosedForm(Dyadic(mpz_class(3), -3))));
  BOOST_TEST((closed_form_of_constant("-2.5") == ClosedForm(Dyadic(mpz_class(-5), -1))));
  BOOST_TEST((!closed_form_of_constant("1/3").is_dyadic()));
}
