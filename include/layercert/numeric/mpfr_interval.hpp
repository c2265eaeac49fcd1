// The interval over MPFR numbers: the same Boost.Interval, with MPFR's directed rounding. It needs no
// rounding scope.
#pragma once

#include "layercert/numeric/mpfr_number.hpp"

#include <boost/numeric/interval/arith.hpp>
#include <boost/numeric/interval/arith2.hpp>
#include <boost/numeric/interval/interval.hpp>
#include <boost/numeric/interval/policies.hpp>
#include <boost/numeric/interval/utility.hpp>

namespace layercert {

// Rounding policy for MpfrNumber: each operation rounds as MPFR does in that direction.
struct DirectedMpfr {
  void init() {}
  static MpfrNumber add_up(const MpfrNumber &a, const MpfrNumber &b) { return layercert::add_up(a, b); }
  static MpfrNumber add_down(const MpfrNumber &a, const MpfrNumber &b) { return layercert::add_down(a, b); }
  static MpfrNumber sub_up(const MpfrNumber &a, const MpfrNumber &b) { return layercert::sub_up(a, b); }
  static MpfrNumber sub_down(const MpfrNumber &a, const MpfrNumber &b) { return layercert::sub_down(a, b); }
  static MpfrNumber mul_up(const MpfrNumber &a, const MpfrNumber &b) { return layercert::mul_up(a, b); }
  static MpfrNumber mul_down(const MpfrNumber &a, const MpfrNumber &b) { return layercert::mul_down(a, b); }
  static MpfrNumber div_up(const MpfrNumber &a, const MpfrNumber &b) { return layercert::div_up(a, b); }
  static MpfrNumber div_down(const MpfrNumber &a, const MpfrNumber &b) { return layercert::div_down(a, b); }
  static MpfrNumber sqrt_up(const MpfrNumber &a) { return layercert::sqrt_up(a); }
  static MpfrNumber sqrt_down(const MpfrNumber &a) { return layercert::sqrt_down(a); }
  static MpfrNumber median(const MpfrNumber &a, const MpfrNumber &b) {
    MpfrNumber result = layercert::add_down(a, b);
    mpfr_div_2ui(result.get(), result.get(), 1, MPFR_RNDN);
    return result;
  }
  static MpfrNumber conv_down(const MpfrNumber &a) { return a; }
  static MpfrNumber conv_up(const MpfrNumber &a) { return a; }
};

// What Boost.Interval asks about infinities, NaN and empty intervals.
struct MpfrChecking {
  static MpfrNumber pos_inf() { return infinite(1); }
  static MpfrNumber neg_inf() { return infinite(-1); }
  static MpfrNumber nan() {
    MpfrNumber result;
    mpfr_set_nan(result.get());
    return result;
  }
  static bool is_nan(const MpfrNumber &a) { return mpfr_nan_p(a.get()) != 0; }
  static MpfrNumber empty_lower() { return nan(); }
  static MpfrNumber empty_upper() { return nan(); }
  static bool is_empty(const MpfrNumber &lower, const MpfrNumber &upper) { return !(lower <= upper); }

private:
  static MpfrNumber infinite(int sign) {
    MpfrNumber result;
    mpfr_set_inf(result.get(), sign);
    return result;
  }
};

using MpfrInterval = boost::numeric::interval<
    MpfrNumber, boost::numeric::interval_lib::policies<
                    boost::numeric::interval_lib::save_state_nothing<DirectedMpfr>, MpfrChecking>>;

inline bool has_nan(const MpfrInterval &x) {
  return mpfr_nan_p(x.lower().get()) != 0 || mpfr_nan_p(x.upper().get()) != 0;
}

// Enclosures of exact numbers at a precision; exact where the precision suffices.
inline MpfrInterval mpfr_enclosure(const mpq_class &value, mpfr_prec_t precision) {
  return {MpfrNumber::from_rational(value, precision, MPFR_RNDD),
          MpfrNumber::from_rational(value, precision, MPFR_RNDU)};
}
inline MpfrInterval mpfr_enclosure(const Dyadic &value, mpfr_prec_t precision) {
  return {MpfrNumber::from_dyadic(value, precision, MPFR_RNDD),
          MpfrNumber::from_dyadic(value, precision, MPFR_RNDU)};
}
inline MpfrInterval mpfr_enclosure(double value, mpfr_prec_t precision) {
  return {MpfrNumber::from_double(value, precision, MPFR_RNDD),
          MpfrNumber::from_double(value, precision, MPFR_RNDU)};
}
// pi, at a precision.
inline MpfrInterval mpfr_pi(mpfr_prec_t precision) {
  MpfrNumber down = MpfrNumber::with_precision(precision);
  MpfrNumber up = MpfrNumber::with_precision(precision);
  mpfr_const_pi(down.get(), MPFR_RNDD);
  mpfr_const_pi(up.get(), MPFR_RNDU);
  return {down, up};
}

// Bounds in double, outward.
inline double double_lower(const MpfrInterval &x) { return mpfr_get_d(x.lower().get(), MPFR_RNDD); }
inline double double_upper(const MpfrInterval &x) { return mpfr_get_d(x.upper().get(), MPFR_RNDU); }

} // namespace layercert
