#include "binary_grid.hpp"

#include <algorithm>
#include <cmath>

namespace layercert::internal {

namespace {

// mantissa * 2^exponent, |mantissa| < 2^53; exponent 0 for 0.
struct Parts {
  std::int64_t mantissa;
  int exponent;
};

Parts parts_of(double x) {
  int exponent = 0;
  const double fraction = std::frexp(x, &exponent);
  auto mantissa = static_cast<std::int64_t>(std::ldexp(fraction, 53)); // exact, in any rounding mode
  if (mantissa == 0) {
    return {0, 0};
  }
  const int zeros = __builtin_ctzll(static_cast<std::uint64_t>(mantissa));
  return {mantissa / (std::int64_t{1} << zeros), exponent - 53 + zeros};
}

// x 2^bits, rounded down or up to a whole number.
mpz_class scaled(mpfr_srcptr x, int bits, bool up) {
  mpz_class mantissa;
  if (mpfr_zero_p(x) != 0) {
    return mantissa;
  }
  const mpfr_exp_t exponent = mpfr_get_z_2exp(mantissa.get_mpz_t(), x) + bits;
  if (exponent >= 0) {
    mantissa <<= static_cast<mp_bitcnt_t>(exponent);
  } else if (up) {
    mpz_cdiv_q_2exp(mantissa.get_mpz_t(), mantissa.get_mpz_t(), static_cast<mp_bitcnt_t>(-exponent));
  } else {
    mpz_fdiv_q_2exp(mantissa.get_mpz_t(), mantissa.get_mpz_t(), static_cast<mp_bitcnt_t>(-exponent));
  }
  return mantissa;
}

bool to_grid(mpfr_srcptr lower, mpfr_srcptr upper, GridInterval<mpz_class> &grid) {
  mpfr_exp_t needed = 0;
  mpfr_exp_t finest = kFinestGrid;
  for (const mpfr_srcptr end : {lower, upper}) {
    if (mpfr_number_p(end) == 0 || (mpfr_zero_p(end) == 0 && mpfr_get_exp(end) > kLargestGrid)) {
      return false;
    }
    if (mpfr_zero_p(end) == 0) {
      needed = std::max(needed, static_cast<mpfr_exp_t>(mpfr_min_prec(end)) - mpfr_get_exp(end));
    }
    finest = std::max(finest, static_cast<mpfr_exp_t>(kFinestGrid + mpfr_get_prec(end)));
  }
  grid.bits = static_cast<int>(std::min(needed, finest));
  grid.lower = scaled(lower, grid.bits, false);
  grid.upper = scaled(upper, grid.bits, true);
  return true;
}

} // namespace

bool to_grid(const Interval &x, GridInterval<Wide> &grid) {
  if (!(std::fabs(x.lower()) < 0x1p20 && std::fabs(x.upper()) < 0x1p20)) {
    return false;
  }
  const Parts lower = parts_of(x.lower());
  const Parts upper = parts_of(x.upper());
  grid.bits = std::max({0, -lower.exponent, -upper.exponent});
  if (grid.bits > 100) {
    return false;
  }
  grid.lower = static_cast<Wide>(lower.mantissa) * (Wide{1} << (grid.bits + lower.exponent));
  grid.upper = static_cast<Wide>(upper.mantissa) * (Wide{1} << (grid.bits + upper.exponent));
  return true;
}

bool to_grid(const Interval &x, GridInterval<mpz_class> &grid) {
  MPFR_DECL_INIT(lower, 53);
  MPFR_DECL_INIT(upper, 53);
  mpfr_set_d(lower, x.lower(), MPFR_RNDN); // exact
  mpfr_set_d(upper, x.upper(), MPFR_RNDN);
  return to_grid(lower, upper, grid);
}

bool to_grid(const MpfrInterval &x, GridInterval<mpz_class> &grid) {
  return to_grid(x.lower().get(), x.upper().get(), grid);
}

double quotient_down(Wide v, int bits) {
  const int shift = v == 0 ? 0 : std::max(0, bit_length(v) - 53);
  return std::ldexp(static_cast<double>(static_cast<std::int64_t>(v >> shift)), shift - bits); // exact
}

double quotient_up(Wide v, int bits) {
  const int shift = v == 0 ? 0 : std::max(0, bit_length(v) - 53);
  const auto whole = static_cast<std::int64_t>(v >> shift);
  const bool inexact = (static_cast<Wide>(whole) << shift) != v;
  return std::ldexp(static_cast<double>(whole + (inexact ? 1 : 0)), shift - bits);
}

MpfrNumber quotient(const mpz_class &v, int bits, mpfr_prec_t precision, mpfr_rnd_t rnd) {
  MpfrNumber result = MpfrNumber::with_precision(precision);
  mpfr_set_z_2exp(result.get(), v.get_mpz_t(), -static_cast<mpfr_exp_t>(bits), rnd);
  return result;
}

double quotient_down(const mpz_class &v, int bits) {
  return mpfr_get_d(quotient(v, bits, 53, MPFR_RNDD).get(), MPFR_RNDD);
}

double quotient_up(const mpz_class &v, int bits) {
  return mpfr_get_d(quotient(v, bits, 53, MPFR_RNDU).get(), MPFR_RNDU);
}

} // namespace layercert::internal
