// Internal to src/numeric: the ends of an interval as whole numbers over one power of two, for functions that
// are known exactly at dyadic points.
#pragma once

#include "layercert/numeric/interval.hpp"
#include "layercert/numeric/mpfr_interval.hpp"

#include <gmpxx.h>

#include <cstdint>

namespace layercert::internal {

__extension__ using Wide = __int128;
__extension__ using UnsignedWide = unsigned __int128;

// [lower / 2^bits, upper / 2^bits], bits >= 0.
template <class Z> struct GridInterval {
  Z lower{0};
  Z upper{0};
  int bits = 0;

  // The same interval over a power of two of at least so many bits.
  void refine(int least_bits) {
    if (bits < least_bits) {
      lower = Z(lower << (least_bits - bits));
      upper = Z(upper << (least_bits - bits));
      bits = least_bits;
    }
  }
};

// The interval itself, where its ends are below 2^20 in absolute value and have at most 100 bits after the
// point; else false. Exact: nothing is rounded.
bool to_grid(const Interval &x, GridInterval<Wide> &grid);

// The least interval around x with at most kFinestGrid bits after the point, at least x's precision more for
// MpfrInterval: exact but for numbers next to 0. False where an end is not finite or not below
// 2^kLargestGrid.
inline constexpr int kFinestGrid = 4096;
inline constexpr int kLargestGrid = 4096;
bool to_grid(const Interval &x, GridInterval<mpz_class> &grid);
bool to_grid(const MpfrInterval &x, GridInterval<mpz_class> &grid);

inline int bit_length(Wide v) { // v > 0
  const auto high = static_cast<std::uint64_t>(v >> 64);
  const auto low = static_cast<std::uint64_t>(v);
  return high != 0 ? 128 - __builtin_clzll(high) : 64 - __builtin_clzll(low);
}
inline int bit_length(const mpz_class &v) { return static_cast<int>(mpz_sizeinbase(v.get_mpz_t(), 2)); }

inline int count_bits(Wide v) { // v >= 0
  return __builtin_popcountll(static_cast<std::uint64_t>(v >> 64)) +
         __builtin_popcountll(static_cast<std::uint64_t>(v));
}
inline int count_bits(const mpz_class &v) { return static_cast<int>(mpz_popcount(v.get_mpz_t())); }

// v mod 2^bits, in [0, 2^bits).
inline Wide low_bits(Wide v, int bits) { return v & ((Wide{1} << bits) - 1); }
inline mpz_class low_bits(const mpz_class &v, int bits) {
  mpz_class result;
  mpz_fdiv_r_2exp(result.get_mpz_t(), v.get_mpz_t(), static_cast<mp_bitcnt_t>(bits));
  return result;
}

// v / 2^bits, rounded to a double. Requires v >= 0; for Wide, bits <= 200.
double quotient_down(Wide v, int bits);
double quotient_up(Wide v, int bits);
double quotient_down(const mpz_class &v, int bits);
double quotient_up(const mpz_class &v, int bits);
MpfrNumber quotient(const mpz_class &v, int bits, mpfr_prec_t precision, mpfr_rnd_t rnd);

inline mpfr_prec_t precision_of(const MpfrInterval &x) {
  return std::max({x.lower().precision(), x.upper().precision(), MpfrNumber::kIntegerPrecision});
}

} // namespace layercert::internal
