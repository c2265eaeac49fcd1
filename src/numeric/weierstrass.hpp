// The Weierstrass function W(x) = sum_{n>=0} a^n cos(b^n pi x), 0 < a < 1, b a whole number >= 2: continuous;
// for a b >= 1 nowhere differentiable and, for a b > 1, Hoelder continuous with the exponent log(1/a)/log(b),
// for a b < 1 continuously differentiable.
#pragma once

#include "layercert/numeric/interval.hpp"
#include "layercert/numeric/mpfr_interval.hpp"

#include <cstdint>

namespace layercert {

// An enclosure of W over x: the terms whose argument moves by less than a period over x are enclosed one by
// one, with b^n x reduced modulo 2 exactly; the others are bounded by their sum a^n / (1 - a). `a` encloses
// the constant and lies in (0, 1); b >= 2. The ends of x may be infinite; NaN gives NaN. Requires an open
// UpwardScope for doubles, prepare_mpfr_thread() for both.
Interval weierstrass_range(const Interval &x, const Interval &a, std::int32_t b);
MpfrInterval weierstrass_range(const MpfrInterval &x, const MpfrInterval &a, std::int32_t b);

// Is a b < 1? Then W' = -pi sum (a b)^n sin(b^n pi x) exists, and the second function encloses it over x.
// Requires: as above.
bool weierstrass_has_slope(const Interval &a, std::int32_t b);
Interval weierstrass_slope_range(const Interval &x, const Interval &a, std::int32_t b);

// W(x) to about ten places: not a bound; NaN where x is not finite.
double weierstrass_sample(double x, double a, std::int32_t b);

} // namespace layercert
