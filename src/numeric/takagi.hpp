// The Takagi (blancmange) function T(x) = sum_{n>=0} 2^-n s(2^n x), s(t) the distance of t from the nearest
// whole number: continuous, of period 1, nowhere differentiable, with the range [0, 2/3].
#pragma once

#include "layercert/numeric/interval.hpp"
#include "layercert/numeric/mpfr_interval.hpp"

namespace layercert {

// An enclosure of T over x. At a point it is T(x), rounded outward: T is a whole number over 2^e where x is
// one. Over an interval of width w it is wider than the range by less than 3 w, and rounding. From the
// self-affine structure on a dyadic interval,
//   T((k + y) 2^-n) = (the affine interpolation of T between k 2^-n and (k+1) 2^-n) + 2^-n T(y),  0 <= y <= 1.
// The ends of x may be infinite; NaN gives NaN. Any rounding mode.
Interval takagi_range(const Interval &x);
MpfrInterval takagi_range(const MpfrInterval &x); // at the precision of x

// T(x) to about the last place: not a bound; NaN where x is not finite.
double takagi_sample(double x);

} // namespace layercert
