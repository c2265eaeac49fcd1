#include "takagi.hpp"

#include "binary_grid.hpp"

#include "elementary.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace layercert {

namespace {

using internal::GridInterval;
using internal::Wide;

// 2^bits T(k / 2^bits), a whole number. Requires 0 <= k < 2^bits, or k = 0. With r_i = k mod 2^i, the sum
// over i = bits, bits - 1, .., 1 of min(r_i, 2^i - r_i).
template <class Z> Z takagi_numerator(const Z &k, int bits) {
  Z sum(0);
  Z r = k;
  Z half = bits > 0 ? Z(Z(1) << (bits - 1)) : Z(0);
  while (r != 0) {
    if (r >= half) {
      sum += half + half - r;
      r -= half;
    } else {
      sum += r;
    }
    half >>= 1;
  }
  return sum;
}

// Bounds of 2^bits T over a part of a dyadic interval.
template <class Z> struct Bounds {
  Z lower;
  Z upper;
};

// Over [anchor, anchor + distance] / 2^bits, or [anchor + distance, anchor] / 2^bits for distance < 0; the
// part lies on one side of the anchor in the dyadic interval of 2^n / 2^bits, n the least with 2^n >=
// |distance|, that has the anchor for an end.
template <class Z> Bounds<Z> bounds_beside(const Z &anchor, const Z &distance, int bits) {
  const Z at_anchor = takagi_numerator(internal::low_bits(anchor, bits), bits);
  if (distance == 0) {
    return {at_anchor, at_anchor};
  }
  const Z length = distance < 0 ? Z(-distance) : distance;
  const int n = length == 1 ? 0 : internal::bit_length(Z(length - 1)); // <= bits
  // The slope of the interpolation: every bit of the interval's number k is one s(2^i x), rising for 0 and
  // falling for 1.
  Z number = distance < 0 ? Z(anchor - (Z(1) << n)) : anchor;
  number = internal::low_bits(number, bits) >> n;
  const int slope = (bits - n) - 2 * internal::count_bits(number);
  const Z at_end = at_anchor + distance * slope;
  const Z height = ((Z(2) << n) + 2) / 3; // >= (2/3) 2^n
  return {std::min(at_anchor, at_end), std::max(at_anchor, at_end) + height};
}

template <class Z> Bounds<Z> bounds_over(const GridInterval<Z> &grid) {
  const int bits = grid.bits;
  const Z one = Z(1) << bits;
  const Z width = grid.upper - grid.lower;
  if (width >= one) {
    return {Z(0), (one + one + 2) / 3};
  }
  const Z lower = internal::low_bits(grid.lower, bits);
  const Z upper = lower + width;
  if (width == 0) {
    return bounds_beside(lower, Z(0), bits);
  }
  // Where the highest bit changes between the ends lies the coarsest dyadic point of (lower, upper].
  const int n = internal::bit_length(Z(lower ^ upper)) - 1;
  const Z middle = (upper >> n) << n;
  const Bounds<Z> left = bounds_beside(middle, Z(lower - middle), bits);
  const Bounds<Z> right = bounds_beside(middle, Z(upper - middle), bits);
  return {std::min(left.lower, right.lower),
          std::min(std::max(left.upper, right.upper), Z((one + one + 2) / 3))};
}

template <class Z> Interval rounded(const GridInterval<Z> &grid) {
  const Bounds<Z> bounds = bounds_over(grid);
  return {internal::quotient_down(bounds.lower, grid.bits), internal::quotient_up(bounds.upper, grid.bits)};
}

} // namespace

Interval takagi_range(const Interval &x) {
  if (has_nan(x)) {
    return x;
  }
  constexpr int kLeastBits = 64; // so that a third of a unit is nothing
  GridInterval<Wide> grid;
  if (internal::to_grid(x, grid)) {
    grid.refine(kLeastBits);
    return rounded(grid);
  }
  GridInterval<mpz_class> fine;
  if (internal::to_grid(x, fine)) {
    fine.refine(kLeastBits);
    return rounded(fine);
  }
  return {0.0, 0x1.5555555555556p-1}; // >= 2/3
}

MpfrInterval takagi_range(const MpfrInterval &x) {
  if (has_nan(x)) {
    return x;
  }
  const mpfr_prec_t precision = internal::precision_of(x);
  GridInterval<mpz_class> grid;
  if (!internal::to_grid(x, grid)) {
    return {integer_like(x, 0), MpfrNumber::from_rational(mpq_class(2, 3), precision, MPFR_RNDU)};
  }
  grid.refine(static_cast<int>(precision) + 8);
  const Bounds<mpz_class> bounds = bounds_over(grid);
  return {internal::quotient(bounds.lower, grid.bits, precision, MPFR_RNDD),
          internal::quotient(bounds.upper, grid.bits, precision, MPFR_RNDU)};
}

double takagi_sample(double x) {
  return std::isfinite(x) ? takagi_range(Interval(x, x)).lower() : std::numeric_limits<double>::quiet_NaN();
}

} // namespace layercert
