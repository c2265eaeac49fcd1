// The bounds of how far stored weights are from the ideal ones, against MPFR at twice the precision.
#define BOOST_TEST_MODULE stored_weights
#include <boost/test/unit_test.hpp>

#include "layercert/network/stored_weights.hpp"
#include "layercert/numeric/mpfr_number.hpp"

#include <algorithm>
#include <random>

using namespace layercert;

namespace {

// |a - b|, to the nearest at the precision of b: that is far finer than the bounds that are compared with it.
MpfrNumber distance(const Dyadic &a, const MpfrNumber &b) {
  MpfrNumber result = MpfrNumber::from_dyadic(a, b.precision(), MPFR_RNDN);
  mpfr_sub(result.get(), result.get(), b.get(), MPFR_RNDN);
  mpfr_abs(result.get(), result.get(), MPFR_RNDN);
  return result;
}

// 2 pi sqrt(2) Q m
MpfrNumber ideal_weight(const DecoderLayout &layout, const Dyadic &m, mpfr_prec_t precision) {
  MpfrNumber w = MpfrNumber::with_precision(precision);
  MpfrNumber t = MpfrNumber::with_precision(precision);
  mpfr_const_pi(w.get(), MPFR_RNDN);
  mpfr_sqrt_ui(t.get(), 8, MPFR_RNDN);
  mpfr_mul(w.get(), w.get(), t.get(), MPFR_RNDN);
  for (const BitPosition &position : layout.positions()) {
    mpfr_set_ui_2exp(t.get(), 1, -2 * position.shift, MPFR_RNDN);
    mpfr_add_ui(t.get(), t.get(), 1, MPFR_RNDN);
    mpfr_mul(w.get(), w.get(), t.get(), MPFR_RNDN);
  }
  m.to_mpfr(t.get(), MPFR_RNDN);
  mpfr_mul(w.get(), w.get(), t.get(), MPFR_RNDN);
  return w;
}

std::vector<MpfrNumber> ideal_thetas(const DecoderLayout &layout, mpfr_prec_t precision) {
  std::vector<MpfrNumber> result;
  for (const BitPosition &position : layout.positions()) {
    MpfrNumber theta = MpfrNumber::with_precision(precision);
    mpfr_set_ui_2exp(theta.get(), 1, -position.shift, MPFR_RNDN);
    mpfr_atan(theta.get(), theta.get(), MPFR_RNDN);
    mpfr_mul_2ui(theta.get(), theta.get(), 1, MPFR_RNDN);
    result.push_back(std::move(theta));
  }
  return result;
}

MpfrNumber ideal_beta(mpfr_prec_t precision) {
  MpfrNumber beta = MpfrNumber::with_precision(precision);
  mpfr_const_pi(beta.get(), MPFR_RNDN);
  mpfr_div_2ui(beta.get(), beta.get(), 2, MPFR_RNDN);
  return beta;
}

// 2^exponent times a random mantissa, of either sign.
Dyadic random_dyadic(gmp_randclass &bits, std::mt19937_64 &random, std::size_t mantissa_bits,
                     std::int64_t exponent) {
  const mpz_class mantissa = bits.get_z_bits(1 + mantissa_bits);
  return Dyadic(random() % 2 == 0 ? mantissa : mpz_class(-mantissa), exponent);
}

const DecoderLayout kLayouts[] = {{2, 1, 4}, {2, 3, 9},  {2, 6, 20}, {3, 2, 17},
                                  {3, 3, 8}, {5, 2, 30}, {6, 1, 64}, {7, 2, 11}};

mpfr_prec_t beyond(const DecoderLayout &layout) {
  return static_cast<mpfr_prec_t>(2 * constant_bits(layout) + 1000);
}

// x <= bound
bool at_most(const MpfrNumber &x, const Dyadic &bound) {
  return x <= MpfrNumber::from_dyadic(bound, x.precision(), MPFR_RNDU);
}

} // namespace

