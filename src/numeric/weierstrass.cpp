#include "weierstrass.hpp"

#include "binary_grid.hpp"

#include "elementary.hpp"
#include "layercert/numeric/rounding_scope.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <numbers>

namespace layercert {

namespace {

using internal::GridInterval;
using internal::Wide;

constexpr int kMostTerms = 4096; // beyond, the rest is bounded by its sum, however large that is

// Which extremes cos(pi t) takes for t in [from, from + width], 0 <= from < 2, in units of 2^-bits.
template <class Z> struct Extremes {
  bool greatest;
  bool least;
  Extremes(const Z &from, const Z &width, int bits) {
    const Z one = Z(1) << bits;
    const Z to = from + width;
    greatest = from == 0 || to >= one + one;
    least = (from <= one && to >= one) || to >= one + one + one;
  }
};

// t = from / 2^bits in [0, 2) in units of 2^-63, rounded down.
std::uint64_t phase(Wide from, int bits) {
  return static_cast<std::uint64_t>(bits <= 63 ? from << (63 - bits) : from >> (bits - 63));
}
std::uint64_t phase(const mpz_class &from, int bits) {
  const mpz_class scaled = bits <= 63 ? mpz_class(from << static_cast<mp_bitcnt_t>(63 - bits))
                                      : mpz_class(from >> static_cast<mp_bitcnt_t>(bits - 63));
  return scaled.get_ui();
}

// t_n = b^n x - shift modulo 2 and its width, n = 0, 1, ..; exact. The shift is 0 or 1/2.
template <class Z> class Arguments {
public:
  Arguments(const GridInterval<Z> &grid, std::int32_t b, bool half)
      : bits_(std::max(grid.bits, 1)), b_(b), shift_(half ? Z(Z(1) << (bits_ - 1)) : Z(0)),
        from_(internal::low_bits(Z(grid.lower << (bits_ - grid.bits)), bits_ + 1)),
        width_(Z(grid.upper - grid.lower) << (bits_ - grid.bits)), period_(Z(2) << bits_) {}

  bool is_whole_period() const { return width_ >= period_; }
  Z from() const { return internal::low_bits(Z(from_ - shift_), bits_ + 1); }
  Z to() const { return internal::low_bits(Z(from_ - shift_ + width_), bits_ + 1); }
  const Z &width() const { return width_; }
  int bits() const { return bits_; }
  // Requires: not is_whole_period().
  void next() {
    from_ = internal::low_bits(Z(from_ * b_), bits_ + 1);
    width_ *= b_;
  }

private:
  int bits_;
  std::int32_t b_;
  Z shift_;
  Z from_;
  Z width_;
  Z period_;
};

// sum of (-1)^k y^k / (2k)!, or, for odd, of (-1)^k y^k / (2k+1)!, over all k >= 0, for 0 <= y < 1: cos and
// sin(.)/(.) of the root of y. Summed for k = 0..8; the terms alternate and fall, so the rest is at most the
// next one, y^9 / 18! = y^8 (y / 18!), and y / 18! < 2^-52.
Interval taylor(const Interval &y, bool odd) {
  constexpr int kLast = 8;
  static const std::array<std::array<Interval, kLast + 1>, 2> coefficients = [] {
    std::array<std::array<Interval, kLast + 1>, 2> result;
    mpz_class factorial = 1;
    for (unsigned long n = 1; n <= 2 * kLast + 2; ++n) { // (n-1)!
      const mpq_class value(mpz_class((n - 1) / 2 % 2 == 0 ? 1 : -1), factorial);
      result[(n - 1) % 2][(n - 1) / 2] = enclosure(value);
      factorial *= n;
    }
    return result;
  }();
  const std::array<Interval, kLast + 1> &c = coefficients[odd ? 1 : 0];
  Interval sum = c[kLast] + Interval(-0x1p-52, 0x1p-52); // times y^8: the rest
  for (std::size_t k = kLast; k-- > 0;) {
    sum = sum * y + c[k];
  }
  return sum;
}

// cos(pi t) for t in [phase, phase + 1] 2^-63.
Interval cos_pi_about(std::uint64_t phase) {
  constexpr std::uint64_t kOne = std::uint64_t{1} << 63;                  // t = 1
  const bool negative = phase + kOne / 2 >= kOne;                         // t in [1/2, 3/2)
  const std::uint64_t turned = negative ? phase + kOne : phase;           // t - 1, within 1/2 of 0 modulo 2
  const std::uint64_t distance = turned < kOne ? turned : 0 - turned;     // |t|, at most 1/2
  const bool from_half = distance > kOne / 4;                             // sin(pi (1/2 - |t|))
  const std::uint64_t small = from_half ? kOne / 2 - distance : distance; // at most 1/4
  const Interval angle =
      Interval(static_cast<std::int64_t>(small)) * Interval(0x1p-63) * Interval(pi_down(), pi_up());
  const Interval square(mul_down(angle.lower(), angle.lower()), mul_up(angle.upper(), angle.upper()));
  const Interval value = from_half ? angle * taylor(square, true) : taylor(square, false);
  // The phase was rounded down by less than 2^-63: off by less than pi 2^-63 < 2^-61.
  const Interval result = value + Interval(-0x1p-61, 0x1p-61);
  return intersect(negative ? -result : result, Interval(-1.0, 1.0));
}

// sum ratio^n cos(pi (b^n x - shift)).
template <class Z>
Interval sum_over(const GridInterval<Z> &grid, const Interval &ratio, std::int32_t b, bool half) {
  Arguments<Z> argument(grid, b, half);
  const Interval rest = Interval(1.0) / (Interval(1.0) - ratio);
  Interval sum(0.0);
  Interval power(1.0);
  for (int n = 0; n < kMostTerms && !argument.is_whole_period() && (power * rest).upper() > 0x1p-56; ++n) {
    const Z from = argument.from();
    const Extremes<Z> extremes(from, argument.width(), argument.bits());
    const Interval at_from = cos_pi_about(phase(from, argument.bits()));
    const Interval at_to =
        argument.width() == 0 ? at_from : cos_pi_about(phase(argument.to(), argument.bits()));
    const Interval ends = hull(at_from, at_to);
    sum += power * Interval(extremes.least ? -1.0 : ends.lower(), extremes.greatest ? 1.0 : ends.upper());
    power *= ratio;
    argument.next();
  }
  const double tail = (power * rest).upper();
  const Interval all(-rest.upper(), rest.upper());
  return intersect(sum + Interval(-tail, tail), all); // the sum's value lies in both
}

Interval sum_over(const Interval &x, const Interval &ratio, std::int32_t b, bool half) {
  constexpr int kMostBits = 90; // from 2^(bits + 1) b < 2^127 on, a Wide is too short
  if (GridInterval<Wide> grid; internal::to_grid(x, grid) && grid.bits <= kMostBits) {
    return sum_over(grid, ratio, b, half);
  }
  GridInterval<mpz_class> fine;
  if (internal::to_grid(x, fine)) {
    return sum_over(fine, ratio, b, half);
  }
  const double tail = (Interval(1.0) / (Interval(1.0) - ratio)).upper();
  return {-tail, tail};
}

MpfrNumber cos_pi(const mpz_class &t, int bits, mpfr_prec_t precision, mpfr_rnd_t rnd) {
  const MpfrNumber exact = internal::quotient(t, bits, bits + 2, MPFR_RNDN); // t < 2^(bits + 1)
  MpfrNumber result = MpfrNumber::with_precision(precision);
  mpfr_cospi(result.get(), exact.get(), rnd);
  return result;
}

} // namespace

Interval weierstrass_range(const Interval &x, const Interval &a, std::int32_t b) {
  assert_upward();
  assert(a.lower() > 0 && a.upper() < 1 && b >= 2);
  return has_nan(x) ? x : sum_over(x, a, b, false);
}

MpfrInterval weierstrass_range(const MpfrInterval &x, const MpfrInterval &a, std::int32_t b) {
  assert(a.lower() > MpfrNumber(0) && a.upper() < MpfrNumber(1) && b >= 2);
  if (has_nan(x)) {
    return x;
  }
  const mpfr_prec_t precision = internal::precision_of(x);
  const MpfrNumber one = integer_like(x, 1);
  const MpfrInterval unit{one, one};
  const MpfrInterval rest = unit / (unit - a);
  MpfrInterval sum{integer_like(x, 0), integer_like(x, 0)};
  MpfrInterval power = unit;
  const auto tail = [&] { return mul_up(power.upper(), rest.upper()); };
  if (GridInterval<mpz_class> grid; internal::to_grid(x, grid)) {
    Arguments<mpz_class> argument(grid, b, false);
    MpfrNumber negligible = integer_like(x, 1);
    mpfr_mul_2si(negligible.get(), negligible.get(), -static_cast<long>(precision), MPFR_RNDN);
    for (int n = 0; n < kMostTerms && !argument.is_whole_period() && negligible < tail(); ++n) {
      const mpz_class from = argument.from();
      const mpz_class to = argument.to();
      const Extremes<mpz_class> extremes(from, argument.width(), argument.bits());
      const auto end = [&](const mpz_class &t, mpfr_rnd_t rnd) {
        return cos_pi(t, argument.bits(), precision, rnd);
      };
      sum +=
          power * MpfrInterval(extremes.least ? -one : std::min(end(from, MPFR_RNDD), end(to, MPFR_RNDD)),
                               extremes.greatest ? one : std::max(end(from, MPFR_RNDU), end(to, MPFR_RNDU)));
      power *= a;
      argument.next();
    }
  }
  return intersect(sum + MpfrInterval(-tail(), tail()), MpfrInterval(-rest.upper(), rest.upper()));
}

bool weierstrass_has_slope(const Interval &a, std::int32_t b) {
  assert_upward();
  return mul_up(a.upper(), static_cast<double>(b)) < 1;
}

Interval weierstrass_slope_range(const Interval &x, const Interval &a, std::int32_t b) {
  assert_upward();
  assert(weierstrass_has_slope(a, b));
  const Interval ratio = a * Interval(static_cast<double>(b));
  return has_nan(x) ? x : -Interval(pi_down(), pi_up()) * sum_over(x, ratio, b, true);
}

double weierstrass_sample(double x, double a, std::int32_t b) {
  if (!std::isfinite(x)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  // x modulo 2 in units of 2^-127, so that multiplying by b wraps around as it should.
  const double reduced = std::min(x - 2 * std::floor(x / 2), std::nextafter(2.0, 0.0));
  const auto high = static_cast<std::uint64_t>(std::ldexp(reduced, 63));
  const double below = reduced - std::ldexp(static_cast<double>(high), -63); // exact
  auto t = (static_cast<internal::UnsignedWide>(high) << 64) +
           static_cast<std::uint64_t>(std::max(0.0, std::ldexp(below, 127)));
  double sum = 0;
  double power = 1;
  for (int n = 0; n < kMostTerms && power > 0x1p-56 * (1 - a); ++n) {
    sum += power * std::cos(std::numbers::pi *
                            std::ldexp(static_cast<double>(static_cast<std::uint64_t>(t >> 64)), -63));
    power *= a;
    t *= static_cast<internal::UnsignedWide>(b);
  }
  return sum;
}

} // namespace layercert
