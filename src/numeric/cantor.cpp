#include "cantor.hpp"

#include "binary_grid.hpp"

#include "elementary.hpp"

#include <cmath>
#include <limits>

namespace layercert {

namespace {

using internal::GridInterval;
using internal::Wide;

// digits / 2^bits <= C(x) <= (digits + 1) / 2^bits; the first is C(x) itself where `exact`.
template <class Z> struct Value {
  Z digits{0};
  int bits = 0;
  bool exact = true;
};

// C(k / 2^bits) to `significant` binary digits. The remainder r of k / 2^bits after some ternary digits is
// never 0 unless k is: 3^n k is divisible by 2^bits only if k is.
template <class Z> Value<Z> cantor_value(const Z &k, int bits, int significant) {
  const Z one = Z(1) << bits;
  const Z two = one + one;
  if (k <= 0) {
    return {};
  }
  if (k >= one) {
    return {Z(1), 0, true};
  }
  Value<Z> value;
  int length = 0; // of digits
  Z r = k;
  while (length < significant) {
    r *= 3;
    const int digit = r >= two ? 2 : r >= one ? 1 : 0;
    value.digits = value.digits * 2 + (digit == 0 ? 0 : 1);
    ++value.bits;
    length += length > 0 || digit != 0 ? 1 : 0;
    if (digit == 1) {
      return value;
    }
    if (digit == 2) {
      r -= two;
    }
  }
  value.exact = false;
  return value;
}

template <class Z> Interval range_on(const GridInterval<Z> &grid) {
  constexpr int kDigits = std::numeric_limits<double>::digits;
  const Value<Z> least = cantor_value(grid.lower, grid.bits, kDigits);
  const Value<Z> greatest = cantor_value(grid.upper, grid.bits, kDigits);
  return {internal::quotient_down(least.digits, least.bits),
          internal::quotient_up(greatest.digits + (greatest.exact ? 0 : 1), greatest.bits)};
}

// The part of [lower, upper] that matters: C is constant outside of [0, 1].
template <class I> I clipped(const I &x) {
  const BoundOf<I> zero = integer_like(x, 0);
  const BoundOf<I> one = integer_like(x, 1);
  const auto clip = [&](const BoundOf<I> &t) { return t < zero ? zero : t > one ? one : t; };
  return {clip(x.lower()), clip(x.upper())};
}

} // namespace

Interval cantor_range(const Interval &x) {
  if (has_nan(x)) {
    return x;
  }
  GridInterval<Wide> grid;
  if (internal::to_grid(clipped(x), grid)) {
    return range_on(grid);
  }
  GridInterval<mpz_class> fine;
  internal::to_grid(clipped(x), fine);
  return range_on(fine);
}

MpfrInterval cantor_range(const MpfrInterval &x) {
  if (has_nan(x)) {
    return x;
  }
  GridInterval<mpz_class> grid;
  internal::to_grid(clipped(x), grid); // clipped: never out of reach
  const mpfr_prec_t precision = internal::precision_of(x);
  const auto significant = static_cast<int>(precision);
  const Value<mpz_class> least = cantor_value(grid.lower, grid.bits, significant);
  const Value<mpz_class> greatest = cantor_value(grid.upper, grid.bits, significant);
  return {
      internal::quotient(least.digits, least.bits, precision, MPFR_RNDD),
      internal::quotient(greatest.digits + (greatest.exact ? 0 : 1), greatest.bits, precision, MPFR_RNDU)};
}

double cantor_sample(double x) { return cantor_range(Interval(x, x)).lower(); }

} // namespace layercert
