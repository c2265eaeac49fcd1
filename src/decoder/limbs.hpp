// Fixed-length integers modulo a power of 2^64, as arrays of limbs, least significant first: what the tree
// walks on. GMP's low level functions do the work (gmplib.org manual, "Low-level Functions"); nothing here
// allocates.
#pragma once

#include <gmp.h>

#include <algorithm>
#include <cassert>
#include <cstdint>

namespace layercert {

static_assert(GMP_NUMB_BITS == 64);
using Limb = mp_limb_t;

// The low n limbs of floor(source / 2^bits) for a source of `size` limbs taken as nonnegative. `out` must not
// overlap it.
inline void shift_right(Limb *out, mp_size_t n, const Limb *source, mp_size_t size, std::int64_t bits) {
  const mp_size_t whole = static_cast<mp_size_t>(bits / 64);
  const auto rest = static_cast<unsigned>(bits % 64);
  const mp_size_t count = std::max<mp_size_t>(0, std::min(n, size - whole));
  if (count > 0 && rest != 0) {
    mpn_rshift(out, source + whole, count, rest);
    if (whole + count < size) {
      out[count - 1] |= source[whole + count] << (64 - rest);
    }
  } else if (count > 0) {
    mpn_copyi(out, source + whole, count);
  }
  if (count < n) {
    mpn_zero(out + count, n - count);
  }
}

// The low n limbs of source * 2^bits for a two's complement source of `size` limbs. `out` must not overlap
// it.
inline void shift_left_signed(Limb *out, mp_size_t n, const Limb *source, mp_size_t size, std::int64_t bits) {
  const mp_size_t whole = static_cast<mp_size_t>(bits / 64);
  const auto rest = static_cast<unsigned>(bits % 64);
  const Limb sign = (source[size - 1] >> 63) != 0 ? ~Limb{0} : Limb{0};
  const mp_size_t low = std::min(whole, n);
  mpn_zero(out, low);
  const mp_size_t count = std::min(size, n - low);
  Limb carry = sign;
  if (count > 0 && rest != 0) {
    const Limb out_bits = mpn_lshift(out + low, source, count, rest);
    carry = count < size ? 0 : (sign << rest) | out_bits; // unused where the source did not fit
  } else if (count > 0) {
    mpn_copyi(out + low, source, count);
  }
  if (low + count < n) {
    out[low + count] = carry;
    std::fill(out + low + count + 1, out + n, sign);
  }
}

// The low n limbs of floor(source / 2^bits) for a two's complement source of n limbs. `out` must not overlap
// it.
inline void shift_right_signed(Limb *out, mp_size_t n, const Limb *source, std::int64_t bits) {
  shift_right(out, n, source, n, bits);
  if ((source[n - 1] >> 63) == 0) {
    return;
  }
  const mp_size_t kept = std::max<mp_size_t>(0, n - static_cast<mp_size_t>(bits / 64));
  const auto rest = static_cast<unsigned>(bits % 64);
  if (kept > 0 && rest != 0) {
    out[kept - 1] |= ~Limb{0} << (64 - rest);
  }
  std::fill(out + kept, out + n, ~Limb{0});
}

inline void extend_sign(Limb *value, mp_size_t from, mp_size_t to) {
  std::fill(value + from, value + to, (value[from - 1] >> 63) != 0 ? ~Limb{0} : Limb{0});
}

// Modulo 2^(64 n), in place.
inline void add(Limb *value, const Limb *other, mp_size_t n) { mpn_add_n(value, value, other, n); }
inline void subtract(Limb *value, const Limb *other, mp_size_t n) { mpn_sub_n(value, value, other, n); }
inline void negate(Limb *value, mp_size_t n) { mpn_neg(value, value, n); }

} // namespace layercert
