// arctan(2^-s) = sum_{k>=0} (-1)^k 2^(-s(2k+1)) / (2k+1), in binary splitting. Powers of two are shifts; only the odd
// denominators are multiplied.
#include "enclosure.hpp"
#include "layercert/numeric/constants.hpp"

#include <oneapi/tbb/parallel_invoke.h>

#include <cassert>

namespace layercert {

namespace {

constexpr std::int64_t kLeafTerms = 16;
constexpr std::int64_t kParallelBits = 1 << 17;

// Of the terms first <= k < last, n of them: D = prod (2k+1), and
//     N / (D 2^(2s(n-1))) = sum (-1)^(k-first) 2^(-2s(k-first)) / (2k+1)  > 0.
struct Sum {
  mpz_class N, D;
};

class Series {
public:
  explicit Series(std::int64_t s) : twice_s_(s * 2) {}

  Sum sum(std::int64_t first, std::int64_t last) const {
    if (last - first <= kLeafTerms) {
      return leaf(first, last);
    }
    const std::int64_t middle = first + (last - first) / 2;
    Sum left;
    Sum right;
    const auto multiply_left = [&] {
      left.N *= right.D;
      left.N <<= static_cast<mp_bitcnt_t>(twice_s_ * (last - middle));
    };
    const auto multiply_right = [&] { right.N *= left.D; };
    if ((last - first) * twice_s_ < kParallelBits) {
      left = sum(first, middle);
      right = sum(middle, last);
      multiply_left();
      multiply_right();
    } else {
      oneapi::tbb::parallel_invoke([&] { left = sum(first, middle); }, [&] { right = sum(middle, last); });
      oneapi::tbb::parallel_invoke(multiply_left, multiply_right);
    }
    if ((middle - first) % 2 == 0) {
      left.N += right.N;
    } else {
      left.N -= right.N;
    }
    left.D *= right.D;
    return left;
  }

private:
  // From the last term backwards: 1/(2k+1) - 2^(-2s) N / (D 2^(2s(n-1))) = (D 2^(2sn) - (2k+1) N) / ((2k+1) D 2^(2sn)).
  Sum leaf(std::int64_t first, std::int64_t last) const {
    Sum s{1, mpz_class(2 * (last - 1) + 1)};
    mpz_class scaled;
    for (std::int64_t k = last - 2; k >= first; --k) {
      const auto odd = static_cast<unsigned long>(2 * k + 1);
      mpz_mul_2exp(scaled.get_mpz_t(), s.D.get_mpz_t(), static_cast<mp_bitcnt_t>(twice_s_ * (last - 1 - k)));
      mpz_mul_ui(s.N.get_mpz_t(), s.N.get_mpz_t(), odd);
      mpz_sub(s.N.get_mpz_t(), scaled.get_mpz_t(), s.N.get_mpz_t());
      mpz_mul_ui(s.D.get_mpz_t(), s.D.get_mpz_t(), odd);
    }
    return s;
  }

  std::int64_t twice_s_;
};

// With n = bits, let K be the least number of terms with s (2K+1) >= n. The terms alternate in sign and fall in size, so
// the K-th partial sum is below arctan(2^-s) for even K and above it for odd K, by less than the first omitted term,
// at most 2^-n / (2K+1). Its floor at n bits is off by less than 1 more, downward. In units of 2^-n, arctan(2^-s) lies
// therefore in (z, z + 2) for even K and in (z - 1, z + 1) for odd K, z being that floor.
constants::Enclosure enclose_arctan(std::int64_t s, std::int64_t bits) {
  assert(bits > 3 * s);
  const std::int64_t terms = (bits - s + 2 * s - 1) / (2 * s);
  Sum sum = Series(s).sum(0, terms);
  // 2^(n-s) N / (D 2^(2s(K-1))), where n > s (2K-1) because K is the least.
  sum.N <<= static_cast<mp_bitcnt_t>(bits - s * (2 * terms - 1));
  constants::Enclosure result;
  mpz_fdiv_q(result.lower.get_mpz_t(), sum.N.get_mpz_t(), sum.D.get_mpz_t());
  if (terms % 2 != 0) {
    result.lower -= 1;
  }
  result.width = 2;
  return result;
}

} // namespace

FixedPoint compute_arctan_power_of_two(std::int64_t s, std::int64_t bits) {
  assert(s >= 1 && bits >= 0);
  if (bits < 3 * s) {
    // 2^-s - 2^-3s / 3 < arctan(2^-s) < 2^-s: within 2^-bits below a multiple of 2^-bits, or below 2^-bits.
    FixedPoint result;
    result.bits = bits;
    if (bits > s) {
      mpz_setbit(result.floor.get_mpz_t(), static_cast<mp_bitcnt_t>(bits - s));
      result.floor -= 1;
    }
    return result;
  }
  return constants::exact_floor(bits, [s](std::int64_t n) { return enclose_arctan(s, n); });
}

} // namespace layercert
