// The decoder against references of this file's own: exact rational arithmetic, and the two sines themselves
// in MPFR.
#define BOOST_TEST_MODULE decoder_reference
#include <boost/test/unit_test.hpp>

#include "layercert/decoder/decoder.hpp"
#include "layercert/numeric/mpfr_number.hpp"

#include <cmath>
#include <random>
#include <string>
#include <vector>

using namespace layercert;

namespace {

const std::int64_t kSteps[] = {1, 2, 3, 7, 20, 33, 64, 65, 130}; // b

std::string name(const DecoderLayout &layout) {
  return "N = " + std::to_string(layout.N()) + ", digits = " + std::to_string(layout.digits()) +
         ", b = " + std::to_string(layout.b());
}

// Layouts of N = 2..7 and 1..4 digits whose weights have at most so many bits.
std::vector<DecoderLayout> layouts(std::int64_t most_bits) {
  std::vector<DecoderLayout> result;
  for (int N = 2; N <= 7; ++N) {
    for (int digits = 1; digits <= 4; ++digits) {
      for (const std::int64_t b : kSteps) {
        const DecoderLayout layout(N, digits, b);
        if (b * static_cast<std::int64_t>(layout.cells()) <= most_bits) {
          result.push_back(layout);
        }
      }
    }
  }
  return result;
}

mpq_class two_to(std::int64_t exponent) { return Dyadic::power_of_two(exponent).to_rational(); }

// Is bit (i, q) set in cell k? From the digits alone: the q-th binary place of floor(k / N^i) mod N.
bool is_set(const DecoderLayout &layout, const BitPosition &position, std::uint64_t k) {
  for (int i = 0; i < position.digit; ++i) {
    k /= static_cast<std::uint64_t>(layout.N());
  }
  return (k % static_cast<std::uint64_t>(layout.N()) >> position.bit & 1U) != 0;
}

// s = b 2^q N^i for every digit i and bit q below ceil(log2 N), as proofs/theorem.md, section 4, has it.
void check_shifts(const DecoderLayout &layout) {
  std::size_t at = 0;
  std::int64_t place = 1;
  for (int i = 0; i < layout.digits(); ++i) {
    for (int q = 0; (1 << q) < layout.N(); ++q) {
      BOOST_REQUIRE(at < layout.positions().size());
      const BitPosition &position = layout.positions()[at++];
      BOOST_TEST(position.digit == i);
      BOOST_TEST(position.bit == q);
      BOOST_TEST(position.shift == layout.b() * (1 << q) * place);
    }
    place *= layout.N();
  }
  BOOST_TEST(at == layout.positions().size());
  BOOST_TEST(layout.cells() == static_cast<std::uint64_t>(place));
}

// The rotation by the angles of cell k, e^(i theta) = (1 + i tau)^2 / (1 + tau^2), applied to 1 + i: exact,
// and unlike nu with no common factor Q.
struct Rotated {
  mpq_class re = 1;
  mpq_class im = 1;
};
Rotated rotated(const DecoderLayout &layout, std::uint64_t k) {
  Rotated z;
  for (const BitPosition &position : layout.positions()) {
    if (!is_set(layout, position, k)) {
      continue;
    }
    const mpq_class tau = two_to(-position.shift);
    const mpq_class norm = 1 + tau * tau;
    const mpq_class cosine = (1 - tau * tau) / norm;
    const mpq_class sine = 2 * tau / norm;
    const mpq_class re = z.re * cosine - z.im * sine;
    z.im = z.re * sine + z.im * cosine;
    z.re = re;
  }
  return z;
}

// Random multiples of 2^-64 of all shapes: the bits of an integer, and a shift.
Dyadic random_multiplier(std::mt19937_64 &random, gmp_randclass &bits, const DecoderLayout &layout) {
  const auto size = static_cast<mp_bitcnt_t>(layout.b() * static_cast<std::int64_t>(layout.cells()));
  const auto shift = static_cast<std::int64_t>(random() % 4 == 0 ? random() % 300 : 0) - 64;
  mpz_class integer;
  switch (random() % 8) {
  case 0:
    integer = bits.get_z_bits(1 + random() % 90);
    break;
  case 1: // all ones: carries run through
    integer = (mpz_class(1) << (1 + random() % (size + 90))) - 1;
    break;
  case 2:
    integer = mpz_class(1) << (random() % (size + 90));
    break;
  default:
    integer = bits.get_z_bits(size + random() % 130);
  }
  return Dyadic(random() % 2 == 0 ? integer : mpz_class(-integer), shift);
}

// Does u stand for m nu_k (modulo 1) within the stated error? Exactly.
bool within_error(const Dyadic &phase, Turns u) {
  const Dyadic beyond = phase - Dyadic(mpz_class(static_cast<unsigned long>(u)), -64) +
                        Dyadic(mpz_class(static_cast<unsigned long>(kPhaseBelow)), -64);
  const Dyadic turns = beyond - beyond.rounded_down_to(0); // in [0, 1)
  return turns <= Dyadic(mpz_class(static_cast<unsigned long>(kPhaseBelow + kPhaseAbove)), -64);
}

} // namespace

