// Numbers of the checker: GMP's integers and rationals, arf (exact dyadic numbers of any size) and arb
// (balls) as values, and intervals of two arf ends.
#pragma once

#include <gmpxx.h> // before Arb, which then knows GMP's integers

#include <arb.h>

#include <compare>
#include <concepts>
#include <stdexcept>
#include <string>
#include <utility>

namespace checker {

// The result cannot be confirmed: it is rejected, with this reason.
struct Rejected : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// It may be right, but is beyond this checker.
struct Unknown : Rejected {
  explicit Unknown(const std::string &what) : Rejected("cannot verify: " + what) {}
};
// A file cannot be read at all.
struct Unreadable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

using Integer = mpz_class;
using Rational = mpq_class;

inline constexpr slong kBits =
    64; // of interval ends; a power of two times this holds in an arf without allocation
// Ends of intervals beyond 2^(+-this) are widened, so that exact sums of them stay short. It is far beyond
// all doubles to the power of 1000.
inline constexpr slong kFarthestExponent = slong{1} << 21;
// Numbers that enter exact sums in loops: no finer than 2^-this.
inline constexpr slong kFinest = 4096;

// From here on FLINT's own failures (no memory for a number, say) are thrown as Unknown instead of ending the
// process.
void throw_failures_of_flint();

// An exact number or an infinity. Arb's NaN may lie in one, as the outcome of inf - inf; but it has no sign
// and compares with nothing: who asks is thrown at. So neither std::max nor a comparison can turn one into a
// bound.
class Arf {
public:
  Arf() { arf_init(x_); }
  template <std::integral T> Arf(T value) : Arf() {
    std::is_signed_v<T> ? arf_set_si(x_, static_cast<slong>(value))
                        : arf_set_ui(x_, static_cast<ulong>(value));
  }
  static Arf from_double(double value) { // exact
    Arf result;
    arf_set_d(result.x_, value);
    return result;
  }
  explicit Arf(const Integer &value) : Arf() { arf_set_mpz(x_, value.get_mpz_t()); }
  Arf(const Arf &other) : Arf() { arf_set(x_, other.x_); }
  Arf(Arf &&other) noexcept : Arf() { arf_swap(x_, other.x_); }
  Arf &operator=(const Arf &other) {
    arf_set(x_, other.x_);
    return *this;
  }
  Arf &operator=(Arf &&other) noexcept {
    arf_swap(x_, other.x_);
    return *this;
  }
  ~Arf() {
    if (ARF_HAS_PTR(x_) || COEFF_IS_MPZ(ARF_EXP(x_))) { // else there is no memory to free
      arf_clear(x_);
    }
  }
  arf_ptr get() { return x_; }
  arf_srcptr get() const { return x_; }
  bool zero() const { return arf_is_zero(x_) != 0; }
  bool finite() const { return arf_is_finite(x_) != 0; }
  bool nan() const { return arf_is_nan(x_) != 0; }
  int sign() const {
    refuse_nan(*this);
    return arf_sgn(x_);
  }
  double about() const { return arf_get_d(x_, ARF_RND_NEAR); } // for people
  static Arf infinity() {
    Arf result;
    arf_pos_inf(result.x_);
    return result;
  }
  // Exact.
  friend Arf operator+(const Arf &a, const Arf &b) { return exact(arf_add, a, b); }
  friend Arf operator-(const Arf &a, const Arf &b) { return exact(arf_sub, a, b); }
  friend Arf operator*(const Arf &a, const Arf &b) {
    Arf result;
    arf_mul(result.x_, a.x_, b.x_, ARF_PREC_EXACT, ARF_RND_DOWN);
    return result;
  }
  Arf operator-() const {
    Arf result;
    arf_neg(result.x_, x_);
    return result;
  }
  Arf times_two_to(slong e) const {
    Arf result;
    arf_mul_2exp_si(result.x_, x_, e);
    return result;
  }
  Arf floor() const {
    Arf result;
    arf_floor(result.x_, x_);
    return result;
  }
  friend bool operator==(const Arf &a, const Arf &b) {
    refuse_nan(a);
    refuse_nan(b);
    return arf_equal(a.x_, b.x_) != 0;
  }
  friend std::strong_ordering operator<=>(const Arf &a, const Arf &b) {
    refuse_nan(a);
    refuse_nan(b);
    return arf_cmp(a.x_, b.x_) <=> 0;
  }
  // A number at most (`up`: at least) as large as this, of an exponent within +-kFarthestExponent, or an
  // infinity.
  void widen(bool up) {
    const bool short_exponent =
        !COEFF_IS_MPZ(ARF_EXP(x_)) && ARF_EXP(x_) < kFarthestExponent && ARF_EXP(x_) > -kFarthestExponent;
    if (!short_exponent) { // 0, infinities and NaN among them
      widen_far(up);
    }
  }

private:
  static void refuse_nan(const Arf &x) {
    if (x.nan()) {
      throw Unknown("a number that Arb finds none for");
    }
  }
  void widen_far(bool up);
  template <class F> static Arf exact(F f, const Arf &a, const Arf &b) {
    Arf result;
    f(result.x_, a.x_, b.x_, ARF_PREC_EXACT, ARF_RND_DOWN);
    return result;
  }
  arf_t x_;
};

inline Arf abs(const Arf &x) { return x.sign() < 0 ? -x : x; }
inline Arf two_to(slong e) { return Arf(1).times_two_to(e); }

class Ball {
public:
  Ball() { arb_init(x_); }
  Ball(slong value) : Ball() { arb_set_si(x_, value); }
  Ball(const Arf &value) : Ball() { arb_set_arf(x_, value.get()); }
  Ball(const Ball &other) : Ball() { arb_set(x_, other.x_); }
  Ball &operator=(const Ball &other) {
    arb_set(x_, other.x_);
    return *this;
  }
  ~Ball() { arb_clear(x_); }
  arb_ptr get() { return x_; }
  arb_srcptr get() const { return x_; }
  Arf lower(slong bits = kBits) const {
    Arf result;
    arb_get_lbound_arf(result.get(), x_, bits);
    return result;
  }
  Arf upper(slong bits = kBits) const {
    Arf result;
    arb_get_ubound_arf(result.get(), x_, bits);
    return result;
  }

private:
  arb_t x_;
};

// A decimal such as 3.5 or 1e-3, or a fraction such as 7/2 or 1/2^30, exactly; throws std::invalid_argument.
Rational exact_number(const std::string &text);
Rational power(const Rational &x, slong n); // n >= 0 or x not 0
inline bool whole(const Rational &x) { return x.get_den() == 1; }
Ball ball(const Rational &x, slong bits);
Rational rational(const Arf &x);

// The numbers between lower and upper, an end perhaps infinite. The whole line says nothing: there may be no
// number either. No end is NaN, and all ends are within 2^(+-kFarthestExponent), or 0, or infinite: wider
// ones are made of others.
struct Interval {
  Arf lower, upper;
  Interval() = default;
  template <std::integral T> Interval(T value) : lower(value), upper(value) {}
  Interval(const Arf &value) : Interval(value, value) {}
  Interval(Arf a, Arf b) : lower(std::move(a)), upper(std::move(b)) { // a NaN says nothing
    lower.widen(false);
    upper.widen(true);
  }
  Interval(const Ball &x) : Interval(x.lower(), x.upper()) {} // Arb says NaN where there is no number
  explicit Interval(const Rational &x) : Interval(ball(x, kBits)) {}
  static Interval whole() { return {-Arf::infinity(), Arf::infinity()}; }
  bool bounded() const { return lower.finite() && upper.finite(); }
  bool zero() const { return lower.zero() && upper.zero(); }
  bool point() const { return lower == upper; }
  friend bool operator==(const Interval &a, const Interval &b) {
    return a.lower == b.lower && a.upper == b.upper;
  }
};

Interval operator+(const Interval &a, const Interval &b);
Interval operator-(const Interval &a, const Interval &b);
Interval operator*(const Interval &a, const Interval &b);
Interval operator/(const Interval &a, const Interval &b); // the whole line if b has a zero
Interval operator-(const Interval &a);
Interval hull(const Interval &a, const Interval &b);
Interval common(const Interval &a, const Interval &b); // two enclosures of one thing
Interval abs(const Interval &a);
Interval square(const Interval &a);
Interval power(const Interval &a, slong n);
// The same interval with ends that are whole multiples of 2^-kFinest; `a` is bounded.
Interval on_grid(const Interval &a);
// f of both ends, or its limit at an infinite one; f rises (where `falling`: falls) between any two numbers
// that it has a value at. Nothing is known where it has none at an end.
Interval monotone(void (*f)(arb_t, const arb_t, slong), const Interval &a, bool falling = false);
const Interval &pi();
Interval sine(const Interval &a, int quarters = 0); // sin(a + quarters pi / 2)
// a^e for a >= 0; the whole line if `a` has a number below 0.
Interval real_power(const Interval &a, const Rational &e);
Ball real_power(const Ball &a, const Rational &e, slong bits);

} // namespace checker
