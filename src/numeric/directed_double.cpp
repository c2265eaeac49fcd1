#include "layercert/numeric/directed_double.hpp"

#include "layercert/numeric/interval.hpp"
#include "layercert/numeric/rounding_scope.hpp"

#include <mpfr.h>

#include <limits>

namespace layercert {

namespace {

using Function = int (*)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);

// The value at 53 bits, directed; the conversion back is directed too, which matters where it leaves the
// normal range.
double through_mpfr(Function function, double a, mpfr_rnd_t rnd) {
  MPFR_DECL_INIT(x, 53);
  MPFR_DECL_INIT(y, 53);
  mpfr_set_d(x, a, MPFR_RNDN); // exact: 53 bits hold any double
  function(y, x, rnd);
  return mpfr_get_d(y, rnd);
}

double power_through_mpfr(double a, double b, mpfr_rnd_t rnd) {
  MPFR_DECL_INIT(x, 53);
  MPFR_DECL_INIT(y, 53);
  MPFR_DECL_INIT(z, 53);
  mpfr_set_d(x, a, MPFR_RNDN);
  mpfr_set_d(y, b, MPFR_RNDN);
  mpfr_pow(z, x, y, rnd);
  return mpfr_get_d(z, rnd);
}

double power_through_mpfr(double a, std::int32_t n, mpfr_rnd_t rnd) {
  MPFR_DECL_INIT(x, 53);
  MPFR_DECL_INIT(z, 53);
  mpfr_set_d(x, a, MPFR_RNDN);
  mpfr_pow_si(z, x, n, rnd);
  return mpfr_get_d(z, rnd);
}

double constant(int (*function)(mpfr_ptr, mpfr_rnd_t), mpfr_rnd_t rnd) {
  MPFR_DECL_INIT(x, 53);
  function(x, rnd);
  return mpfr_get_d(x, rnd);
}

double e_constant(mpfr_rnd_t rnd) { return through_mpfr(mpfr_exp, 1.0, rnd); }

} // namespace

double sqrt_down(double a) {
  // If the root is a double, its square is exact and equals a; if not, the double below the rounded-up root
  // is the rounded-down one. NaN for a < 0.
  const double up = sqrt_up(a);
  return mul_up(up, up) <= a ? up : std::nextafter(up, 0.0);
}

#define LAYERCERT_DIRECTED_FUNCTION(name)                                                                    \
  double name##_down(double a) { return through_mpfr(mpfr_##name, a, MPFR_RNDD); }                           \
  double name##_up(double a) { return through_mpfr(mpfr_##name, a, MPFR_RNDU); }
LAYERCERT_DIRECTED_FUNCTION(exp)
LAYERCERT_DIRECTED_FUNCTION(log)
LAYERCERT_DIRECTED_FUNCTION(sin)
LAYERCERT_DIRECTED_FUNCTION(cos)
LAYERCERT_DIRECTED_FUNCTION(tan)
LAYERCERT_DIRECTED_FUNCTION(asin)
LAYERCERT_DIRECTED_FUNCTION(acos)
LAYERCERT_DIRECTED_FUNCTION(atan)
LAYERCERT_DIRECTED_FUNCTION(sinh)
LAYERCERT_DIRECTED_FUNCTION(cosh)
LAYERCERT_DIRECTED_FUNCTION(tanh)
LAYERCERT_DIRECTED_FUNCTION(cbrt)
LAYERCERT_DIRECTED_FUNCTION(erf)
#undef LAYERCERT_DIRECTED_FUNCTION

double pow_down(double a, double b) { return power_through_mpfr(a, b, MPFR_RNDD); }
double pow_up(double a, double b) { return power_through_mpfr(a, b, MPFR_RNDU); }
double pow_down(double a, std::int32_t n) { return power_through_mpfr(a, n, MPFR_RNDD); }
double pow_up(double a, std::int32_t n) { return power_through_mpfr(a, n, MPFR_RNDU); }

double pi_down() {
  static const double value = constant(mpfr_const_pi, MPFR_RNDD);
  return value;
}
double pi_up() {
  static const double value = constant(mpfr_const_pi, MPFR_RNDU);
  return value;
}
double e_down() {
  static const double value = e_constant(MPFR_RNDD);
  return value;
}
double e_up() {
  static const double value = e_constant(MPFR_RNDU);
  return value;
}

bool quadrant(double a, std::int64_t &k) {
  constexpr double kLargest = 1125899906842624.0; // 2^50
  if (!(std::fabs(a) < kLargest)) {
    return false;
  }
  // Filter: 2/pi in double is off by less than 2^-54, the product by less than 2^-52 of itself in any
  // rounding mode, so |q - 2a/pi| < 2^-51 |q| + (underflow) 2^-60.
  constexpr double kTwoOverPi = 0.63661977236758134308;
  const double q = a * kTwoOverPi;
  const double slack = std::fabs(q) * 0x1p-50 + 0x1p-60;
  const double below = std::floor(q - slack);
  if (below == std::floor(q + slack)) {
    k = static_cast<std::int64_t>(below);
    return true;
  }
  if (a == 0) {
    k = 0;
    return true;
  }
  // 2a/pi is irrational, so some precision decides; a double is no closer to a multiple of pi/2 than about
  // 2^-60 of it.
  mpfr_t down, up;
  for (mpfr_prec_t precision = 192;; precision *= 2) {
    mpfr_inits2(precision, down, up, nullptr);
    mpfr_const_pi(down, MPFR_RNDD);
    mpfr_const_pi(up, MPFR_RNDU);
    mpfr_d_div(down, 2 * a, down, a > 0 ? MPFR_RNDU : MPFR_RNDD); // the far end
    mpfr_d_div(up, 2 * a, up, a > 0 ? MPFR_RNDD : MPFR_RNDU);     // the near end
    mpfr_floor(down, down);
    mpfr_floor(up, up);
    const bool decided = mpfr_equal_p(down, up) != 0;
    if (decided) {
      k = mpfr_get_si(down, MPFR_RNDN);
    }
    mpfr_clears(down, up, nullptr);
    if (decided) {
      return true;
    }
  }
}

Interval enclosure(const mpq_class &value) {
  return {rational_to_double_lower(value), rational_to_double_upper(value)};
}
Interval enclosure(const Dyadic &value) { return {value.to_double_lower(), value.to_double_upper()}; }

} // namespace layercert
