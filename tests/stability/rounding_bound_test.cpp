#define BOOST_TEST_MODULE stability_rounding_bound
#include <boost/test/unit_test.hpp>

#include "network/network_for_test.hpp"

#include "stability/cell_readout.hpp"
#include "stability/profile.hpp"
#include "stability/rounded_network.hpp"
#include "stability/rounding_bound.hpp"

#include <cmath>

using namespace layercert;
using namespace layercert::test;

namespace {

double to_double(const UpperBound &bound) { return mpfr_get_d(bound.value().get(), MPFR_RNDN); }

UpperBound size_of_difference(const MpfrInterval &exact, const MpfrNumber &computed) { // from below
  const MpfrInterval difference = exact - MpfrInterval(computed);
  MpfrNumber size = MpfrNumber::with_precision(UpperBound::kBits);
  if (mpfr_sgn(difference.lower().get()) > 0) {
    mpfr_set(size.get(), difference.lower().get(), MPFR_RNDD);
  } else if (mpfr_sgn(difference.upper().get()) < 0) {
    mpfr_neg(size.get(), difference.upper().get(), MPFR_RNDD);
  }
  return UpperBound::of(size);
}

// d = 1, N = 2, L = 1, delta = 1/16; the two sines as the case has them.
NetworkParameters small_parameters(Dyadic A, Dyadic w) {
  NetworkParameters p;
  p.dimension = 1;
  p.N = 2;
  p.depth = 1;
  p.ramp_exponent = 4;
  p.theta = {Dyadic(mpz_class(3), -3)};
  p.beta = Dyadic(mpz_class(3), -2);
  p.w = {std::move(w)};
  p.A = {std::move(A)};
  p.M = Dyadic::from_integer(2);
  p.Phi_0 = Dyadic(mpz_class(1), -60);
  return p;
}

} // namespace

// Nothing but the sums: Phi_0 + M = 2 + 2^-60 is rounded in layer 3, and added to -M = -2 for the readout.
BOOST_AUTO_TEST_CASE(sums_alone_by_hand) {
  const NetworkParameters p = small_parameters({}, {});
  const RoundingAnalysis analysis(p, assemble_network(p));
  const double u = 0x1p-24;
  const double carried = (2 + 0x1p-60) * u;
  const double readout = u * (2 + (2 + 0x1p-60) * (1 + u));
  const RoundingBound bound = analysis.bound(24);
  BOOST_TEST(std::fabs(to_double(bound.off_ramps) / (carried + readout) - 1) < 1e-12);
  BOOST_TEST((bound.anywhere == bound.off_ramps)); // there are no sines to be wrong
  // With 64 bits everything fits except what the readout adds.
  const double wide = 0x1p-64 * (2 + (2 + 0x1p-60) * 1);
  BOOST_TEST(std::fabs(to_double(analysis.bound(64).off_ramps) / wide - 1) < 1e-12);
}

// Every number of the analysis of the header for one level, with P = 40. The weights have few bits and rho =
// 0, but Phi_0 + M.
BOOST_AUTO_TEST_CASE(one_level_by_hand) {
  const NetworkParameters p = small_parameters(Dyadic::from_integer(1), Dyadic::from_integer(5));
  const double u = 0x1p-40;
  // Layer 1, steps: -16 + 1 and 32 x, a power of two: one sum. E_0 = u, R = u (15 + 32) and u (16 + 32).
  const double R = u * (16 + 32);
  const double T = 2 * R;
  const double V = 16 * (1 + 2 * u) + 1 + R; // of both units of the pair
  const double left_out = (2 * (2 * u + R / 16) + 1.0 / 16) / 2;
  // Layer 2, first sine: 3/4 + 3/8 plus - 3/8 minus, products and sums rounded.
  const double product = V * 3 / 8 * (1 + u);
  const double first_sum = (0.75 + product) * (1 + u);
  const double R_first = 2 * (V * 3 / 8 * u) + u * (0.75 + product) + u * (first_sum + product);
  const double first = T * 3 / 8 + R_first + u;
  // Layer 3, second sine: 0 + 5 s, a product only.
  const double second = 5 * first + 5 * u + u;
  // Layer 3, carried sum, and the readout -2 + sum + 1 second.
  const double carried = (2 + 0x1p-60) * u;
  const double size = (2 + 0x1p-60) * (1 + u);
  const double readout = u * (2 + size) + u * ((2 + size) * (1 + u) + 1);
  const RoundingBound bound = RoundingAnalysis(p, assemble_network(p)).bound(40);
  BOOST_TEST(std::fabs(to_double(bound.off_ramps) / (second + carried + readout) - 1) < 1e-12);
  BOOST_TEST(std::fabs(to_double(bound.anywhere) / (2 + carried + readout) - 1) < 1e-12);
  BOOST_TEST(std::fabs(to_double(bound.left_out) / left_out - 1) < 1e-12);
  BOOST_TEST(bound.middles_off_ramps);
  // || . ||_2 <= off + anywhere left_out^(1/2)
  const double norm = second + carried + readout + (2 + carried + readout) * std::sqrt(left_out);
  BOOST_TEST(std::fabs(to_double(bound.norm(2)) / norm - 1) < 1e-12);
}