BOOST_AUTO_TEST_CASE(nu_is_a_rotation_times_Q) {
  for (const DecoderLayout &layout : layouts(300)) {
    BOOST_TEST_CONTEXT(name(layout)) {
      check_shifts(layout);
      mpq_class Q = 1;
      for (const BitPosition &position : layout.positions()) {
        Q *= 1 + two_to(-2 * position.shift);
      }
      BOOST_TEST((exact_Q(layout).to_rational() == Q));
      for (std::uint64_t k = 0; k < layout.cells(); ++k) {
        const Rotated z = rotated(layout, k);
        BOOST_TEST((z.re * z.re + z.im * z.im == 2), "cell " << k);
        BOOST_TEST((exact_nu(layout, k).to_rational() == Q * z.im), "cell " << k);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(phases_of_any_multiplier_are_within_the_stated_error) {
  std::mt19937_64 random(21);
  gmp_randclass bits(gmp_randinit_default);
  bits.seed(22);
  for (const DecoderLayout &layout : layouts(2200)) {
    const int rounds = layout.cells() <= 40 ? 12 : 2;
    std::vector<Dyadic> nu;
    for (std::uint64_t k = 0; k < layout.cells(); ++k) {
      nu.push_back(exact_nu(layout, k));
    }
    for (int round = 0; round < rounds; ++round) {
      const Dyadic m = round == 0 ? Dyadic() : random_multiplier(random, bits, layout);
      const std::vector<Turns> stored = decode_phases(layout, m);
      BOOST_REQUIRE(stored.size() == layout.cells());
      for (std::uint64_t k = 0; k < layout.cells(); ++k) {
        BOOST_TEST(within_error(m * nu[k], stored[k]),
                   name(layout) << ", cell " << k << ", m = " << m.to_string().substr(0, 100));
      }
    }
  }
}

// Every cell's phase can be chosen freely, also where N is no power of two and some subsets of the bits are
// no digit.
BOOST_AUTO_TEST_CASE(solved_phases_are_the_wanted_ones) {
  std::mt19937_64 random(23);
  for (int N = 2; N <= 7; ++N) {
    for (int digits = 1; digits <= 4; ++digits) {
      for (const int r : {3, 6, 12, 20}) {
        const int n = digits * DecoderLayout::bits_of_digit(N);
        const DecoderLayout layout(N, digits, n + r + 3); // Theorem 13: leaves every phase within 2^-r
        if (layout.cells() > 220) {
          continue;
        }
        std::vector<Turns> wanted(layout.cells());
        for (Turns &phase : wanted) {
          phase = random();
        }
        const Dyadic m = solve_multiplier(layout, wanted);
        BOOST_TEST(m.exponent() >= -64);
        // About b bits a cell.
        BOOST_TEST(m.magnitude_exponent() <= layout.b() * static_cast<std::int64_t>(layout.cells()) + n);
        for (std::uint64_t k = 0; k < layout.cells(); ++k) {
          const Dyadic off = m * exact_nu(layout, k) -
                             Dyadic(mpz_class(static_cast<unsigned long>(wanted[k])), -64) +
                             Dyadic::power_of_two(-r);
          const Dyadic turns = off - off.rounded_down_to(0);
          BOOST_TEST((turns <= Dyadic::power_of_two(1 - r)), name(layout) << ", cell " << k);
        }
      }
    }
  }
}

// sin(w sin(beta + arg)) with w = 2 pi sqrt(2) Q m, beta = pi/4 and arg the sum of 2 arctan tau over the set
// bits, straight from the formulas, to the nearest at a precision beyond need.
BOOST_AUTO_TEST_CASE(two_sines_have_the_decoded_value) {
  std::mt19937_64 random(24);
  gmp_randclass bits(gmp_randinit_default);
  bits.seed(25);
  for (const DecoderLayout &layout : layouts(1500)) {
    if (layout.b() < 2) {
      continue;
    }
    std::vector<Turns> wanted(layout.cells());
    for (Turns &phase : wanted) {
      phase = random();
    }
    for (const Dyadic &m : {solve_multiplier(layout, wanted), random_multiplier(random, bits, layout)}) {
      const std::vector<Turns> stored = decode_phases(layout, m);
      const auto precision = static_cast<mpfr_prec_t>(
          (m.is_zero() ? 0 : std::max<std::int64_t>(m.magnitude_exponent(), 0)) + 200);
      MpfrNumber t = MpfrNumber::with_precision(precision);
      MpfrNumber w = MpfrNumber::with_precision(precision);
      mpfr_const_pi(w.get(), MPFR_RNDN);
      mpfr_mul_2ui(w.get(), w.get(), 1, MPFR_RNDN);
      mpfr_sqrt_ui(t.get(), 2, MPFR_RNDN);
      mpfr_mul(w.get(), w.get(), t.get(), MPFR_RNDN);
      std::vector<MpfrNumber> thetas;
      for (const BitPosition &position : layout.positions()) {
        mpfr_set_ui_2exp(t.get(), 1, -2 * position.shift, MPFR_RNDN);
        mpfr_add_ui(t.get(), t.get(), 1, MPFR_RNDN);
        mpfr_mul(w.get(), w.get(), t.get(), MPFR_RNDN);
        mpfr_set_ui_2exp(t.get(), 1, -position.shift, MPFR_RNDN);
        mpfr_atan(t.get(), t.get(), MPFR_RNDN);
        mpfr_mul_2ui(t.get(), t.get(), 1, MPFR_RNDN);
        thetas.push_back(t);
      }
      m.to_mpfr(t.get(), MPFR_RNDN);
      mpfr_mul(w.get(), w.get(), t.get(), MPFR_RNDN);
      const std::uint64_t stride = 1 + layout.cells() / 50;
      for (std::uint64_t k = 0; k < layout.cells(); k += stride) {
        mpfr_const_pi(t.get(), MPFR_RNDN);
        mpfr_div_2ui(t.get(), t.get(), 2, MPFR_RNDN);
        for (std::size_t i = 0; i < thetas.size(); ++i) {
          if (is_set(layout, layout.positions()[i], k)) {
            mpfr_add(t.get(), t.get(), thetas[i].get(), MPFR_RNDN);
          }
        }
        mpfr_sin(t.get(), t.get(), MPFR_RNDN);
        mpfr_mul(t.get(), t.get(), w.get(), MPFR_RNDN);
        mpfr_sin(t.get(), t.get(), MPFR_RNDN);
        MpfrNumber decoded = MpfrNumber::with_precision(precision); // sin(2 pi u / 2^64)
        mpfr_const_pi(decoded.get(), MPFR_RNDN);
        mpfr_mul_ui(decoded.get(), decoded.get(), stored[k], MPFR_RNDN);
        mpfr_div_2ui(decoded.get(), decoded.get(), 63, MPFR_RNDN);
        mpfr_sin(decoded.get(), decoded.get(), MPFR_RNDN);
        mpfr_sub(decoded.get(), decoded.get(), t.get(), MPFR_RNDN);
        BOOST_TEST(std::fabs(mpfr_get_d(decoded.get(), MPFR_RNDN)) <=
                       2 * 3.15 * static_cast<double>(std::max(kPhaseBelow, kPhaseAbove) + 1) * 0x1p-64,
                   name(layout) << ", cell " << k);
      }
    }
  }
}
