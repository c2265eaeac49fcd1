// The Cantor function: 0 for x <= 0, 1 for x >= 1, monotone between, and constant on every middle third that
// the construction of the Cantor set removes. If x in (0,1) has the ternary digits t_1 t_2 ..., and t_n is
// the first digit 1 (n infinite if there is none), then C(x) = sum_{i<n} (t_i / 2) 2^-i + 2^-n.
#pragma once

#include "layercert/numeric/interval.hpp"
#include "layercert/numeric/mpfr_interval.hpp"

namespace layercert {

// [C(lower), C(upper)], each end rounded outward by at most a unit in the last place: the digits of a binary
// number are computed in whole numbers. The ends of x may be infinite; NaN gives NaN. Any rounding mode.
Interval cantor_range(const Interval &x);
MpfrInterval cantor_range(const MpfrInterval &x); // at the precision of x

// C(x) to about the last place: not a bound.
double cantor_sample(double x);

} // namespace layercert
