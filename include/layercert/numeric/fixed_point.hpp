// An irrational number cut off after so many binary places: the form in which constants of millions of bits are kept.
#pragma once

#include "layercert/numeric/dyadic.hpp"
#include "layercert/numeric/mpfr_interval.hpp"

#include <cstdint>

namespace layercert {

// Stands for an irrational x > 0, of which it holds the exact floor:
//     floor = the greatest integer below x 2^bits, so that  floor 2^-bits < x < (floor + 1) 2^-bits.
// The error is below one unit of the last place, whatever way the number was computed or cut down.
struct FixedPoint {
  mpz_class floor;
  std::int64_t bits = 0; // at least 0

  Dyadic lower() const { return Dyadic(floor, -bits); }
  Dyadic upper() const { return Dyadic(floor + 1, -bits); }
};

// The same number with fewer places; its floor is again exact, because floor(floor(y) / 2^k) = floor(y / 2^k).
// Requires: 0 <= bits <= x.bits.
FixedPoint cut_down(const FixedPoint &x, std::int64_t bits);

// The multiple of 2^exponent nearest to the number itself (not to its cut-off): |x - result| < 2^(exponent-1); x being
// irrational there are no ties. Requires: exponent > -x.bits.
Dyadic nearest_multiple(const FixedPoint &x, std::int64_t exponent);

// An enclosure of the number at a precision in bits, rounded outward; [floor 2^-bits, (floor + 1) 2^-bits] itself where
// the precision holds both ends.
MpfrInterval mpfr_enclosure(const FixedPoint &x, mpfr_prec_t precision);

} // namespace layercert
