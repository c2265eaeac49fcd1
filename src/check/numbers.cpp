#include "numbers.hpp"

#include <algorithm>
#include <array>

namespace checker {

namespace {

// FLINT's own spelling of the attribute: clang takes no other in the type of the pointer.
FLINT_NORETURN void throw_flint() { throw Unknown("numbers that are too large for this checker"); }

// Infinite where infinite ends leave it open.
Arf rounded(int (*f)(arf_t, const arf_t, const arf_t, slong, arf_rnd_t), const Arf &a, const Arf &b,
            bool up) {
  Arf result;
  f(result.get(), a.get(), b.get(), kBits, up ? ARF_RND_CEIL : ARF_RND_FLOOR);
  return arf_is_nan(result.get()) == 0 ? result : up ? Arf::infinity() : -Arf::infinity();
}

int multiply(arf_t z, const arf_t x, const arf_t y, slong bits, arf_rnd_t rounding) {
  return arf_mul(z, x, y, bits, rounding);
}

} // namespace

void throw_failures_of_flint() { flint_set_abort(throw_flint); }

void Arf::widen_far(bool up) {
  if (nan()) {
    up ? arf_pos_inf(x_) : arf_neg_inf(x_);
  }
  if (!finite() || zero()) {
    return;
  }
  const bool minus = arf_sgn(x_) < 0;
  const bool away = minus != up;       // from 0
  if (arf_cmpabs_2exp_si(x_, 0) > 0) { // |x| >= 2^(kFarthestExponent - 1)
    away ? arf_pos_inf(x_) : arf_set_si_2exp_si(x_, 1, kFarthestExponent - 1);
  } else { // |x| < 2^-kFarthestExponent
    away ? arf_set_si_2exp_si(x_, 1, -kFarthestExponent) : arf_zero(x_);
  }
  if (minus) {
    arf_neg(x_, x_);
  }
}

Interval on_grid(const Interval &a) {
  const auto end = [](const Arf &x, bool up) {
    if (!x.finite() || x.zero() || arf_abs_bound_lt_2exp_si(x.get()) > kBits - kFinest) {
      return x; // ends have kBits bits, or are sums of few that are fine enough
    }
    const Arf units = x.times_two_to(kFinest);
    return (up ? -(-units).floor() : units.floor()).times_two_to(-kFinest);
  };
  return {end(a.lower, false), end(a.upper, true)};
}

Rational exact_number(const std::string &text) {
  constexpr std::size_t longest_text = 100000;
  constexpr ulong largest = 10000; // an exponent of ten, and the digits of a denominator
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t begin = at;
    at = std::min(text.find_first_not_of("0123456789", at), text.size());
    return text.substr(begin, at - begin);
  };
  const auto fail = [&] {
    throw std::invalid_argument("\"" + text.substr(0, 60) +
                                "\" is no number, or one with too many digits or too large an exponent");
  };
  const auto significant = [](const std::string &number) { // digits
    return number.size() - std::min(number.find_first_not_of('0'), number.size());
  };
  const auto small = [&](const std::string &number) {
    if (number.empty() || significant(number) > 5 || std::stoul(number) > largest) {
      fail();
    }
    return static_cast<slong>(std::stoul(number));
  };
  if (text.size() > longest_text) {
    fail();
  }
  Rational result;
  const bool minus = !text.empty() && text[0] == '-';
  at = minus || (!text.empty() && text[0] == '+') ? 1 : 0;
  std::string whole = digits();
  slong shift = 0;
  if (!whole.empty() && at < text.size() && text[at] == '/') {
    ++at;
    const std::string denominator = digits();
    slong exponent = 1;
    if (at < text.size() && text[at] == '^') {
      ++at;
      exponent = small(digits());
    }
    const std::size_t size = significant(denominator);
    if (size == 0 || size > largest || size * static_cast<ulong>(exponent) > largest) {
      fail();
    }
    result = Integer(whole, 10) / power(Integer(denominator, 10), exponent);
  } else {
    if (at < text.size() && text[at] == '.') {
      ++at;
      const std::string fraction = digits();
      whole += fraction;
      shift = -static_cast<slong>(fraction.size());
    }
    if (whole.empty()) {
      fail();
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
      ++at;
      const bool negative = at < text.size() && text[at] == '-';
      at += negative || (at < text.size() && text[at] == '+') ? 1 : 0;
      shift += (negative ? -1 : 1) * small(digits());
    }
    result = Integer(whole, 10) * power(Rational(10), shift);
  }
  if (at != text.size()) {
    fail();
  }
  return minus ? Rational(-result) : result;
}

