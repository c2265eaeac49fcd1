// Odd integers in factored form, for sums of fractions whose denominators share most of their primes.
#pragma once

#include <gmpxx.h>

#include <cstdint>
#include <vector>

namespace layercert::constants {

struct PrimePower {
  std::uint32_t prime;
  std::uint32_t exponent; // at least 1
};

// The product of prime powers, primes ascending; empty for 1. Every prime^exponent is below 2^32.
using Factored = std::vector<PrimePower>;

// Factors odd numbers below a limit, from a table of smallest prime factors: 2 bytes a number.
class OddSieve {
public:
  // Requires: limit < 2^32.
  explicit OddSieve(std::uint64_t limit);

  // The least common multiple of 2k+1 over first <= k < last. Requires: 2 last - 1 < limit.
  Factored lcm_of_odds(std::int64_t first, std::int64_t last) const;

private:
  std::vector<std::uint16_t> factor_; // at (m-1)/2: the smallest prime factor of m, 0 where m is prime or 1
};

// The least common multiple of a and b, with what each lacks of it: lcm = a * lacking_a = b * lacking_b.
struct CommonMultiple {
  Factored lcm, lacking_a, lacking_b;
};
CommonMultiple common_multiple(const Factored &a, const Factored &b);

// The number itself.
mpz_class product(const Factored &factors);

} // namespace layercert::constants
