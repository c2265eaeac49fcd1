#include "layercert/numeric/fixed_point.hpp"

#include <cassert>

namespace layercert {

FixedPoint cut_down(const FixedPoint &x, std::int64_t bits) {
  assert(bits >= 0 && bits <= x.bits);
  FixedPoint result;
  result.bits = bits;
  mpz_fdiv_q_2exp(result.floor.get_mpz_t(), x.floor.get_mpz_t(), static_cast<mp_bitcnt_t>(x.bits - bits));
  return result;
}

Dyadic nearest_multiple(const FixedPoint &x, std::int64_t exponent) {
  assert(exponent > -x.bits);
  // With y = x 2^-exponent: nearest(y) = floor(y + 1/2) = floor((floor(2 y) + 1) / 2), and 2 y = x 2^(1 - exponent).
  mpz_class twice;
  mpz_fdiv_q_2exp(twice.get_mpz_t(), x.floor.get_mpz_t(), static_cast<mp_bitcnt_t>(x.bits + exponent - 1));
  twice += 1;
  mpz_fdiv_q_2exp(twice.get_mpz_t(), twice.get_mpz_t(), 1);
  return Dyadic(std::move(twice), exponent);
}

MpfrInterval mpfr_enclosure(const FixedPoint &x, mpfr_prec_t precision) {
  return {MpfrNumber::from_dyadic(x.lower(), precision, MPFR_RNDD),
          MpfrNumber::from_dyadic(x.upper(), precision, MPFR_RNDU)};
}

} // namespace layercert
