#include "layercert/numeric/dyadic.hpp"

#include "layercert/numeric/rounding_scope.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <stdexcept>

namespace layercert {

namespace {

// mantissa << bits
mpz_class shifted(const mpz_class &mantissa, std::int64_t bits) {
  assert(bits >= 0);
  mpz_class result;
  mpz_mul_2exp(result.get_mpz_t(), mantissa.get_mpz_t(), static_cast<mp_bitcnt_t>(bits));
  return result;
}

static_assert(GMP_NUMB_BITS == 64, "a limb is 16 hexadecimal digits");
constexpr std::size_t kLimbDigits = 16;
constexpr std::string_view kDigits = "0123456789abcdef";

constexpr std::array<signed char, 256> kDigitValues = [] {
  std::array<signed char, 256> values{};
  values.fill(-1);
  for (std::size_t value = 0; value < kDigits.size(); ++value) {
    const auto digit = static_cast<unsigned char>(kDigits[value]);
    values[digit] = static_cast<signed char>(value);
    if (value >= 10) {
      values[digit - 'a' + 'A'] = static_cast<signed char>(value);
    }
  }
  return values;
}();

int hex_digit(char c) { return kDigitValues[static_cast<unsigned char>(c)]; }

// The integer of hexadecimal digits, of any number; a point among them is passed over. Straight into the
// limbs: weights have millions of digits.
mpz_class integer_of_hex(std::string_view digits) {
  const std::size_t limbs = digits.size() / kLimbDigits + 1;
  mpz_class result;
  mp_limb_t *const limb = mpz_limbs_write(result.get_mpz_t(), static_cast<mp_size_t>(limbs));
  std::size_t at = digits.size();
  for (std::size_t i = 0; i < limbs; ++i) {
    limb[i] = 0;
    for (unsigned int shift = 0; shift < GMP_NUMB_BITS && at > 0;) {
      const char digit = digits[--at];
      if (digit != '.') {
        limb[i] |= static_cast<mp_limb_t>(hex_digit(digit)) << shift;
        shift += 4;
      }
    }
  }
  mpz_limbs_finish(result.get_mpz_t(), static_cast<mp_size_t>(limbs));
  return result;
}

// What `set` rounds to the precision of a double, and the exponents of doubles round again, to the same side.
template <class Set> double through_mpfr(const Set &set, mpfr_rnd_t rnd) {
  prepare_mpfr_thread();
  MPFR_DECL_INIT(number, 53);
  set(number);
  return mpfr_get_d(number, rnd);
}

double rational_to_double(const mpq_class &value, mpfr_rnd_t rnd) {
  return through_mpfr([&](mpfr_ptr number) { mpfr_set_q(number, value.get_mpq_t(), rnd); }, rnd);
}

} // namespace

void Dyadic::normalize() {
  if (mantissa_ == 0) {
    exponent_ = 0;
    return;
  }
  const mp_bitcnt_t zeros = mpz_scan1(mantissa_.get_mpz_t(), 0);
  if (zeros > 0) {
    mpz_tdiv_q_2exp(mantissa_.get_mpz_t(), mantissa_.get_mpz_t(), zeros);
    exponent_ += static_cast<std::int64_t>(zeros);
  }
}

Dyadic Dyadic::from_double(double value) {
  assert(std::isfinite(value));
  int exponent = 0;
  const double fraction = std::frexp(value, &exponent); // exact, whatever the rounding mode
  return Dyadic(mpz_class(std::ldexp(fraction, 53)), exponent - 53);
}

Dyadic Dyadic::from_mpfr(mpfr_srcptr value) {
  assert(mpfr_number_p(value));
  if (mpfr_zero_p(value)) {
    return {};
  }
  mpz_class mantissa;
  const mpfr_exp_t exponent = mpfr_get_z_2exp(mantissa.get_mpz_t(), value);
  return Dyadic(std::move(mantissa), exponent);
}

Dyadic Dyadic::parse(std::string_view text) {
  std::size_t at = 0;
  const bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) {
    ++at;
  }
  if (text.size() < at + 2 || text[at] != '0' || (text[at + 1] != 'x' && text[at + 1] != 'X')) {
    throw std::invalid_argument("expected a hexadecimal float such as \"-0x1.8p-3\"");
  }
  at += 2;
  const std::size_t digits_begin = at;
  std::size_t point = std::string_view::npos;
  for (; at < text.size(); ++at) {
    if (text[at] == '.' && point == std::string_view::npos) {
      point = at;
    } else if (hex_digit(text[at]) < 0) {
      break;
    }
  }
  const std::string_view digits = text.substr(digits_begin, at - digits_begin); // the point may be among them
  const std::int64_t after_point =
      point == std::string_view::npos ? 0 : static_cast<std::int64_t>(at - point - 1);
  if (digits.size() == (point == std::string_view::npos ? 0 : 1)) {
    throw std::invalid_argument("expected hexadecimal digits after 0x");
  }
  if (at == text.size() || (text[at] != 'p' && text[at] != 'P')) {
    throw std::invalid_argument("expected p and a power of two after the hexadecimal digits");
  }
  ++at;
  const bool negative_exponent = at < text.size() && text[at] == '-';
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) {
    ++at;
  }
  std::int64_t exponent = 0;
  const std::size_t exponent_begins = at;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    exponent = exponent * 10 + (text[at] - '0');
    if (exponent > kLargestExponent) {
      throw std::invalid_argument("the power of two is beyond 2^40");
    }
  }
  if (at == exponent_begins || at != text.size()) {
    throw std::invalid_argument("expected a decimal power of two after p, and nothing behind it");
  }
  mpz_class mantissa = integer_of_hex(digits);
  if (negative) {
    mpz_neg(mantissa.get_mpz_t(), mantissa.get_mpz_t());
  }
  Dyadic result(std::move(mantissa), (negative_exponent ? -exponent : exponent) - 4 * after_point);
  if (result.exponent_ > kLargestExponent || result.exponent_ < -kLargestExponent) {
    throw std::invalid_argument("the power of two is beyond 2^40");
  }
  return result;
}

