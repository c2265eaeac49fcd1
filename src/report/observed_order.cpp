// s = log(e / e') / log N, where e and e' are within their enclosures: s is largest for the largest e and the
// least e'.
#include "observed_order.hpp"

#include <mpfr.h>

#include <cmath>

namespace layercert {

namespace {

constexpr int kBits = 64;

// log(before / after) / log N, rounded to `side`. Division by a logarithm that was rounded the other way
// keeps the side, unless the numerator is negative.
double order(double before, double after, int N, mpfr_rnd_t side) {
  const mpfr_rnd_t other = side == MPFR_RNDU ? MPFR_RNDD : MPFR_RNDU;
  MPFR_DECL_INIT(quotient, kBits);
  MPFR_DECL_INIT(base, kBits);
  mpfr_set_d(quotient, before, MPFR_RNDN);
  mpfr_div_d(quotient, quotient, after, side);
  mpfr_log(quotient, quotient, side);
  mpfr_log_ui(base, static_cast<unsigned long>(N), mpfr_sgn(quotient) >= 0 ? other : side);
  mpfr_div(quotient, quotient, base, side);
  return mpfr_get_d(quotient, side);
}

} // namespace

std::optional<OrderBounds> observed_order(const LevelCertificate &before, const LevelCertificate &level,
                                          int N) {
  if (!(before.error_lower > 0 && level.error_lower > 0) || !std::isfinite(before.error_upper) ||
      !std::isfinite(level.error_upper)) {
    return std::nullopt;
  }
  return OrderBounds{order(before.error_lower, level.error_upper, N, MPFR_RNDD),
                     order(before.error_upper, level.error_lower, N, MPFR_RNDU)};
}

} // namespace layercert
