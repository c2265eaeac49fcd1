#include "tree_walk.hpp"

namespace layercert {

void set_in_units(Limb *out, mp_size_t n, const Dyadic &value) {
  std::fill(out, out + n, Limb{0});
  if (value.is_zero()) {
    return;
  }
  assert(value.exponent() >= -64);
  const std::int64_t bits = value.exponent() + 64;
  const mp_size_t whole = static_cast<mp_size_t>(bits / 64);
  const auto rest = static_cast<unsigned>(bits % 64);
  const mp_size_t size = std::min(static_cast<mp_size_t>(mpz_size(value.mantissa().get_mpz_t())), n - whole);
  if (size > 0) {
    const Limb *mantissa = mpz_limbs_read(value.mantissa().get_mpz_t());
    Limb carry = 0;
    if (rest != 0) {
      carry = mpn_lshift(out + whole, mantissa, size, rest);
    } else {
      mpn_copyi(out + whole, mantissa, size);
    }
    if (whole + size < n) {
      out[whole + size] = carry;
    }
  }
  if (value.sign() < 0) {
    negate(out, n);
  }
}

Dyadic from_units(const Limb *value, mp_size_t n) {
  const bool negative = (value[n - 1] >> 63) != 0;
  mpz_class mantissa;
  Limb *limbs = mpz_limbs_write(mantissa.get_mpz_t(), n);
  if (negative) {
    mpn_neg(limbs, value, n);
  } else {
    mpn_copyi(limbs, value, n);
  }
  mpz_limbs_finish(mantissa.get_mpz_t(), negative ? -n : n);
  return Dyadic(std::move(mantissa), -64);
}

} // namespace layercert
