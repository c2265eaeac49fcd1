#define BOOST_TEST_MODULE constants
#include <boost/test/unit_test.hpp>

#include "layercert/numeric/constants.hpp"
#include "layercert/numeric/rounding_scope.hpp"

#include <arb.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_group.h>

#include <atomic>
#include <functional>
#include <random>
#include <thread>

using namespace layercert;

namespace {

// floor(x 2^bits) by MPFR, x = evaluate rounded in a direction: raises the precision until both directions agree.
mpz_class mpfr_floor_of(std::int64_t bits, const std::function<void(mpfr_ptr, mpfr_rnd_t)> &evaluate) {
  prepare_mpfr_thread();
  for (mpfr_prec_t precision = bits + 80;; precision += precision) {
    mpz_class floors[2];
    for (int side = 0; side < 2; ++side) {
      MpfrNumber x = MpfrNumber::with_precision(precision);
      evaluate(x.get(), side == 0 ? MPFR_RNDD : MPFR_RNDU);
      mpfr_mul_2si(x.get(), x.get(), bits, MPFR_RNDN); // exact
      mpfr_get_z(floors[side].get_mpz_t(), x.get(), MPFR_RNDD);
    }
    if (floors[0] == floors[1]) {
      return floors[0];
    }
  }
}

mpz_class mpfr_pi_floor(std::int64_t bits) {
  return mpfr_floor_of(bits, [](mpfr_ptr x, mpfr_rnd_t rnd) { mpfr_const_pi(x, rnd); });
}
mpz_class mpfr_sqrt2_floor(std::int64_t bits) {
  return mpfr_floor_of(bits, [](mpfr_ptr x, mpfr_rnd_t rnd) { mpfr_sqrt_ui(x, 2, rnd); });
}
mpz_class mpfr_two_pi_sqrt2_floor(std::int64_t bits) {
  return mpfr_floor_of(bits, [](mpfr_ptr x, mpfr_rnd_t rnd) {
    MpfrNumber root = MpfrNumber::with_precision(mpfr_get_prec(x));
    mpfr_sqrt_ui(root.get(), 8, rnd);
    mpfr_const_pi(x, rnd);
    mpfr_mul(x, x, root.get(), rnd); // both positive
  });
}
mpz_class mpfr_arctan_floor(std::int64_t s, std::int64_t bits) {
  return mpfr_floor_of(bits, [s](mpfr_ptr x, mpfr_rnd_t rnd) {
    mpfr_set_ui_2exp(x, 1, -s, MPFR_RNDN);
    mpfr_atan(x, x, rnd);
  });
}

std::vector<std::int64_t> sample_bits(std::int64_t consecutive, std::int64_t largest, int count,
                                      std::mt19937_64 &random) {
  std::vector<std::int64_t> result;
  for (std::int64_t bits = 0; bits <= consecutive; ++bits) {
    result.push_back(bits);
  }
  for (int i = 0; i < count; ++i) {
    result.push_back(std::uniform_int_distribution<std::int64_t>(consecutive, largest)(random));
  }
  return result;
}

} // namespace

BOOST_AUTO_TEST_CASE(pi_sqrt2_and_their_product_are_the_exact_floors) {
  std::mt19937_64 random(1);
  for (const std::int64_t bits : sample_bits(300, 20000, 150, random)) {
    BOOST_TEST_INFO("bits = " << bits);
    BOOST_CHECK(compute_pi(bits).floor == mpfr_pi_floor(bits));
    BOOST_TEST_INFO("bits = " << bits);
    BOOST_CHECK(compute_sqrt2(bits).floor == mpfr_sqrt2_floor(bits));
    clear_constant_cache();
    BOOST_TEST_INFO("bits = " << bits);
    BOOST_CHECK(two_pi_sqrt2_to(bits)->floor == mpfr_two_pi_sqrt2_floor(bits));
  }
}