// Where a margin of half a cell is used up: delta + g = 1/16 + 2 E_0 + R/16 against 1/4.
BOOST_AUTO_TEST_CASE(with_few_bits_the_ramps_reach_the_middles) {
  const NetworkParameters p = small_parameters(Dyadic::from_integer(1), Dyadic::from_integer(5));
  const RoundingAnalysis analysis(p, assemble_network(p));
  // 2 u + 3 u + 1/16 <= 1/4 for u <= 3/80: 5 bits, not 4.
  BOOST_TEST(analysis.bound(5).middles_off_ramps);
  BOOST_TEST(!analysis.bound(4).middles_off_ramps);
  BOOST_TEST((analysis.bound(4).in_middles() == analysis.bound(4).anywhere));
}

BOOST_AUTO_TEST_CASE(bounds_dominate_what_is_computed) {
  struct Case {
    const char *expression;
    int d, N, depth;
  };
  std::mt19937_64 random(5);
  int close = 0;
  for (const Case &c : {Case{"abs(x-1/3)", 1, 2, 5}, Case{"sin(9*x)", 1, 3, 3}, Case{"x*y", 2, 2, 2},
                        Case{"exp(x)", 1, 5, 2}, Case{"x+y*y", 2, 3, 1}}) {
    const NetworkParameters whole = parameters_for(c.expression, c.d, c.N, c.depth);
    for (int level = 1; level <= c.depth; ++level) {
      const NetworkParameters p = prefix_of(whole, level);
      const Network network = assemble_network(p);
      const RoundingAnalysis analysis(p, network);
      const std::uint64_t cells = power(static_cast<std::uint64_t>(c.N), c.d * level);
      for (const mpfr_prec_t precision : {10, 24, 53, 64, 113, 128, 180, 256, 300, 512}) {
        const RoundedNetwork rounded(network, precision);
        const RoundingBound bound = analysis.bound(precision);
        BOOST_TEST(!(bound.anywhere < bound.off_ramps));
        UpperBound largest;
        for (int i = 0; i < 12; ++i) {
          const std::uint64_t cell = random() % cells;
          const CellReadout exact(p, cell, precision + 32);
          const UpperBound found =
              size_of_difference(exact.value(), rounded.last_readout(point_of_cell(cell, c.d, c.N, level)));
          BOOST_TEST_CONTEXT(c.expression << ", level " << level << ", " << precision << " bits, cell "
                                          << cell) {
            BOOST_TEST(!(bound.in_middles() < found));
          }
          largest = std::max(largest, found);
        }
        close += level == 1 && bound.off_ramps < std::min(bound.anywhere, largest * (1 << 14)) ? 1 : 0;
      }
    }
  }
  BOOST_TEST(close >= 20); // a bound that is off by many bits would say little
}

// Outside of the middles too: points all over the cube, most of them not left out.
BOOST_AUTO_TEST_CASE(bounds_hold_everywhere) {
  const NetworkParameters p = parameters_for("sin(5*x)", 1, 3, 2);
  const Network network = assemble_network(p);
  const RoundingAnalysis analysis(p, network);
  std::mt19937_64 random(6);
  for (const mpfr_prec_t precision : {24, 113, 200, 400}) {
    const RoundedNetwork rounded(network, precision);
    const RoundingBound bound = analysis.bound(precision);
    for (int i = 0; i < 200; ++i) {
      // Close to an edge of a cell every other time.
      const mpq_class offset =
          i % 2 == 0 ? mpq_class(0) : mpq_class(static_cast<long>(random() % 3) - 1) * two_to(-60 - i);
      const mpq_class x = mpq_class(static_cast<unsigned long>(random() % 10), 9) + offset;
      const Point point{x < 0 ? mpq_class(0) : x > 1 ? mpq_class(1) : x};
      const MpfrInterval exact =
          evaluate_directly(network, point, sufficient_precision(network, 2, 64) + precision).back();
      BOOST_TEST(!(bound.anywhere < size_of_difference(exact, rounded.last_readout(point))));
    }
  }
}

BOOST_AUTO_TEST_CASE(rounding_in_one_place_costs_no_more_than_in_all) {
  const NetworkParameters p = parameters_for("abs(x-1/3)", 1, 2, 3);
  const RoundingAnalysis analysis(p, assemble_network(p));
  const RoundingBound all = analysis.bound(300);
  UpperBound sum;
  for (const RoundingPlace &place : analysis.places()) {
    const RoundingBound alone = analysis.bound(300, place);
    BOOST_TEST(!(all.off_ramps < alone.off_ramps));
    sum += alone.off_ramps;
  }
  // What one place does to another's error is of second order.
  BOOST_TEST(std::fabs(to_double(sum) / to_double(all.off_ramps) - 1) < 1e-9);
}
