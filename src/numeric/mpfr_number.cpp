#include "layercert/numeric/mpfr_number.hpp"

#include <algorithm>

namespace layercert {

namespace {

MpfrNumber for_result_of(const MpfrNumber &a, const MpfrNumber &b) {
  return MpfrNumber::with_precision(std::max(a.precision(), b.precision()));
}

} // namespace

#define LAYERCERT_DIRECTED_OPERATION(name)                                                                   \
  MpfrNumber name##_down(const MpfrNumber &a, const MpfrNumber &b) {                                         \
    MpfrNumber result = for_result_of(a, b);                                                                 \
    mpfr_##name(result.get(), a.get(), b.get(), MPFR_RNDD);                                                  \
    return result;                                                                                           \
  }                                                                                                          \
  MpfrNumber name##_up(const MpfrNumber &a, const MpfrNumber &b) {                                           \
    MpfrNumber result = for_result_of(a, b);                                                                 \
    mpfr_##name(result.get(), a.get(), b.get(), MPFR_RNDU);                                                  \
    return result;                                                                                           \
  }
LAYERCERT_DIRECTED_OPERATION(add)
LAYERCERT_DIRECTED_OPERATION(sub)
LAYERCERT_DIRECTED_OPERATION(mul)
LAYERCERT_DIRECTED_OPERATION(div)
LAYERCERT_DIRECTED_OPERATION(pow)
#undef LAYERCERT_DIRECTED_OPERATION

#define LAYERCERT_DIRECTED_FUNCTION(name)                                                                    \
  MpfrNumber name##_down(const MpfrNumber &a) {                                                              \
    MpfrNumber result = MpfrNumber::with_precision(a.precision());                                           \
    mpfr_##name(result.get(), a.get(), MPFR_RNDD);                                                           \
    return result;                                                                                           \
  }                                                                                                          \
  MpfrNumber name##_up(const MpfrNumber &a) {                                                                \
    MpfrNumber result = MpfrNumber::with_precision(a.precision());                                           \
    mpfr_##name(result.get(), a.get(), MPFR_RNDU);                                                           \
    return result;                                                                                           \
  }
LAYERCERT_DIRECTED_FUNCTION(sqrt)
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

MpfrNumber pow_down(const MpfrNumber &a, std::int32_t n) {
  MpfrNumber result = MpfrNumber::with_precision(a.precision());
  mpfr_pow_si(result.get(), a.get(), n, MPFR_RNDD);
  return result;
}

MpfrNumber pow_up(const MpfrNumber &a, std::int32_t n) {
  MpfrNumber result = MpfrNumber::with_precision(a.precision());
  mpfr_pow_si(result.get(), a.get(), n, MPFR_RNDU);
  return result;
}

bool quadrant(const MpfrNumber &a, std::int64_t &k) {
  if (!mpfr_number_p(a.get()) || (!mpfr_zero_p(a.get()) && mpfr_get_exp(a.get()) > 50)) {
    return false;
  }
  if (mpfr_zero_p(a.get()) || mpfr_get_exp(a.get()) <= 0) {
    // |a| < 1. Nothing below decides where a/pi underflows: rounded towards 0 it is 0.
    k = mpfr_sgn(a.get()) < 0 ? -1 : 0;
    return true;
  }
  // 2a/pi is irrational, so some precision decides.
  mpfr_rnd_t far = mpfr_sgn(a.get()) > 0 ? MPFR_RNDU : MPFR_RNDD;
  mpfr_rnd_t near = mpfr_sgn(a.get()) > 0 ? MPFR_RNDD : MPFR_RNDU;
  for (mpfr_prec_t precision = a.precision() + 128;; precision *= 2) {
    MpfrNumber largest = MpfrNumber::with_precision(precision);
    MpfrNumber smallest = MpfrNumber::with_precision(precision);
    mpfr_const_pi(largest.get(), MPFR_RNDD);
    mpfr_div(largest.get(), a.get(), largest.get(), far);
    mpfr_mul_2ui(largest.get(), largest.get(), 1, far);
    mpfr_const_pi(smallest.get(), MPFR_RNDU);
    mpfr_div(smallest.get(), a.get(), smallest.get(), near);
    mpfr_mul_2ui(smallest.get(), smallest.get(), 1, near);
    mpfr_floor(largest.get(), largest.get());
    mpfr_floor(smallest.get(), smallest.get());
    if (largest == smallest) {
      k = mpfr_get_si(smallest.get(), MPFR_RNDN);
      return true;
    }
  }
}

} // namespace layercert