std::string Dyadic::to_string() const {
  std::string text;
  append_to(text);
  return text;
}

void Dyadic::append_to(std::string &text) const {
  text += sign() < 0 ? "-0x" : "0x";
  const std::size_t limbs = mpz_size(mantissa_.get_mpz_t());
  const mp_limb_t *const limb = mpz_limbs_read(mantissa_.get_mpz_t()); // of |mantissa|, the lowest first
  const std::size_t digits = std::max<std::size_t>(1, mpz_sizeinbase(mantissa_.get_mpz_t(), 16));
  std::size_t at = text.size() + digits;
  text.resize(at);
  if (limbs == 0) {
    text[--at] = '0';
  }
  for (std::size_t i = 0; i < limbs; ++i) {
    mp_limb_t rest = limb[i];
    const std::size_t count = i + 1 < limbs ? kLimbDigits : digits - kLimbDigits * i;
    for (std::size_t k = 0; k < count; ++k) {
      text[--at] = kDigits[rest & 15];
      rest >>= 4;
    }
  }
  text += exponent_ < 0 ? "p" : "p+";
  text += std::to_string(exponent_);
}

Dyadic operator+(const Dyadic &a, const Dyadic &b) {
  if (a.is_zero()) {
    return b;
  }
  if (b.is_zero()) {
    return a;
  }
  if (a.exponent_ >= b.exponent_) {
    return Dyadic(shifted(a.mantissa_, a.exponent_ - b.exponent_) + b.mantissa_, b.exponent_);
  }
  return Dyadic(a.mantissa_ + shifted(b.mantissa_, b.exponent_ - a.exponent_), a.exponent_);
}

Dyadic operator-(const Dyadic &a, const Dyadic &b) {
  if (a.is_zero()) {
    return -b;
  }
  if (b.is_zero()) {
    return a;
  }
  if (a.exponent_ >= b.exponent_) {
    return Dyadic(shifted(a.mantissa_, a.exponent_ - b.exponent_) - b.mantissa_, b.exponent_);
  }
  return Dyadic(a.mantissa_ - shifted(b.mantissa_, b.exponent_ - a.exponent_), a.exponent_);
}

Dyadic operator*(const Dyadic &a, const Dyadic &b) {
  return Dyadic(a.mantissa_ * b.mantissa_, a.exponent_ + b.exponent_);
}

std::strong_ordering operator<=>(const Dyadic &a, const Dyadic &b) {
  if (a.sign() != b.sign()) {
    return a.sign() <=> b.sign();
  }
  if (a.is_zero()) {
    return std::strong_ordering::equal;
  }
  // Sizes first: aligning two numbers of far exponents would cost memory for nothing.
  const std::int64_t size_a = a.magnitude_exponent();
  const std::int64_t size_b = b.magnitude_exponent();
  if (size_a != size_b) {
    return a.sign() > 0 ? size_a <=> size_b : size_b <=> size_a;
  }
  return (a - b).sign() <=> 0;
}

Dyadic Dyadic::rounded_down_to(std::int64_t exponent) const {
  if (exponent_ >= exponent) {
    return *this;
  }
  mpz_class quotient;
  mpz_fdiv_q_2exp(quotient.get_mpz_t(), mantissa_.get_mpz_t(),
                  static_cast<mp_bitcnt_t>(exponent - exponent_));
  return Dyadic(std::move(quotient), exponent);
}

Dyadic Dyadic::rounded_to_nearest(std::int64_t exponent) const {
  return (*this + power_of_two(exponent - 1)).rounded_down_to(exponent);
}

mpq_class Dyadic::to_rational() const {
  mpq_class result(mantissa_);
  if (exponent_ >= 0) {
    mpq_mul_2exp(result.get_mpq_t(), result.get_mpq_t(), static_cast<mp_bitcnt_t>(exponent_));
  } else {
    mpq_div_2exp(result.get_mpq_t(), result.get_mpq_t(), static_cast<mp_bitcnt_t>(-exponent_));
  }
  return result;
}

int Dyadic::to_mpfr(mpfr_ptr out, mpfr_rnd_t rnd) const {
  prepare_mpfr_thread();
  return mpfr_set_z_2exp(out, mantissa_.get_mpz_t(), exponent_, rnd);
}

double Dyadic::to_double_lower() const {
  return through_mpfr([&](mpfr_ptr number) { to_mpfr(number, MPFR_RNDD); }, MPFR_RNDD);
}

double Dyadic::to_double_upper() const {
  return through_mpfr([&](mpfr_ptr number) { to_mpfr(number, MPFR_RNDU); }, MPFR_RNDU);
}

double rational_to_double_lower(const mpq_class &value) { return rational_to_double(value, MPFR_RNDD); }
double rational_to_double_upper(const mpq_class &value) { return rational_to_double(value, MPFR_RNDU); }

} // namespace layercert
