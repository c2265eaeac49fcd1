#define BOOST_TEST_MODULE constants_internals
#include <boost/test/unit_test.hpp>

#include "../../src/numeric/constants/enclosure.hpp"
#include "../../src/numeric/constants/factored.hpp"
#include "layercert/numeric/constants.hpp"

#include <random>

using namespace layercert;
using namespace layercert::constants;

BOOST_AUTO_TEST_CASE(an_undecided_enclosure_asks_for_more_bits) {
  // x = 5 + sign 2^-150 sqrt(2), known to three units that it may lie anywhere in: 64 guard bits cannot tell its floor from
  // its neighbour, 256 can.
  for (const int sign : {-1, 1}) {
    for (unsigned below = 0; below <= 3; ++below) {
      std::vector<std::int64_t> asked;
      const FixedPoint floor = exact_floor(10, [&](std::int64_t bits) {
        asked.push_back(bits);
        mpz_class root = 2;
        root <<= 2 * 1000;
        root = sqrt(root);
        mpz_class scaled = (mpz_class(5) << 1150) + sign * root; // x 2^1150 within one unit
        mpz_fdiv_q_2exp(scaled.get_mpz_t(), scaled.get_mpz_t(), static_cast<mp_bitcnt_t>(1150 - bits));
        return Enclosure{scaled - below, 4};
      });
      BOOST_CHECK_EQUAL(floor.floor, sign < 0 ? 5 * 1024 - 1 : 5 * 1024);
      BOOST_CHECK_EQUAL(floor.bits, 10);
      // Of the enclosures at 64 guard bits only those that begin or end at 5 itself decide.
      const bool decided = sign > 0 ? below == 0 : below == 3;
      BOOST_CHECK_EQUAL(asked.back(), decided ? 10 + 64 : 10 + 256);
    }
  }
}

BOOST_AUTO_TEST_CASE(both_ends_of_an_enclosure_count) {
  // [q 2^64 + rest, q 2^64 + rest + width]: decided while it ends at (q + 1) 2^64, not one further.
  const mpz_class one = mpz_class(1) << 64;
  for (const int over : {-1, 0, 1, 2}) {
    int calls = 0;
    const FixedPoint floor = exact_floor(0, [&](std::int64_t) {
      ++calls;
      const mpz_class lower = calls == 1 ? mpz_class(7 * one + one - 5 + over) : mpz_class(8 * one * one);
      return Enclosure{lower, 5};
    });
    BOOST_CHECK_EQUAL(calls, over <= 0 ? 1 : 2);
    BOOST_CHECK_EQUAL(floor.floor, over <= 0 ? 7 : 8);
  }
}

namespace {

// [lower, lower + width] holds x 2^bits: its floor, exact at 128 bits more, and what follows it.
void check_enclosure(const Enclosure &enclosure, const FixedPoint &exact, std::int64_t bits) {
  const Dyadic lower(enclosure.lower, -bits);
  const Dyadic upper(enclosure.lower + enclosure.width, -bits);
  BOOST_CHECK(lower <= exact.lower());
  BOOST_CHECK(exact.upper() <= upper);
}

} // namespace

// The guard bits of exact_floor would hide an enclosure that is off by a few units.
BOOST_AUTO_TEST_CASE(enclosures_hold_without_guard_bits) {
  const FixedPoint pi = compute_pi(9000);
  const FixedPoint two_pi_sqrt2 = *two_pi_sqrt2_to(9000);
  for (std::int64_t bits = 0; bits < 8000; bits += bits < 3000 ? 1 : 17) {
    BOOST_TEST_INFO("bits = " << bits);
    check_enclosure(enclose_pi(bits), pi, bits);
    if (bits % 16 == 0) {
      clear_constant_cache();
    }
    BOOST_TEST_INFO("bits = " << bits);
    check_enclosure(enclose_two_pi_sqrt2(bits), two_pi_sqrt2, bits);
  }
  for (const std::int64_t s : {1, 2, 3, 5, 12, 16, 40, 63, 64, 100, 256, 600}) {
    const FixedPoint arctan = compute_arctan_power_of_two(s, 6000);
    for (std::int64_t bits = 3 * s + 1; bits < 5000; bits += 1 + bits / 128) {
      BOOST_TEST_INFO("s = " << s << ", bits = " << bits);
      check_enclosure(enclose_arctan(s, bits), arctan, bits);
    }
  }
}

namespace {

mpz_class lcm_directly(std::int64_t first, std::int64_t last) {
  mpz_class result = 1;
  for (std::int64_t k = first; k < last; ++k) {
    mpz_lcm_ui(result.get_mpz_t(), result.get_mpz_t(), static_cast<unsigned long>(2 * k + 1));
  }
  return result;
}

} // namespace

BOOST_AUTO_TEST_CASE(least_common_multiples_of_odd_numbers) {
  const OddSieve sieve(200'001);
  std::mt19937_64 random(1);
  for (int i = 0; i < 300; ++i) {
    const auto middle = static_cast<std::int64_t>(random() % 99'000);
    const auto first = middle - static_cast<std::int64_t>(random() % 500) % (middle + 1);
    const auto last = middle + static_cast<std::int64_t>(random() % 500);
    const Factored a = sieve.lcm_of_odds(first, middle);
    const Factored b = sieve.lcm_of_odds(middle, last);
    BOOST_TEST_INFO("first = " << first << ", middle = " << middle << ", last = " << last);
    BOOST_CHECK(product(a) == lcm_directly(first, middle));
    const CommonMultiple common = common_multiple(a, b);
    const mpz_class lcm = product(common.lcm);
    BOOST_TEST_INFO("first = " << first << ", middle = " << middle << ", last = " << last);
    BOOST_CHECK(lcm == lcm_directly(first, last));
    BOOST_CHECK(lcm == product(a) * product(common.lacking_a));
    BOOST_CHECK(lcm == product(b) * product(common.lacking_b));
  }
  BOOST_CHECK(product(sieve.lcm_of_odds(0, 100'000)) == lcm_directly(0, 100'000)); // in parallel
}

BOOST_AUTO_TEST_CASE(sieve_at_its_limit) {
  for (std::uint64_t terms = 1; terms < 700; ++terms) {
    const OddSieve sieve(2 * terms + 1); // odd numbers up to 2 terms - 1
    BOOST_TEST_INFO("terms = " << terms);
    BOOST_CHECK(product(sieve.lcm_of_odds(0, static_cast<std::int64_t>(terms))) ==
                lcm_directly(0, static_cast<std::int64_t>(terms)));
  }
}
