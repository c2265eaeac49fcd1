// The Cantor, Takagi and Weierstrass functions over intervals.
#pragma once

#include "numbers.hpp"

namespace checker {

Interval cantor(const Interval &x);
Interval takagi(const Interval &x); // sum of 2^-n times the distance from 2^n x to the nearest whole number
// sum over n >= 0 of ratio^n cos(pi b^n x), or, `sines`, of ratio^n sin(pi b^n x). Requires 0 < ratio < 1, b
// >= 2.
Interval weierstrass(const Interval &x, const Rational &ratio, slong b, bool sines = false);

} // namespace checker
