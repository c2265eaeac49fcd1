// arctan(2^-s) = sum_{k>=0} (-1)^k 2^(-s(2k+1)) / (2k+1), by splitting the terms into ranges. Powers of two are shifts.
// Ranges are put over the least common multiple of their odd denominators, which is far shorter than the product: for the
// first K odd numbers about 2.9 K bits against K log2(K).
#include "enclosure.hpp"
#include "factored.hpp"
#include "layercert/numeric/constants.hpp"

#include <oneapi/tbb/parallel_invoke.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <memory>

namespace layercert {

namespace {

using constants::common_multiple;
using constants::CommonMultiple;
using constants::Factored;
using constants::product;

constexpr std::int64_t kHornerTerms = 8;
constexpr std::int64_t kParallelBits = 1 << 17;
// Rough bits a term of the least common multiple in the middle of the tree: they steer the speed alone.
constexpr std::int64_t kDenominatorBits = 6;
constexpr std::int64_t kShortestBase = 64;

// The terms first <= k < last, n of them, over D, the least common multiple of their 2k+1:
//     N / (D 2^(2s(n-1))) = sum (-1)^(k-first) 2^(-2s(k-first)) / (2k+1)  > 0.
struct Sum {
  std::int64_t first = 0;
  std::int64_t last = 0;
  Factored D;
  mpz_class N;

  std::int64_t terms() const { return last - first; }
};

// A sum that is not added up yet: one sum, or two halves whose denominators want a factor each to become the common one.
struct Pending {
  Sum sum; // N is missing where there are halves
  std::unique_ptr<Pending> left, right;
  Factored lacking_left, lacking_right;
};

class Series {
public:
  // Of the first `terms` terms. Requires: terms < 2^31.
  Series(std::int64_t s, std::int64_t terms)
      : twice_s_(s * 2), terms_(terms), sieve_(static_cast<std::uint64_t>(2 * terms + 1)),
        // As long as D is shorter than 2s bits, the terms of N do not overlap, and adding them is a matter of copying.
        base_terms_(std::max(kShortestBase, twice_s_ / (kDenominatorBits + 2))),
        group_depth_(depth_for((twice_s_ + kDenominatorBits) / kDenominatorBits)) {}

  Sum sum() const { return sum(0, terms_); }

private:
  // m = 2^depth sums are added at a time: products of length N + m D in all, which saves the levels between at the price of
  // longer factors; best near m = N/D.
  static int depth_for(std::int64_t N_over_D) {
    return std::max(1, static_cast<int>(std::bit_width(static_cast<std::uint64_t>(N_over_D))) - 1);
  }

  Sum sum(std::int64_t first, std::int64_t last) const {
    if (last - first <= base_terms_) {
      Sum result{first, last, sieve_.lcm_of_odds(first, last), {}};
      result.N = numerator(product(result.D), first, last);
      return result;
    }
    Pending group = pending(first, last, group_depth_);
    group.sum.N = add_up(group, 1);
    return std::move(group.sum);
  }

  Pending pending(std::int64_t first, std::int64_t last, int depth) const {
    Pending result;
    if (depth == 0 || last - first <= base_terms_) {
      result.sum = sum(first, last);
      return result;
    }
    const std::int64_t middle = first + (last - first) / 2;
    both(
        last - first, [&] { result.left = std::make_unique<Pending>(pending(first, middle, depth - 1)); },
        [&] { result.right = std::make_unique<Pending>(pending(middle, last, depth - 1)); });
    CommonMultiple common = common_multiple(result.left->sum.D, result.right->sum.D);
    result.sum = {first, last, std::move(common.lcm), {}};
    result.lacking_left = std::move(common.lacking_a);
    result.lacking_right = std::move(common.lacking_b);
    return result;
  }