BOOST_AUTO_TEST_CASE(longer_constants_reach_the_parallel_branches) {
  BOOST_CHECK(compute_pi(700'001).floor == mpfr_pi_floor(700'001));
  for (const std::int64_t s : {2, 12, 17, 64, 1000, 20'000}) {
    BOOST_TEST_INFO("s = " << s);
    BOOST_CHECK(compute_arctan_power_of_two(s, 200'003).floor == mpfr_arctan_floor(s, 200'003));
  }
}

BOOST_AUTO_TEST_CASE(arctan_is_the_exact_floor) {
  std::mt19937_64 random(2);
  for (std::int64_t s = 1; s <= 70; ++s) {
    for (const std::int64_t bits : sample_bits(0, 3000, 12, random)) {
      BOOST_TEST_INFO("s = " << s << ", bits = " << bits);
      BOOST_CHECK(compute_arctan_power_of_two(s, bits).floor == mpfr_arctan_floor(s, bits));
    }
  }
  for (int i = 0; i < 300; ++i) {
    const std::int64_t bits = std::uniform_int_distribution<std::int64_t>(0, 20000)(random);
    const std::int64_t s = 1 + static_cast<std::int64_t>(random() >> (random() % 11 + 50));
    BOOST_TEST_INFO("s = " << s << ", bits = " << bits);
    BOOST_CHECK(compute_arctan_power_of_two(s, bits).floor == mpfr_arctan_floor(s, bits));
  }
}

// Just below 2^-s, 2^-s - 2^-3s/3, ...: where a term enters, and where the floor is all ones.
BOOST_AUTO_TEST_CASE(arctan_around_the_exponents_of_its_terms) {
  for (const std::int64_t s : {1, 2, 3, 5, 16, 37, 64, 100, 1000}) {
    for (const std::int64_t multiple : {1, 2, 3, 5, 7, 9, 11}) {
      for (std::int64_t around = -70; around <= 10; ++around) {
        const std::int64_t bits = multiple * s + around;
        if (bits >= 0) {
          BOOST_TEST_INFO("s = " << s << ", bits = " << bits);
          BOOST_CHECK(compute_arctan_power_of_two(s, bits).floor == mpfr_arctan_floor(s, bits));
        }
      }
    }
  }
}

// Arb's enclosure [m - r, m + r] and ours, [floor, floor + 1] 2^-bits, must meet; and Arb's is a few units wide.
BOOST_AUTO_TEST_CASE(constants_meet_those_of_arb) {
  arb_t value;
  arb_t ours;
  arb_init(value);
  arb_init(ours);
  fmpz_t ends[2];
  fmpz_init(ends[0]);
  fmpz_init(ends[1]);
  const auto meets = [&](const FixedPoint &x) {
    fmpz_set_mpz(ends[0], x.floor.get_mpz_t());
    fmpz_add_ui(ends[1], ends[0], 1);
    arb_mul_2exp_si(value, value, x.bits);
    arb_set_fmpz(ours, ends[0]);
    arb_t upper;
    arb_init(upper);
    arb_set_fmpz(upper, ends[1]);
    arb_union(ours, ours, upper, x.bits + 200);
    arb_clear(upper);
    return arb_overlaps(value, ours) != 0 && arb_rel_accuracy_bits(value) > x.bits - 100;
  };
  std::mt19937_64 random(6);
  for (int i = 0; i < 40; ++i) {
    const auto bits = static_cast<std::int64_t>(2000 + random() % 30'000);
    BOOST_TEST_INFO("bits = " << bits);
    arb_const_pi(value, bits + 20);
    BOOST_CHECK(meets(compute_pi(bits)));
    arb_sqrt_ui(value, 2, bits + 20);
    BOOST_TEST_INFO("bits = " << bits);
    BOOST_CHECK(meets(compute_sqrt2(bits)));
    const auto s = static_cast<std::int64_t>(1 + random() % 60);
    arb_one(value);
    arb_mul_2exp_si(value, value, -s);
    arb_atan(value, value, bits + 20);
    BOOST_TEST_INFO("bits = " << bits << ", s = " << s);
    BOOST_CHECK(meets(compute_arctan_power_of_two(s, bits)));
  }
  fmpz_clear(ends[0]);
  fmpz_clear(ends[1]);
  arb_clear(value);
  arb_clear(ours);
}

// Euler: pi/4 = arctan(1/2) + arctan(1/3), and Machin: pi/4 = 4 arctan(1/5) - arctan(1/239).
BOOST_AUTO_TEST_CASE(pi_fits_the_arctangents) {
  prepare_mpfr_thread();
  constexpr mpfr_prec_t kPrecision = 5000;
  const auto arctan_of_inverse = [](int n) {
    const MpfrNumber one = MpfrNumber::from_double(1, kPrecision, MPFR_RNDN);
    const MpfrNumber number(n);
    return MpfrInterval(atan_down(div_down(one, number)), atan_up(div_up(one, number)));
  };
  const MpfrInterval pi = mpfr_enclosure(compute_pi(kPrecision), kPrecision);
  const MpfrInterval four(4);
  const MpfrInterval machin = four * (four * arctan_of_inverse(5) - arctan_of_inverse(239));
  const MpfrInterval euler =
      four * (mpfr_enclosure(compute_arctan_power_of_two(1, kPrecision), kPrecision) + arctan_of_inverse(3));
  for (const MpfrInterval *other : {&machin, &euler}) {
    BOOST_CHECK(pi.lower() <= other->upper() && other->lower() <= pi.upper());
    const double gap = double_upper(*other - pi);
    BOOST_CHECK_SMALL(gap, 0x1p-1000); // below any double: both are tight
  }
}

// 2 arctan(x) = arctan(2x / (1 - x^2)), the right side by MPFR.
BOOST_AUTO_TEST_CASE(arctan_doubles) {
  prepare_mpfr_thread();
  for (const std::int64_t s : {2, 3, 12, 16, 40, 320, 1280}) {
    const mpfr_prec_t precision = 4000;
    const mpq_class x = Dyadic::power_of_two(-s).to_rational();
    const MpfrInterval argument = mpfr_enclosure(mpq_class(2 * x / (1 - x * x)), precision);
    const MpfrInterval direct(atan_down(argument.lower()), atan_up(argument.upper()));
    const MpfrInterval doubled =
        MpfrInterval(2) * mpfr_enclosure(compute_arctan_power_of_two(s, precision), precision);
    BOOST_TEST_INFO("s = " << s);
    BOOST_CHECK(doubled.lower() <= direct.upper() && direct.lower() <= doubled.upper());
  }
}

BOOST_AUTO_TEST_CASE(fixed_point_conversions) {
  std::mt19937_64 random(3);
  const FixedPoint reference = compute_pi(5000);
  for (int i = 0; i < 500; ++i) {
    const auto bits = static_cast<std::int64_t>(random() % 3000 + 1);
    const FixedPoint x = cut_down(reference, bits);
    BOOST_TEST_INFO("bits = " << bits);
    BOOST_CHECK(x.floor == mpfr_pi_floor(bits));
    BOOST_CHECK(x.lower() < reference.lower() && reference.upper() < x.upper());

    const auto exponent =
        static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(bits + 3)) - bits + 1;
    const Dyadic nearest = nearest_multiple(x, exponent);
    BOOST_TEST_INFO("bits = " << bits << ", exponent = " << exponent);
    BOOST_CHECK((nearest - reference.lower()).abs() < Dyadic::power_of_two(exponent - 1));
    BOOST_CHECK(nearest.is_zero() || nearest.exponent() >= exponent);

    const auto precision = static_cast<mpfr_prec_t>(random() % 4000 + 2);
    const MpfrInterval interval = mpfr_enclosure(x, precision);
    BOOST_CHECK(Dyadic::from_mpfr(interval.lower().get()) <= x.lower());
    BOOST_CHECK(Dyadic::from_mpfr(interval.upper().get()) >= x.upper());
    BOOST_CHECK((interval.lower().get()->_mpfr_prec) == precision);
  }
}

BOOST_AUTO_TEST_CASE(cache_gives_the_same_in_any_order) {
  std::mt19937_64 random(4);
  const std::vector<std::int64_t> shifts{40, 16, 32, 16, 64, 128, 2, 20000};
  for (int round = 0; round < 20; ++round) {
    clear_constant_cache();
    BOOST_CHECK_EQUAL(constant_cache_bytes(), 0U);
    for (int request = 0; request < 12; ++request) {
      const auto bits = static_cast<std::int64_t>(random() % 3000);
      BOOST_TEST_INFO("round = " << round << ", bits = " << bits);
      switch (random() % 4) {
      case 0:
        BOOST_CHECK(pi_to(bits)->floor == mpfr_pi_floor(bits));
        break;
      case 1:
        BOOST_CHECK(sqrt2_to(bits)->floor == mpfr_sqrt2_floor(bits));
        break;
      case 2:
        BOOST_CHECK(two_pi_sqrt2_to(bits)->floor == mpfr_two_pi_sqrt2_floor(bits));
        break;
      default: {
        const std::vector<SharedFixedPoint> values = arctan_powers_of_two_to(shifts, bits);
        BOOST_REQUIRE_EQUAL(values.size(), shifts.size());
        for (std::size_t i = 0; i < shifts.size(); ++i) {
          BOOST_TEST_INFO("s = " << shifts[i]);
          BOOST_CHECK_EQUAL(values[i]->bits, bits);
          BOOST_CHECK(values[i]->floor == mpfr_arctan_floor(shifts[i], bits));
        }
      }
      }
    }
  }
}

// As where an exception cancels the tasks beside it: loops within return with part of their work undone, and none of that may stay.
BOOST_AUTO_TEST_CASE(a_cancelled_caller_gets_the_constants_all_the_same) {
  for (const std::int64_t bits : {std::int64_t{1000}, std::int64_t{2000000}}) { // on one thread, on all
    clear_constant_cache();
    oneapi::tbb::task_group_context context;
    oneapi::tbb::task_group group(context);
    group.run_and_wait([&] {
      context.cancel_group_execution();
      two_pi_sqrt2_to(bits);
      pi_to(bits);
    });
    BOOST_CHECK(two_pi_sqrt2_to(bits)->floor == mpfr_two_pi_sqrt2_floor(bits));
    BOOST_CHECK(pi_to(bits)->floor == mpfr_pi_floor(bits));
  }
}

BOOST_AUTO_TEST_CASE(cache_keeps_within_its_limit) {
  clear_constant_cache();
  constexpr std::size_t kLimit = 20'000;
  set_constant_cache_limit(kLimit);
  for (std::int64_t s = 2; s < 40; ++s) {
    BOOST_CHECK(arctan_power_of_two_to(s, 8000)->floor == mpfr_arctan_floor(s, 8000)); // about 1 KiB each
    BOOST_CHECK_LE(constant_cache_bytes(), kLimit);
    BOOST_CHECK_GT(constant_cache_bytes(), 1000U);
  }
  // Alone too long to be kept, but given out all the same.
  BOOST_CHECK(pi_to(400'000)->floor == mpfr_pi_floor(400'000));
  BOOST_CHECK_LE(constant_cache_bytes(), kLimit);
  BOOST_CHECK(pi_to(1000)->floor == mpfr_pi_floor(1000));
  set_constant_cache_limit(std::size_t{512} << 20);
  // A repeated request gives the same object where nothing has to be cut down.
  const SharedFixedPoint first = pi_to(50'000);
  const SharedFixedPoint stored = pi_to(first->bits + 256);
  BOOST_CHECK(stored == pi_to(stored->bits));
  clear_constant_cache();
  BOOST_CHECK(cut_down(*stored, 50'000).floor == first->floor); // still alive
}

BOOST_AUTO_TEST_CASE(many_threads_ask_at_once) {
  const mpz_class pi = mpfr_pi_floor(30'000);
  const mpz_class arctan = mpfr_arctan_floor(16, 30'000);
  const mpz_class product = mpfr_two_pi_sqrt2_floor(30'000);
  const auto cut = [](const mpz_class &x, std::int64_t bits) {
    return mpz_class(x >> static_cast<mp_bitcnt_t>(30'000 - bits));
  };
  std::atomic<int> wrong = 0;
  const auto ask = [&](std::uint64_t seed) {
    std::mt19937_64 random(seed);
    for (int i = 0; i < 30; ++i) {
      const auto bits = static_cast<std::int64_t>(random() % 30'000);
      wrong += static_cast<int>(pi_to(bits)->floor != cut(pi, bits));
      wrong += static_cast<int>(two_pi_sqrt2_to(bits)->floor != cut(product, bits));
      const std::vector<std::int64_t> shifts{64, 16, 32};
      wrong += static_cast<int>(arctan_powers_of_two_to(shifts, bits)[1]->floor != cut(arctan, bits));
      if (random() % 8 == 0) {
        clear_constant_cache();
      }
    }
  };
  clear_constant_cache();
  std::vector<std::thread> threads;
  for (std::uint64_t i = 0; i < 8; ++i) {
    threads.emplace_back(ask, i);
  }
  for (std::thread &thread : threads) {
    thread.join();
  }
  oneapi::tbb::parallel_for(std::uint64_t{8}, std::uint64_t{24}, ask);
  BOOST_CHECK_EQUAL(wrong.load(), 0);
}
