// The constants as the whole process shares them.
#include "cache.hpp"
#include "enclosure.hpp"
#include "layercert/numeric/constants.hpp"

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/parallel_invoke.h>

#include <algorithm>
#include <numeric>

namespace layercert {

namespace {

using constants::Cache;
using constants::Enclosure;
using constants::exact_floor;

// Enough that the product below, at the same number of bits, finds its factors in the cache.
constexpr std::int64_t kSlackBits = 256;

} // namespace

// pi < 4 and sqrt(2) < 2. With p, q the floors at n' = n + 8 bits:
//     2 p q <= 2 pi sqrt(2) 2^(2n') < 2 p q + 2 (p + q + 1), and 2 (p + q + 1) < 2^(n' + 4).
// Cut to n bits, by n' + 8: the floor loses less than 1, and the doubt is 2^-4 at most.
Enclosure constants::enclose_two_pi_sqrt2(std::int64_t bits) {
  constexpr std::int64_t kMore = 8;
  SharedFixedPoint pi;
  SharedFixedPoint sqrt2;
  oneapi::tbb::parallel_invoke([&] { pi = pi_to(bits + kMore); }, [&] { sqrt2 = sqrt2_to(bits + kMore); });
  Enclosure result;
  result.lower = pi->floor * sqrt2->floor; // half of 2 p q
  mpz_fdiv_q_2exp(result.lower.get_mpz_t(), result.lower.get_mpz_t(),
                  static_cast<mp_bitcnt_t>(bits + 2 * kMore - 1));
  result.width = 2;
  return result;
}

SharedFixedPoint pi_to(std::int64_t bits) {
  return Cache::instance().get({Cache::Kind::pi}, bits, kSlackBits, compute_pi);
}

SharedFixedPoint sqrt2_to(std::int64_t bits) {
  return Cache::instance().get({Cache::Kind::sqrt2}, bits, kSlackBits, compute_sqrt2);
}

SharedFixedPoint two_pi_sqrt2_to(std::int64_t bits) {
  return Cache::instance().get({Cache::Kind::two_pi_sqrt2}, bits, 0, [](std::int64_t n) {
    return exact_floor(n, constants::enclose_two_pi_sqrt2);
  });
}

SharedFixedPoint arctan_power_of_two_to(std::int64_t s, std::int64_t bits) {
  return Cache::instance().get({Cache::Kind::arctan, s}, bits, kSlackBits,
                               [s](std::int64_t n) { return compute_arctan_power_of_two(s, n); });
}

std::vector<SharedFixedPoint> arctan_powers_of_two_to(std::span<const std::int64_t> shifts,
                                                      std::int64_t bits) {
  // The smallest shift has the most terms: it goes first.
  std::vector<std::size_t> order(shifts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return shifts[a] < shifts[b]; });
  std::vector<SharedFixedPoint> result(shifts.size());
  oneapi::tbb::parallel_for(std::size_t{0}, order.size(), [&](std::size_t i) {
    result[order[i]] = arctan_power_of_two_to(shifts[order[i]], bits);
  });
  return result;
}

std::size_t constant_cache_bytes() { return Cache::instance().bytes(); }
void set_constant_cache_limit(std::size_t bytes) { Cache::instance().set_limit(bytes); }
void clear_constant_cache() { Cache::instance().clear(); }

} // namespace layercert
