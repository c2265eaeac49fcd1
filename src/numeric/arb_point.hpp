// Elementary functions at a double, enclosed by Arb's ball arithmetic: about five to fifteen times faster
// than MPFR at 53 bits, at the price of a bound that may be two or three units in the last place wide instead
// of one.
//
// That the balls hold the exact values is Arb's contract. Its error bounds are proved in F. Johansson,
// "Efficient implementation of elementary functions in the medium-precision range" (ARITH 22, 2015), the
// arithmetic of balls in "Arb: efficient arbitrary-precision midpoint-radius interval arithmetic" (IEEE
// Trans. Comput. 66, 2017). Arb computes in integers; a few of its shortcuts for magnitudes use doubles and
// expect round-to-nearest.
#pragma once

namespace layercert {

// A real number v with floor - radius <= v <= ceiling + radius (exact arithmetic); infinite
// where nothing is known or the value is out of the range of double. radius >= 0.
struct PointEnclosure {
  double floor;
  double ceiling;
  double radius;
};

// All require round-to-nearest on the calling thread (NearestScope), and a finite x in the domain of the
// function.
PointEnclosure arb_exp_at(double x);
PointEnclosure arb_log_at(double x); // x > 0
PointEnclosure arb_tan_at(double x);
PointEnclosure arb_asin_at(double x); // |x| <= 1
PointEnclosure arb_acos_at(double x); // |x| <= 1
PointEnclosure arb_atan_at(double x);
PointEnclosure arb_tanh_at(double x);
PointEnclosure arb_cbrt_at(double x);
PointEnclosure arb_erf_at(double x);
void arb_sin_cos_at(double x, PointEnclosure &sine, PointEnclosure &cosine);
void arb_sinh_cosh_at(double x, PointEnclosure &sine, PointEnclosure &cosine);

} // namespace layercert
