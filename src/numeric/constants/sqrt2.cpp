#include "layercert/numeric/constants.hpp"

#include <cassert>

namespace layercert {

FixedPoint compute_sqrt2(std::int64_t bits) {
  assert(bits >= 0);
  FixedPoint result;
  result.bits = bits;
  mpz_setbit(result.floor.get_mpz_t(), static_cast<mp_bitcnt_t>(2 * bits + 1)); // 2 * 4^bits
  mpz_sqrt(result.floor.get_mpz_t(), result.floor.get_mpz_t()); // the exact floor (GMP manual)
  return result;
}

} // namespace layercert
