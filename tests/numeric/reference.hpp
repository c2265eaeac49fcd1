// References for the tests of the numeric kernel: values bracketed by MPFR with bits to spare, random numbers
// of all sizes from a fixed seed, and a tally that prints the inputs of what failed.
#pragma once

#include "layercert/numeric/mpfr_number.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>
#include <mpfr.h>

#include <array>
#include <cfloat>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <utility>

namespace layercert::test {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();
inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
inline constexpr double kTiny = 0x1p-1074; // the least positive double

// An mpfr_t that clears itself.
class Real {
public:
  explicit Real(mpfr_prec_t precision) { mpfr_init2(value_, precision); }
  Real(double value, mpfr_prec_t precision) : Real(precision) { mpfr_set_d(value_, value, MPFR_RNDN); }
  Real(const Real &) = delete;
  Real &operator=(const Real &) = delete;
  ~Real() { mpfr_clear(value_); }
  operator mpfr_ptr() { return value_; }          // NOLINT(google-explicit-constructor): for mpfr_* calls
  operator mpfr_srcptr() const { return value_; } // NOLINT(google-explicit-constructor)

private:
  mpfr_t value_;
};

// down <= the exact value <= up, adjacent numbers of the precision or equal. As a double is a number of the
// precision too (53 bits or more), a double is a lower bound of the exact value if and only if it is one of
// `down`.
struct Bracket {
  explicit Bracket(mpfr_prec_t precision) : down(precision), up(precision) {}
  // f(out, rnd) sets `out` to the exact value rounded in direction `rnd`.
  template <class F> void set(const F &f) {
    f(static_cast<mpfr_ptr>(down), MPFR_RNDD);
    f(static_cast<mpfr_ptr>(up), MPFR_RNDU);
  }
  bool is_nan() const { return mpfr_nan_p(static_cast<mpfr_srcptr>(down)) != 0; }
  bool is_at_least(double bound) const { return mpfr_cmp_d(down, bound) >= 0; }
  bool is_at_most(double bound) const { return mpfr_cmp_d(up, bound) <= 0; }
  bool is_at_least(const MpfrNumber &bound) const { return mpfr_greaterequal_p(down, bound.get()) != 0; }
  bool is_at_most(const MpfrNumber &bound) const { return mpfr_lessequal_p(up, bound.get()) != 0; }