BOOST_AUTO_TEST_CASE(weight_error_is_a_bound_and_a_close_one) {
  std::mt19937_64 random(31);
  gmp_randclass bits(gmp_randinit_default);
  bits.seed(32);
  for (const DecoderLayout &layout : kLayouts) {
    const std::int64_t largest = constant_bits(layout) - 65; // |w| < 2^(constant_bits - 64)
    for (int round = 0; round < 40; ++round) {
      Dyadic w;
      if (round % 2 == 0) { // as stored
        w = stored_weight(
            layout,
            random_dyadic(bits, random, static_cast<std::size_t>(layout.b()) * layout.cells() + 60, -64));
      } else { // any number: tiny or long
        const auto size = static_cast<std::size_t>(random() % static_cast<std::uint64_t>(largest + 300));
        w = random_dyadic(bits, random, size,
                          largest - 1 - static_cast<std::int64_t>(size) -
                              static_cast<std::int64_t>(random() % 100));
      }
      const Dyadic m = nearest_multiplier(layout, w);
      BOOST_TEST((m.is_zero() || m.exponent() >= -64));
      const MpfrNumber error = distance(w, ideal_weight(layout, m, beyond(layout)));
      const Dyadic bound = weight_error_upper(layout, w, m);
      BOOST_TEST(at_most(error, bound), "N = " << layout.N() << ", w = " << w.to_string().substr(0, 60));
      // Not more than 2^-60 above it, and m the nearest multiple: 2 pi sqrt(2) Q 2^-65 < 2^-60 away.
      BOOST_TEST((bound <= Dyadic::from_mpfr(error.get()) + Dyadic::power_of_two(-60)));
      BOOST_TEST((bound <= Dyadic::power_of_two(-59)));
      if (round % 2 == 0) {
        BOOST_TEST((bound <= Dyadic::power_of_two(-76)));
      }
      // Of any other multiplier too.
      const Dyadic other = m + random_dyadic(bits, random, 20, -64);
      BOOST_TEST(at_most(distance(w, ideal_weight(layout, other, beyond(layout))),
                         weight_error_upper(layout, w, other)));
    }
  }
}

BOOST_AUTO_TEST_CASE(angle_error_is_a_bound_and_a_close_one) {
  std::mt19937_64 random(33);
  gmp_randclass bits(gmp_randinit_default);
  bits.seed(34);
  for (const DecoderLayout &layout : kLayouts) {
    const std::vector<MpfrNumber> ideal = ideal_thetas(layout, beyond(layout));
    const MpfrNumber pi_4 = ideal_beta(beyond(layout));
    const auto bits_after = constant_bits(layout);
    for (int round = 0; round < 30; ++round) {
      std::vector<Dyadic> thetas = stored_thetas(layout);
      Dyadic beta = stored_beta(layout);
      BOOST_REQUIRE(thetas.size() == ideal.size());
      if (round > 0) { // moved by much or little, also below the last place that is looked at
        const std::int64_t exponent =
            -static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(bits_after + 100));
        for (Dyadic &theta : thetas) {
          if (random() % 2 == 0) {
            theta = theta + random_dyadic(bits, random, 10, exponent - 10);
          }
        }
        if (random() % 2 == 0) {
          beta = beta + random_dyadic(bits, random, 10, exponent - 10);
        }
      }
      MpfrNumber sum = distance(beta, pi_4);
      for (std::size_t i = 0; i < ideal.size(); ++i) {
        mpfr_add(sum.get(), sum.get(), distance(thetas[i], ideal[i]).get(), MPFR_RNDN);
      }
      const Dyadic bound = angle_error_upper(layout, thetas, beta);
      BOOST_TEST(at_most(sum, bound), "N = " << layout.N() << ", round " << round);
      BOOST_TEST((bound <= Dyadic::from_mpfr(sum.get()) +
                               Dyadic(mpz_class(8 * static_cast<long>(ideal.size() + 1)), -bits_after)));
    }
  }
}

// What a finer layout stores serves every coarser one with the same b: they share their angles.
BOOST_AUTO_TEST_CASE(angles_of_the_finest_level_serve_all) {
  const DecoderLayout finest(3, 3, 15);
  const std::vector<Dyadic> thetas = stored_thetas(finest);
  for (int digits = 1; digits <= 3; ++digits) {
    const DecoderLayout layout(3, digits, 15);
    const Dyadic bound = angle_error_upper(layout, thetas, stored_beta(finest));
    const Dyadic w =
        Dyadic::power_of_two(15 * static_cast<std::int64_t>(layout.cells()) + 6); // about the largest
    BOOST_TEST((bound * w <= Dyadic::power_of_two(-64)));
  }
}