Rational power(const Rational &x, slong n) {
  Rational result;
  mpz_pow_ui(result.get_num_mpz_t(), x.get_num_mpz_t(), static_cast<ulong>(std::abs(n)));
  mpz_pow_ui(result.get_den_mpz_t(), x.get_den_mpz_t(), static_cast<ulong>(std::abs(n)));
  return n < 0 ? Rational(1 / result) : result;
}

Ball ball(const Rational &x, slong bits) {
  Ball result((Arf(x.get_num())));
  arb_div_arf(result.get(), result.get(), Arf(x.get_den()).get(), bits);
  return result;
}

Rational rational(const Arf &x) {
  fmpq_t value;
  fmpq_init(value);
  arf_get_fmpq(value, x.get());
  Rational result;
  fmpq_get_mpq(result.get_mpq_t(), value);
  fmpq_clear(value);
  return result;
}

Interval operator+(const Interval &a, const Interval &b) {
  return {rounded(arf_add, a.lower, b.lower, false), rounded(arf_add, a.upper, b.upper, true)};
}

Interval operator-(const Interval &a) { return {-a.upper, -a.lower}; }
Interval operator-(const Interval &a, const Interval &b) {
  return {rounded(arf_sub, a.lower, b.upper, false), rounded(arf_sub, a.upper, b.lower, true)};
}

Interval operator*(const Interval &a, const Interval &b) {
  if (a.zero() || b.zero()) {
    return a.bounded() && b.bounded() ? Interval(0) : Interval::whole();
  }
  if (a.upper.sign() <= 0) {
    return -(-a * b);
  }
  if (b.upper.sign() <= 0) {
    return -(a * -b);
  }
  if (a.lower.sign() >= 0) { // the lower end goes with the far end of a where b is negative
    return {rounded(multiply, b.lower.sign() < 0 ? a.upper : a.lower, b.lower, false),
            rounded(multiply, a.upper, b.upper, true)};
  }
  if (b.lower.sign() >= 0) {
    return b * a;
  }
  return {std::min(rounded(multiply, a.lower, b.upper, false), rounded(multiply, a.upper, b.lower, false)),
          std::max(rounded(multiply, a.lower, b.lower, true), rounded(multiply, a.upper, b.upper, true))};
}

Interval operator/(const Interval &a, const Interval &b) {
  if (b.upper.sign() < 0) {
    return -a / -b;
  }
  if (b.lower.sign() <= 0) {
    return Interval::whole();
  }
  return {rounded(arf_div, a.lower, a.lower.sign() >= 0 ? b.upper : b.lower, false),
          rounded(arf_div, a.upper, a.upper.sign() >= 0 ? b.lower : b.upper, true)};
}

Interval hull(const Interval &a, const Interval &b) {
  return {std::min(a.lower, b.lower), std::max(a.upper, b.upper)};
}

Interval common(const Interval &a, const Interval &b) {
  Interval result(std::max(a.lower, b.lower), std::min(a.upper, b.upper));
  return result.lower <= result.upper ? result : a;
}

Interval abs(const Interval &a) {
  if (a.lower.sign() >= 0) {
    return a;
  }
  return a.upper.sign() <= 0 ? -a : Interval(Arf(0), std::max(-a.lower, a.upper));
}

Interval square(const Interval &a) {
  const Interval size = abs(a);
  return size * size;
}

Interval power(const Interval &a, slong n) {
  if (n < 0) {
    return Interval(1) / power(a, -n);
  }
  if (n == 2) {
    return square(a);
  }
  const auto of = [&](const Arf &x) {
    Ball result;
    arb_pow_ui(result.get(), Ball(x).get(), static_cast<ulong>(n), kBits + 16);
    return Interval(result);
  };
  if (n % 2 == 0) {
    const Interval size = abs(a);
    return {of(size.lower).lower, of(size.upper).upper};
  }
  return {of(a.lower).lower, of(a.upper).upper};
}