  // factor * N; uses up the tree.
  mpz_class add_up(Pending &tree, const mpz_class &factor) const {
    if (!tree.left) {
      tree.sum.N *= factor;
      return std::move(tree.sum.N);
    }
    mpz_class left;
    mpz_class right;
    const Sum &after = tree.right->sum;
    both(
        tree.sum.terms(),
        [&] {
          left = add_up(*tree.left, factor * product(tree.lacking_left));
          left <<= static_cast<mp_bitcnt_t>(twice_s_ * after.terms());
        },
        [&] { right = add_up(*tree.right, factor * product(tree.lacking_right)); });
    add_alternating(left, right, after.first - tree.sum.first);
    return left;
  }

  // N over any common multiple D.
  mpz_class numerator(const mpz_class &D, std::int64_t first, std::int64_t last) const {
    mpz_class N;
    if (last - first <= kHornerTerms) {
      mpz_class quotient;
      for (std::int64_t k = first; k < last; ++k) {
        N <<= static_cast<mp_bitcnt_t>(twice_s_);
        mpz_divexact_ui(quotient.get_mpz_t(), D.get_mpz_t(), static_cast<unsigned long>(2 * k + 1));
        add_alternating(N, quotient, k - first);
      }
      return N;
    }
    const std::int64_t middle = first + (last - first) / 2;
    N = numerator(D, first, middle);
    N <<= static_cast<mp_bitcnt_t>(twice_s_ * (last - middle));
    add_alternating(N, numerator(D, middle, last), middle - first);
    return N;
  }

  // (-1)^k in front of term k.
  static void add_alternating(mpz_class &sum, const mpz_class &term, std::int64_t k) {
    if (k % 2 == 0) {
      sum += term;
    } else {
      sum -= term;
    }
  }

  template <class A, class B> void both(std::int64_t terms, const A &a, const B &b) const {
    if (terms * twice_s_ < kParallelBits) {
      a();
      b();
    } else {
      oneapi::tbb::parallel_invoke(a, b);
    }
  }

  std::int64_t twice_s_;
  std::int64_t terms_;
  constants::OddSieve sieve_;
  std::int64_t base_terms_;
  int group_depth_;
};

} // namespace

// With n = bits, let K be the least number of terms with s (2K+1) >= n. The terms alternate in sign and fall in size, so
// the K-th partial sum is below arctan(2^-s) for even K and above it for odd K, by less than the first omitted term,
// at most 2^-n / (2K+1). Its floor at n bits is off by less than 1 more, downward. In units of 2^-n, arctan(2^-s) lies
// therefore in (z, z + 2) for even K and in (z - 1, z + 1) for odd K, z being that floor.
constants::Enclosure constants::enclose_arctan(std::int64_t s, std::int64_t bits) {
  assert(bits > 3 * s);
  const std::int64_t K = (bits - s + 2 * s - 1) / (2 * s);
  Sum sum = Series(s, K).sum();
  // 2^(n-s) N / (D 2^(2s(K-1))), where n > s (2K-1) because K is the least.
  sum.N <<= static_cast<mp_bitcnt_t>(bits - s * (2 * K - 1));
  constants::Enclosure result;
  // All positive, so that truncation is the floor, and quicker than mpz_fdiv_q, which wants the remainder.
  mpz_tdiv_q(result.lower.get_mpz_t(), sum.N.get_mpz_t(), product(sum.D).get_mpz_t());
  if (K % 2 != 0) {
    result.lower -= 1;
  }
  result.width = 2;
  return result;
}

FixedPoint compute_arctan_power_of_two(std::int64_t s, std::int64_t bits) {
  assert(s >= 1 && bits >= 0);
  if (bits < 3 * s) {
    // 2^-s - 2^-3s / 3 < arctan(2^-s) < 2^-s. For bits > s it lies less than 2^-bits below the multiple 2^-s of 2^-bits;
    // otherwise it is itself below 2^-bits.
    FixedPoint result;
    result.bits = bits;
    if (bits > s) {
      mpz_setbit(result.floor.get_mpz_t(), static_cast<mp_bitcnt_t>(bits - s));
      result.floor -= 1;
    }
    return result;
  }
  return constants::exact_floor(bits, [s](std::int64_t n) { return constants::enclose_arctan(s, n); });
}

} // namespace layercert
