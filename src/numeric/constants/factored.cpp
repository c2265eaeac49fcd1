#include "factored.hpp"

#include <oneapi/tbb/parallel_invoke.h>

#include <algorithm>
#include <cassert>
#include <span>

namespace layercert::constants {

namespace {

constexpr std::size_t kLeafWords = 24;
constexpr std::size_t kParallelWords = 4000;

mpz_class product_of_words(std::span<const std::uint64_t> words) {
  static_assert(sizeof(unsigned long) == sizeof(std::uint64_t)); // mpz_mul_ui takes a whole word
  if (words.size() <= kLeafWords) {
    mpz_class result = 1;
    for (const std::uint64_t word : words) {
      mpz_mul_ui(result.get_mpz_t(), result.get_mpz_t(), word);
    }
    return result;
  }
  mpz_class left;
  mpz_class right;
  const auto compute_left = [&] { left = product_of_words(words.first(words.size() / 2)); };
  const auto compute_right = [&] { right = product_of_words(words.subspan(words.size() / 2)); };
  if (words.size() < kParallelWords) {
    compute_left();
    compute_right();
  } else {
    oneapi::tbb::parallel_invoke(compute_left, compute_right);
  }
  left *= right;
  return left;
}

} // namespace

OddSieve::OddSieve(std::uint64_t limit) : factor_(limit / 2, 0) {
  assert(limit < std::uint64_t{1} << 32);
  for (std::uint64_t p = 3; p * p < limit; p += 2) { // p < 2^16
    if (factor_[p / 2] == 0) {
      for (std::uint64_t multiple = p * p; multiple < limit; multiple += 2 * p) {
        std::uint16_t &entry = factor_[multiple / 2];
        if (entry == 0) {
          entry = static_cast<std::uint16_t>(p);
        }
      }
    }
  }
}

Factored OddSieve::lcm_of_odds(std::int64_t first, std::int64_t last) const {
  Factored all;
  all.reserve(static_cast<std::size_t>(3 * (last - first)));
  for (std::int64_t k = first; k < last; ++k) {
    auto rest = static_cast<std::uint32_t>(2 * k + 1);
    assert(rest / 2 < factor_.size());
    while (rest > 1) {
      const std::uint32_t smallest = factor_[rest / 2];
      PrimePower power{smallest == 0 ? rest : smallest, 0};
      do {
        rest /= power.prime;
        ++power.exponent;
      } while (rest % power.prime == 0);
      all.push_back(power);
    }
  }
  std::sort(all.begin(), all.end(), [](const PrimePower &a, const PrimePower &b) {
    return a.prime != b.prime ? a.prime < b.prime : a.exponent > b.exponent;
  });
  all.erase(std::unique(all.begin(), all.end(),
                        [](const PrimePower &a, const PrimePower &b) { return a.prime == b.prime; }),
            all.end()); // keeps the first of each prime, with its largest exponent
  return all;
}

CommonMultiple common_multiple(const Factored &a, const Factored &b) {
  CommonMultiple result;
  result.lcm.reserve(a.size() + b.size());
  auto i = a.begin();
  auto j = b.begin();
  while (i != a.end() || j != b.end()) {
    if (j == b.end() || (i != a.end() && i->prime < j->prime)) {
      result.lacking_b.push_back(*i);
      result.lcm.push_back(*i++);
    } else if (i == a.end() || j->prime < i->prime) {
      result.lacking_a.push_back(*j);
      result.lcm.push_back(*j++);
    } else {
      if (i->exponent < j->exponent) {
        result.lacking_a.push_back({i->prime, j->exponent - i->exponent});
      } else if (j->exponent < i->exponent) {
        result.lacking_b.push_back({i->prime, i->exponent - j->exponent});
      }
      result.lcm.push_back({i->prime, std::max(i->exponent, j->exponent)});
      ++i;
      ++j;
    }
  }
  return result;
}

mpz_class product(const Factored &factors) {
  std::vector<std::uint64_t> words; // as many prime powers in each as fit
  words.reserve(factors.size() / 2 + 1);
  std::uint64_t word = 1;
  for (const PrimePower &factor : factors) {
    std::uint64_t power = 1;
    for (std::uint32_t i = 0; i < factor.exponent; ++i) {
      power *= factor.prime;
    }
    assert(power < std::uint64_t{1} << 32);
    if (word >= std::uint64_t{1} << 32) {
      words.push_back(word);
      word = 1;
    }
    word *= power; // both below 2^32
  }
  words.push_back(word);
  return product_of_words(words);
}

} // namespace layercert::constants