  Real down;
  Real up;
};

// k pi/2 <= a < (k + 1) pi/2, by products, not by the quotient.
inline bool lies_in_quadrant(mpfr_srcptr a, std::int64_t k) {
  const mpfr_prec_t precision = mpfr_get_prec(a) + 200;
  Bracket half_pi(precision);
  half_pi.set([](mpfr_ptr out, mpfr_rnd_t rnd) {
    mpfr_const_pi(out, rnd);
    mpfr_div_2ui(out, out, 1, rnd);
  });
  Real low(precision);
  Real high(precision);
  mpfr_mul_si(low, k >= 0 ? half_pi.up : half_pi.down, k, MPFR_RNDU);
  mpfr_mul_si(high, k + 1 >= 0 ? half_pi.down : half_pi.up, k + 1, MPFR_RNDD);
  return mpfr_lessequal_p(low, a) != 0 && mpfr_greater_p(high, a) != 0;
}

inline double above(double x, int steps = 1) {
  for (; steps > 0; --steps) {
    x = std::nextafter(x, kInfinity);
  }
  return x;
}
inline double below(double x, int steps = 1) { return -above(-x, steps); }

inline std::string text(mpfr_srcptr x) {
  char *buffer = nullptr;
  mpfr_asprintf(&buffer, "%Ra", x);
  std::string result = buffer;
  mpfr_free_str(buffer);
  return result;
}
inline std::string text(const MpfrNumber &x) { return text(x.get()); }
inline std::string text(double x) { return fmt::format("{:a}", x); }
inline std::string text(std::int32_t n) { return std::to_string(n); }
inline std::string text(std::int64_t n) { return std::to_string(n); }
inline std::string text(const char *words) { return words; }
template <class I>
requires requires(const I &x) { x.lower(); }
std::string text(const I &x) { return fmt::format("[{}, {}]", text(x.lower()), text(x.upper())); }

// Counts checks; the first failures are reported with what is handed over, as text.
class Tally {
public:
  template <class... Things> void require(bool holds, const char *what, const Things &...things) {
    ++checks_;
    if (!holds && failures_++ < 10) {
      std::string message = what;
      ((message += fmt::format(" {}", text(things))), ...);
      BOOST_ERROR(message);
    }
  }
  ~Tally() { BOOST_TEST(failures_ == 0U, failures_ << " of " << checks_ << " checks failed"); }
  std::size_t checks() const { return checks_; }

private:
  std::size_t checks_ = 0;
  std::size_t failures_ = 0;
};

// Random numbers from a fixed seed, by integer arithmetic: the rounding mode does not matter.
class Draw {
public:
  explicit Draw(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t bits() { return engine_(); }
  std::int64_t between(std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(engine_() % (static_cast<std::uint64_t>(most - least) + 1));
  }
  bool one_in(int n) { return between(1, n) == 1; }

  // 53 random bits, or few, so that ties and exact results occur; in [1/2, 1).
  double fraction() {
    const int dropped = one_in(4) ? static_cast<int>(between(40, 52)) : 0;
    const std::uint64_t mantissa = (engine_() >> 12U) | (std::uint64_t{1} << 52U);
    return std::ldexp(static_cast<double>((mantissa >> dropped) << dropped), -53);
  }
  double sized(int least_exponent, int most_exponent) {
    const double magnitude = std::ldexp(fraction(), static_cast<int>(between(least_exponent, most_exponent)));
    return one_in(2) ? magnitude : -magnitude;
  }
  // Any finite double, mostly of a size that occurs.
  double number() {
    switch (between(0, 9)) {
    case 0:
      return kSpecial[static_cast<std::size_t>(between(0, kSpecial.size() - 1))];
    case 1:
      return sized(-1073, 1024);
    case 2:
    case 3:
      return sized(-60, 60);
    case 4:
      return static_cast<double>(between(-20, 20));
    default:
      return sized(-4, 8);
    }
  }
  // Inside [least, most], both finite, ends included.
  double inside(double least, double most) {
    if (one_in(8)) {
      return one_in(2) ? least : most;
    }
    const double t = std::ldexp(static_cast<double>(engine_() >> 11U), -53);
    const double x = least * (1 - t) + most * t;
    return std::fmin(std::fmax(x, least), most);
  }

  // +-0, +-1 and neighbours, the ends of the normal and subnormal range, where exp, sinh over- and underflow.
  static constexpr std::array<double, 33> kSpecial = {0.0,
                                                      -0.0,
                                                      1.0,
                                                      -1.0,
                                                      0x1.fffffffffffffp-1,
                                                      -0x1.fffffffffffffp-1,
                                                      0x1.0000000000001p+0,
                                                      -0x1.0000000000001p+0,
                                                      0.5,
                                                      -0.5,
                                                      2.0,
                                                      -2.0,
                                                      DBL_MAX,
                                                      -DBL_MAX,
                                                      DBL_MIN,
                                                      -DBL_MIN,
                                                      0x1p-1074,
                                                      -0x1p-1074,
                                                      0x0.fffffffffffffp-1022,
                                                      -0x0.fffffffffffffp-1022,
                                                      0x1p-537,
                                                      0x1p+511,
                                                      709.0,
                                                      710.0,
                                                      -708.0,
                                                      -745.0,
                                                      -746.0,
                                                      0x1.62e42fefa39efp+9,
                                                      0x1p-27,
                                                      -0x1p-30,
                                                      0x1p-53,
                                                      0x1p+53,
                                                      -0x1p+52};

private:
  std::mt19937_64 engine_;
};

} // namespace layercert::test
