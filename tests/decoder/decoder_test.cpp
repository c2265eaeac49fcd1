#define BOOST_TEST_MODULE decoder
#include <boost/test/unit_test.hpp>

#include "layercert/decoder/decoder.hpp"

#include <cmath>
#include <random>

using namespace layercert;

namespace {

constexpr int kAccuracy = 10;

DecoderLayout layout_for(int N, int digits) {
  const int positions = digits * DecoderLayout::bits_of_digit(N);
  return DecoderLayout(N, digits, positions + kAccuracy + 3);
}

// The distance of two phases modulo 1, in units of 2^-64.
Turns distance(Turns a, Turns b) { return std::min<Turns>(a - b, b - a); }

// frac(m nu_k) in units of 2^-64, rounded down, by one exact product.
Turns exact_phase(const DecoderLayout &layout, const Dyadic &m, std::uint64_t cell) {
  const Dyadic scaled = (m * exact_nu(layout, cell)).times_power_of_two(64).rounded_down_to(0);
  mpz_class integer = scaled.mantissa() << static_cast<mp_bitcnt_t>(scaled.exponent());
  mpz_fdiv_r_2exp(integer.get_mpz_t(), integer.get_mpz_t(), 64);
  return integer.get_ui();
}

} // namespace

BOOST_AUTO_TEST_CASE(solved_multiplier_stores_every_phase) {
  std::mt19937_64 random(1);
  for (int N = 2; N <= 7; ++N) {
    for (int digits = 1; digits <= 12; ++digits) {
      const DecoderLayout layout = layout_for(N, digits);
      if (layout.cells() > 1024) {
        break;
      }
      std::vector<Turns> wanted(layout.cells());
      for (Turns &phase : wanted) {
        phase = random();
      }
      const Dyadic m = solve_multiplier(layout, wanted);
      const std::vector<Turns> stored = decode_phases(layout, m);
      for (std::uint64_t cell = 0; cell < layout.cells(); ++cell) {
        BOOST_TEST_INFO("N = " << N << ", digits = " << digits << ", cell = " << cell);
        BOOST_CHECK_LE(distance(stored[cell], wanted[cell]), Turns{1} << (64 - kAccuracy));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(tree_contains_the_exact_product) {
  std::mt19937_64 random(2);
  for (int N = 2; N <= 6; ++N) {
    for (int digits = 1; digits <= 8; ++digits) {
      const DecoderLayout layout = layout_for(N, digits);
      if (layout.cells() > 300) {
        break;
      }
      // Not a solved multiplier: any integer of the size of the weight, also a negative one.
      gmp_randclass bits(gmp_randinit_default);
      bits.seed(random());
      const mpz_class integer = bits.get_z_bits(
          static_cast<mp_bitcnt_t>(layout.b() * static_cast<std::int64_t>(layout.cells()) + 70));
      const Dyadic m(digits % 2 == 0 ? integer : mpz_class(-integer), -60);
      const std::vector<Turns> stored = decode_phases(layout, m);
      for (std::uint64_t cell = 0; cell < layout.cells(); ++cell) {
        const Turns exact = exact_phase(layout, m, cell);
        BOOST_TEST_INFO("N = " << N << ", digits = " << digits << ", cell = " << cell);
        BOOST_CHECK_LE(exact - (stored[cell] - kPhaseBelow), kPhaseBelow + kPhaseAbove);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(disturbance_rule_holds_in_the_mean) {
  std::mt19937_64 random(3);
  for (const int positions : {6, 10, 14}) {
    for (const double p : {1.0, 2.0, 3.5}) {
      const DecoderLayout layout(2, positions, 16);
      std::vector<Turns> wanted(layout.cells());
      for (Turns &phase : wanted) {
        phase = random();
      }
      const std::vector<Turns> stored = decode_phases(layout, solve_multiplier(layout, wanted));
      double sum = 0;
      for (std::uint64_t cell = 0; cell < layout.cells(); ++cell) {
        sum += std::pow(std::ldexp(static_cast<double>(distance(stored[cell], wanted[cell])), -64), p);
      }
      const double measured = std::log2(std::pow(sum / static_cast<double>(layout.cells()), 1 / p));
      BOOST_TEST_INFO("positions = " << positions << ", p = " << p << ", 2^" << measured);
      BOOST_CHECK_SMALL(measured - (disturbance_bits(positions, p) - 16), 1.5);
    }
  }
}

BOOST_AUTO_TEST_CASE(layout_numbers_bits_and_cells) {
  const DecoderLayout layout(5, 2, 7);
  BOOST_REQUIRE_EQUAL(layout.positions().size(), 6U);
  BOOST_CHECK_EQUAL(layout.cells(), 25U);
  BOOST_CHECK_EQUAL(layout.positions()[2].shift, 7 * 4);
  BOOST_CHECK_EQUAL(layout.positions()[4].shift, 7 * 2 * 5);
}
