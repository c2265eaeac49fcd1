// Exact dyadic rationals: an integer times a power of two, of any size. Every weight of a network is one.
#pragma once

#include <gmpxx.h>
#include <mpfr.h>

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace layercert {

// mantissa * 2^exponent, held in lowest terms: the mantissa is odd, or the number is 0 with exponent 0. Two
// equal numbers therefore have equal members. All arithmetic is exact.
class Dyadic {
public:
  // Files hold no exponents beyond +- this one.
  static constexpr std::int64_t kLargestExponent = std::int64_t{1} << 40;

  Dyadic() = default;
  Dyadic(mpz_class mantissa, std::int64_t exponent) : mantissa_(std::move(mantissa)), exponent_(exponent) {
    normalize();
  }
  static Dyadic from_integer(long value) { return Dyadic(mpz_class(value), 0); }
  static Dyadic power_of_two(std::int64_t exponent) { return Dyadic(mpz_class(1), exponent); }
  // Requires: value finite.
  static Dyadic from_double(double value);
  // Requires: value a number (not NaN, not infinite). Exact.
  static Dyadic from_mpfr(mpfr_srcptr value);

  // "[-]0x<hex digits>[.<hex digits>]p[+-]<decimal exponent>", normalized or not. Throws
  // std::invalid_argument that says what is wrong; exponents beyond +-2^40, as written or in lowest terms,
  // are refused.
  static Dyadic parse(std::string_view text);
  // "[-]0x<hex digits>p<+-exponent>" with an odd mantissa; "0x0p+0" for 0. parse() gives it back exactly.
  std::string to_string() const;
  // Appends what to_string() returns, without a copy in between.
  void append_to(std::string &text) const;

  const mpz_class &mantissa() const noexcept { return mantissa_; }
  std::int64_t exponent() const noexcept { return exponent_; }
  bool is_zero() const noexcept { return mantissa_ == 0; }
  int sign() const noexcept { return mpz_sgn(mantissa_.get_mpz_t()); }
  // Bits of the mantissa; 0 for 0.
  std::size_t mantissa_bits() const noexcept {
    return is_zero() ? 0 : mpz_sizeinbase(mantissa_.get_mpz_t(), 2);
  }
  // The least n with |value| < 2^n. Requires: not zero.
  std::int64_t magnitude_exponent() const noexcept {
    return exponent_ + static_cast<std::int64_t>(mantissa_bits());
  }

  Dyadic operator-() const { return Dyadic(-mantissa_, exponent_); }
  friend Dyadic operator+(const Dyadic &a, const Dyadic &b);
  friend Dyadic operator-(const Dyadic &a, const Dyadic &b);
  friend Dyadic operator*(const Dyadic &a, const Dyadic &b);
  Dyadic times_power_of_two(std::int64_t shift) const {
    Dyadic result = *this;
    if (!is_zero()) {
      result.exponent_ += shift;
    }
    return result;
  }
  Dyadic abs() const { return sign() < 0 ? -*this : *this; }

  friend bool operator==(const Dyadic &a, const Dyadic &b) noexcept {
    return a.exponent_ == b.exponent_ && a.mantissa_ == b.mantissa_;
  }
  friend std::strong_ordering operator<=>(const Dyadic &a, const Dyadic &b);

  // The multiple of 2^exponent next below (floor) or nearest (ties upward) to this number.
  Dyadic rounded_down_to(std::int64_t exponent) const;
  Dyadic rounded_to_nearest(std::int64_t exponent) const;

  mpq_class to_rational() const;
  // The largest double not above / the smallest not below the number (infinite when out of range). The
  // rounding mode of the FPU does not matter.
  double to_double_lower() const;
  double to_double_upper() const;
  // Sets `out` (any precision, initialised) rounded in direction `rnd`; returns MPFR's ternary value.
  int to_mpfr(mpfr_ptr out, mpfr_rnd_t rnd) const;

private:
  void normalize();

  mpz_class mantissa_ = 0;
  std::int64_t exponent_ = 0;
};

// The exact value of a rational in double bounds, outward. Infinite when out of range.
double rational_to_double_lower(const mpq_class &value);
double rational_to_double_upper(const mpq_class &value);

} // namespace layercert
