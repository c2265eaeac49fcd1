// Upper bounds of numbers that are not negative, of any size: sums and products of them are rounded up, and
// so are bounds of the sums and products.
#pragma once

#include "layercert/numeric/mpfr_interval.hpp"

#include <algorithm>

namespace layercert {

// At least some number that is not negative.
class UpperBound {
public:
  static constexpr mpfr_prec_t kBits = 64;

  // A whole number, exactly. Requires: value >= 0.
  UpperBound(int value = 0) : UpperBound(static_cast<long>(value)) {} // NOLINT(google-explicit-constructor)
  explicit UpperBound(long value) : value_(MpfrNumber::with_precision(kBits)) {
    mpfr_set_si(value_.get(), value, MPFR_RNDU);
  }
  static UpperBound power_of_two(std::int64_t exponent) {
    UpperBound result;
    mpfr_set_ui_2exp(result.value_.get(), 1, static_cast<mpfr_exp_t>(exponent), MPFR_RNDU);
    return result;
  }
  static UpperBound of_size(const Dyadic &value) {
    UpperBound result;
    value.to_mpfr(result.value_.get(), value.sign() < 0 ? MPFR_RNDD : MPFR_RNDU);
    mpfr_abs(result.value_.get(), result.value_.get(), MPFR_RNDU);
    return result;
  }
  // Of the numbers of an interval.
  static UpperBound of_size(const MpfrInterval &value) {
    UpperBound result;
    UpperBound other;
    mpfr_abs(result.value_.get(), value.upper().get(), MPFR_RNDU);
    mpfr_abs(other.value_.get(), value.lower().get(), MPFR_RNDU);
    return std::max(result, other);
  }
  // Requires: value >= 0.
  static UpperBound of(const MpfrNumber &value) {
    UpperBound result;
    mpfr_set(result.value_.get(), value.get(), MPFR_RNDU);
    return result;
  }

  const MpfrNumber &value() const noexcept { return value_; }

  friend UpperBound operator+(const UpperBound &a, const UpperBound &b) {
    return UpperBound(add_up(a.value_, b.value_));
  }
  friend UpperBound operator*(const UpperBound &a, const UpperBound &b) {
    return UpperBound(mul_up(a.value_, b.value_));
  }
  UpperBound &operator+=(const UpperBound &other) { return *this = *this + other; }
  // Of the number divided by a whole one. Requires: divisor > 0.
  UpperBound over(long divisor) const {
    UpperBound result;
    mpfr_div_si(result.value_.get(), value_.get(), divisor, MPFR_RNDU);
    return result;
  }
  // Of the number to the power 1/p. Requires: number <= 1, p >= 1.
  UpperBound root(const mpq_class &p) const {
    return UpperBound(pow_up(value_, MpfrNumber::from_rational(1 / p, kBits, MPFR_RNDD)));
  }
  friend bool operator<(const UpperBound &a, const UpperBound &b) { return a.value_ < b.value_; }
  friend bool operator==(const UpperBound &a, const UpperBound &b) { return a.value_ == b.value_; }

private:
  explicit UpperBound(MpfrNumber value) : value_(std::move(value)) {}

  MpfrNumber value_;
};

} // namespace layercert