Interval monotone(void (*f)(arb_t, const arb_t, slong), const Interval &a, bool falling) {
  const auto at = [&](const Arf &x) {
    Ball result;
    f(result.get(), Ball(x).get(), kBits);
    return Interval(result);
  };
  const Interval least = at(falling ? a.upper : a.lower);
  const Interval most = at(falling ? a.lower : a.upper);
  const bool known = !(least == Interval::whole()) && !(most == Interval::whole());
  return known ? Interval(least.lower, most.upper) : Interval::whole();
}

const Interval &pi() {
  static const Interval value = [] {
    Ball result;
    arb_const_pi(result.get(), kBits);
    return Interval(result);
  }();
  return value;
}

namespace {

struct SineAndCosine {
  Arf x;
  Interval sine, cosine;
  Interval quarter; // whole numbers: those of full quarters of a turn in the ends of an enclosure of x
};

const Interval &quarters_a_radian() {
  static const Interval value = Interval(2) / pi();
  return value;
}

// Those of the last few numbers stay: neighbours share ends, and the derivative of a sine is the cosine of
// the same ends. What is returned stays for the next call, too.
const SineAndCosine &sine_and_cosine(const Arf &x) {
  thread_local std::array<SineAndCosine, 4> last{
      SineAndCosine{Arf(0), Interval(0), Interval(1), Interval(0)}};
  thread_local std::size_t next = 1;
  for (std::size_t i = 0; i < last.size(); ++i) {
    if (last[i].x == x && !last[i].cosine.zero()) {
      next += next % last.size() == i ? 1 : 0;
      return last[i];
    }
  }
  Ball sine;
  Ball cosine;
  arb_sin_cos(sine.get(), cosine.get(), Ball(x).get(), kBits);
  const Interval turns = Interval(x) * quarters_a_radian();
  SineAndCosine &result = last[next++ % last.size()];
  result = {x, Interval(sine), Interval(cosine), Interval(turns.lower.floor(), turns.upper.floor())};
  return result;
}

} // namespace

// Between its ends the sine has the largest of their values, or 1 where a + quarters pi/2 meets pi/2 + 2 pi
// k; likewise -1. It meets none of these within one quarter of a turn.
Interval sine(const Interval &a, int quarters) {
  const Interval all(Arf(-1), Arf(1));
  if (!a.bounded()) {
    return all;
  }
  const auto of = [&](const SineAndCosine &at) {
    const Interval &y = quarters % 2 == 0 ? at.sine : at.cosine;
    return quarters % 4 >= 2 ? -y : y;
  };
  const SineAndCosine &lower = sine_and_cosine(a.lower);
  const SineAndCosine &upper = sine_and_cosine(a.upper); // leaves the other where it is
  Interval result = hull(of(lower), of(upper));
  if (lower.quarter.lower == upper.quarter.upper) {
    return common(all, result);
  }
  const Interval turns = a * quarters_a_radian();
  const auto meets = [&](slong place) { // is there a k with place + 4 k in `turns`?
    const Arf first(place - quarters);
    return (turns.upper - first).times_two_to(-2).floor().times_two_to(2) + first >= turns.lower;
  };
  if (meets(1)) {
    result.upper = Arf(1);
  }
  if (meets(-1)) {
    result.lower = Arf(-1);
  }
  return common(all, result);
}

Ball real_power(const Ball &a, const Rational &e, slong bits) {
  Ball result;
  if (arb_is_zero(a.get()) && e > 0) { // of which Arb takes no higher roots
    return result;
  }
  if (abs(e.get_num()) < 64 && e.get_den() < 64) {
    arb_pow_ui(result.get(), a.get(), Integer(abs(e.get_num())).get_ui(), bits + 16);
    arb_root_ui(result.get(), result.get(), e.get_den().get_ui(), bits);
    if (e < 0) {
      arb_inv(result.get(), result.get(), bits);
    }
  } else {
    arb_pow(result.get(), a.get(), ball(e, bits + 64).get(), bits + 32);
  }
  return result;
}

Interval real_power(const Interval &a, const Rational &e) {
  const bool falling = e < 0;
  if (a.lower.sign() < 0 || (falling && a.upper.zero())) {
    return Interval::whole();
  }
  const auto at = [&](const Arf &x) {
    return x.finite()
               ? falling && x.zero() ? Interval(Arf::infinity()) : Interval(real_power(Ball(x), e, kBits))
               : Interval(falling ? Arf(0) : x);
  };
  return {at(falling ? a.upper : a.lower).lower, at(falling ? a.lower : a.upper).upper};
}

} // namespace checker
