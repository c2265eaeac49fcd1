// An MPFR number as a value that carries its own precision. No hidden default: an operation's result has the
// larger precision of its operands, a number made of another thing says its precision.
#pragma once

#include "layercert/numeric/dyadic.hpp"

#include <mpfr.h>

#include <cstdint>
#include <type_traits>
#include <utility>

namespace layercert {

// A number of MPFR that frees itself and keeps the precision that it was made with.
class MpfrNumber {
public:
  // 0, or a small integer, exactly, at the precision of an int: arithmetic with it keeps the other operand's
  // precision.
  MpfrNumber(int value = 0) { // NOLINT(google-explicit-constructor): Boost.Interval converts 0 and 1
    mpfr_init2(number_, kIntegerPrecision);
    mpfr_set_si(number_, value, MPFR_RNDN);
  }
  // From anything else by name only: a double or a long would be cut to an int on the way, silently inside a
  // template.
  template <class T>
  requires(std::is_arithmetic_v<T> && !std::is_same_v<T, int>) MpfrNumber(T)
  = delete; // NOLINT(google-explicit-constructor)
  static MpfrNumber with_precision(mpfr_prec_t precision) { return MpfrNumber(Precision{precision}); }
  static MpfrNumber from_double(double value, mpfr_prec_t precision, mpfr_rnd_t rnd) {
    MpfrNumber result(Precision{precision});
    mpfr_set_d(result.number_, value, rnd);
    return result;
  }
  static MpfrNumber from_rational(const mpq_class &value, mpfr_prec_t precision, mpfr_rnd_t rnd) {
    MpfrNumber result(Precision{precision});
    mpfr_set_q(result.number_, value.get_mpq_t(), rnd);
    return result;
  }
  static MpfrNumber from_dyadic(const Dyadic &value, mpfr_prec_t precision, mpfr_rnd_t rnd) {
    MpfrNumber result(Precision{precision});
    value.to_mpfr(result.number_, rnd);
    return result;
  }

  MpfrNumber(const MpfrNumber &other) {
    mpfr_init2(number_, mpfr_get_prec(other.number_));
    mpfr_set(number_, other.number_, MPFR_RNDN); // exact
  }
  MpfrNumber(MpfrNumber &&other) noexcept : MpfrNumber() { mpfr_swap(number_, other.number_); }
  MpfrNumber &operator=(const MpfrNumber &other) {
    if (this != &other) {
      mpfr_set_prec(number_, mpfr_get_prec(other.number_));
      mpfr_set(number_, other.number_, MPFR_RNDN);
    }
    return *this;
  }
  MpfrNumber &operator=(MpfrNumber &&other) noexcept {
    mpfr_swap(number_, other.number_);
    return *this;
  }
  ~MpfrNumber() { mpfr_clear(number_); }

  mpfr_ptr get() noexcept { return number_; }
  mpfr_srcptr get() const noexcept { return number_; }
  mpfr_prec_t precision() const noexcept { return mpfr_get_prec(number_); }

  MpfrNumber operator-() const { // exact
    MpfrNumber result(*this);
    mpfr_neg(result.number_, result.number_, MPFR_RNDN);
    return result;
  }
  // Comparisons with NaN are false, as for double.
  friend bool operator<(const MpfrNumber &a, const MpfrNumber &b) {
    return mpfr_less_p(a.number_, b.number_) != 0;
  }
  friend bool operator>(const MpfrNumber &a, const MpfrNumber &b) { return b < a; }
  friend bool operator<=(const MpfrNumber &a, const MpfrNumber &b) {
    return mpfr_lessequal_p(a.number_, b.number_) != 0;
  }
  friend bool operator>=(const MpfrNumber &a, const MpfrNumber &b) { return b <= a; }
  friend bool operator==(const MpfrNumber &a, const MpfrNumber &b) {
    return mpfr_equal_p(a.number_, b.number_) != 0;
  }
  friend bool operator!=(const MpfrNumber &a, const MpfrNumber &b) { return !(a == b); }

  static constexpr mpfr_prec_t kIntegerPrecision = 32; // of MpfrNumber(int): holds any int

private:
  struct Precision {
    mpfr_prec_t bits;
  };
  explicit MpfrNumber(Precision precision) { mpfr_init2(number_, precision.bits); }

  mpfr_t number_;
};

#define LAYERCERT_DIRECTED_OPERATION(name)                                                                   \
  MpfrNumber name##_down(const MpfrNumber &a, const MpfrNumber &b);                                          \
  MpfrNumber name##_up(const MpfrNumber &a, const MpfrNumber &b);
LAYERCERT_DIRECTED_OPERATION(add)
LAYERCERT_DIRECTED_OPERATION(sub)
LAYERCERT_DIRECTED_OPERATION(mul)
LAYERCERT_DIRECTED_OPERATION(div)
LAYERCERT_DIRECTED_OPERATION(pow) // requires: a >= 0
#undef LAYERCERT_DIRECTED_OPERATION

#define LAYERCERT_DIRECTED_FUNCTION(name)                                                                    \
  MpfrNumber name##_down(const MpfrNumber &a);                                                               \
  MpfrNumber name##_up(const MpfrNumber &a);
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

MpfrNumber pow_down(const MpfrNumber &a, std::int32_t n);
MpfrNumber pow_up(const MpfrNumber &a, std::int32_t n);

// floor(a), exactly (integers below 2^precision).
inline MpfrNumber floor(const MpfrNumber &a) {
  MpfrNumber result = MpfrNumber::with_precision(a.precision());
  mpfr_floor(result.get(), a.get());
  return result;
}

// As quadrant(double): k = floor(a / (pi/2)); false beyond 2^50, where the caller has another way.
bool quadrant(const MpfrNumber &a, std::int64_t &k);

} // namespace layercert
