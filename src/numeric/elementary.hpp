// Range enclosures of the elementary functions over intervals, one template for Interval and MpfrInterval:
// each splits its argument into monotone pieces and asks the number type's directed functions for the ends.
//
// Where a function may meet a point outside its domain, `undefined` is set (never cleared) and the enclosure
// covers the part of the box inside the domain. The flag is not implied by an infinite bound: atan(log(x)) is
// bounded on a box that holds 0, and yet has no value there. An argument with NaN bounds gives NaN bounds or
// sets the flag.
#pragma once

#include "layercert/numeric/interval.hpp"
#include "layercert/numeric/mpfr_interval.hpp"

#include <algorithm>
#include <cmath>

namespace layercert {

// Small integers and infinities of the bound type.
template <class I> using BoundOf = typename I::base_type;

// The integer n at the precision of x: from a bound of fewer bits, all that follows would have as few.
inline double integer_like(const Interval &, int n) { return n; }
inline MpfrNumber integer_like(const MpfrInterval &x, int n) {
  MpfrNumber result = MpfrNumber::with_precision(
      std::max({x.lower().precision(), x.upper().precision(), MpfrNumber::kIntegerPrecision}));
  mpfr_set_si(result.get(), n, MPFR_RNDN); // exact
  return result;
}

inline bool bounded(const Interval &x) { return std::isfinite(x.lower()) && std::isfinite(x.upper()); }
inline bool bounded(const MpfrInterval &x) {
  return mpfr_number_p(x.lower().get()) != 0 && mpfr_number_p(x.upper().get()) != 0;
}

// The pi that sin(a) needs has as many bits as a before the point: sensible for every double, not for every
// MpfrNumber.
inline bool in_reach_of_pi(double) { return true; }
inline bool in_reach_of_pi(const MpfrNumber &a) {
  return mpfr_zero_p(a.get()) != 0 || mpfr_get_exp(a.get()) <= 65536;
}

template <class I> I divide_range(const I &a, const I &b, bool &undefined) {
  if (!(b.lower() > BoundOf<I>(0)) && !(b.upper() < BoundOf<I>(0))) {
    undefined = true;
    return I::whole();
  }
  return a / b;
}

template <class I> I sqrt_range(const I &x, bool &undefined) {
  const BoundOf<I> zero = integer_like(x, 0);
  if (x.lower() >= zero) {
    return {sqrt_down(x.lower()), sqrt_up(x.upper())};
  }
  undefined = true;
  if (x.upper() >= zero) {
    return {zero, sqrt_up(x.upper())};
  }
  return I::whole();
}

template <class I> I exp_range(const I &x) { return {exp_down(x.lower()), exp_up(x.upper())}; }

template <class I> I log_range(const I &x, bool &undefined) {
  const BoundOf<I> zero(0);
  if (x.lower() > zero) {
    return {log_down(x.lower()), log_up(x.upper())};
  }
  undefined = true;
  if (x.upper() > zero) {
    return {I::whole().lower(), log_up(x.upper())};
  }
  return I::whole();
}

// sin and cos: `peak` is the residue mod 4 of m where m * pi/2 is a maximum (1 for sin, 0 for cos); minima
// lie at peak + 2.
template <class I> bool holds_multiple(std::int64_t first, std::int64_t last, std::int64_t residue) {
  // Is there m = residue (mod 4) with first < m <= last? m * pi/2 then lies in the interval; m = first
  // cannot, because first * pi/2 <= lower end, with equality only at 0, where the end's own value counts.
  const std::int64_t from_first = ((residue - (first + 1)) % 4 + 4) % 4;
  return first + 1 + from_first <= last;
}

template <class I, class Down, class Up>
I sinusoid_range(const I &x, std::int64_t peak, const Down &down, const Up &up) {
  using T = BoundOf<I>;
  const T one = integer_like(x, 1);
  const I all(-one, one);
  if (has_nan(x)) {
    return x;
  }
  if (!bounded(x)) {
    return all;
  }
  std::int64_t first = 0;
  std::int64_t last = 0;
  if (!quadrant(x.lower(), first) || !quadrant(x.upper(), last)) {
    // Far out: the slope is at most 1, so the value at the lower end and the width enclose it.
    const T width = sub_up(x.upper(), x.lower());
    if (!(width < one) || !in_reach_of_pi(x.lower())) {
      return all;
    }
    return {std::max(-one, sub_down(down(x.lower()), width)), std::min(one, add_up(up(x.lower()), width))};
  }
  const bool maximum = holds_multiple<I>(first, last, peak);
  const bool minimum = holds_multiple<I>(first, last, peak + 2);
  if (maximum && minimum) {
    return all;
  }
  return {minimum ? -one : std::min(down(x.lower()), down(x.upper())),
          maximum ? one : std::max(up(x.lower()), up(x.upper()))};
}

template <class I> I sin_range(const I &x) {
  using T = BoundOf<I>;
  return sinusoid_range(
      x, 1, [](const T &t) { return sin_down(t); }, [](const T &t) { return sin_up(t); });
}

template <class I> I cos_range(const I &x) {
  using T = BoundOf<I>;
  return sinusoid_range(
      x, 0, [](const T &t) { return cos_down(t); }, [](const T &t) { return cos_up(t); });
}

template <class I> I tan_range(const I &x, bool &undefined) {
  std::int64_t first = 0;
  std::int64_t last = 0;
  // Poles lie at odd multiples of pi/2.
  if (!bounded(x) || !quadrant(x.lower(), first) || !quadrant(x.upper(), last) ||
      holds_multiple<I>(first, last, 1) || holds_multiple<I>(first, last, 3)) {
    undefined = true;
    return I::whole();
  }
  return {tan_down(x.lower()), tan_up(x.upper())};
}

// The part of x inside [-1, 1]; false if there is none.
template <class I> bool clip_to_unit(const I &x, I &clipped, bool &undefined) {
  using T = BoundOf<I>;
  const T one = integer_like(x, 1);
  if (x.lower() >= -one && x.upper() <= one) {
    clipped = x;
    return true;
  }
  undefined = true;
  if (!(x.lower() <= one && x.upper() >= -one)) {
    return false;
  }
  clipped = I(std::max(x.lower(), -one), std::min(x.upper(), one));
  return true;
}

template <class I> I asin_range(const I &x, bool &undefined) {
  I clipped = x;
  if (!clip_to_unit(x, clipped, undefined)) {
    return I::whole();
  }
  return {asin_down(clipped.lower()), asin_up(clipped.upper())};
}

template <class I> I acos_range(const I &x, bool &undefined) {
  I clipped = x;
  if (!clip_to_unit(x, clipped, undefined)) {
    return I::whole();
  }
  return {acos_down(clipped.upper()), acos_up(clipped.lower())};
}

template <class I> I atan_range(const I &x) { return {atan_down(x.lower()), atan_up(x.upper())}; }
template <class I> I sinh_range(const I &x) { return {sinh_down(x.lower()), sinh_up(x.upper())}; }
template <class I> I tanh_range(const I &x) { return {tanh_down(x.lower()), tanh_up(x.upper())}; }

// The odd root, of negative numbers too.
template <class I> I cbrt_range(const I &x) { return {cbrt_down(x.lower()), cbrt_up(x.upper())}; }
template <class I> I erf_range(const I &x) { return {erf_down(x.lower()), erf_up(x.upper())}; }

template <class I> I abs_range(const I &x) {
  const BoundOf<I> zero = integer_like(x, 0);
  if (x.lower() >= zero) {
    return x;
  }
  if (x.upper() <= zero) {
    return -x;
  }
  return has_nan(x) ? x : I{zero, std::max(-x.lower(), x.upper())}; // std::max would drop a NaN
}

// x^2, at least 0.
inline Interval square_of(const Interval &x) {
  const Interval size = abs_range(x);
  return size * size;
}

template <class I> I cosh_range(const I &x) {
  const I magnitude = abs_range(x);
  return {cosh_down(magnitude.lower()), cosh_up(magnitude.upper())};
}

template <class I> I min_range(const I &a, const I &b) {
  if (has_nan(a) || has_nan(b)) { // std::min would drop one of them
    return has_nan(a) ? a : b;
  }
  return {std::min(a.lower(), b.lower()), std::min(a.upper(), b.upper())};
}
template <class I> I max_range(const I &a, const I &b) {
  if (has_nan(a) || has_nan(b)) { // std::max would drop one of them
    return has_nan(a) ? a : b;
  }
  return {std::max(a.lower(), b.lower()), std::max(a.upper(), b.upper())};
}

template <class I> I floor_range(const I &x) {
  using std::floor;
  return {floor(x.lower()), floor(x.upper())};
}

// x^n for an integer n; x^0 = 1 where x is defined, 0^0 included.
template <class I> I power_range(const I &x, std::int32_t n, bool &undefined) {
  using T = BoundOf<I>;
  const T zero(0);
  if (n == 1 || has_nan(x)) {
    return x;
  }
  if (n == 0) {
    return I(integer_like(x, 1));
  }
  if (n < 0 && !(x.lower() > zero) && !(x.upper() < zero)) {
    undefined = true;
    return I::whole();
  }
  if (n % 2 == 0) {
    const I magnitude = abs_range(x);
    if (n == 2) {
      return {mul_down(magnitude.lower(), magnitude.lower()), mul_up(magnitude.upper(), magnitude.upper())};
    }
    return n > 0 ? I(pow_down(magnitude.lower(), n), pow_up(magnitude.upper(), n))
                 : I(pow_down(magnitude.upper(), n), pow_up(magnitude.lower(), n));
  }
  // Odd: increasing for n > 0, decreasing on each side of 0 for n < 0.
  return n > 0 ? I(pow_down(x.lower(), n), pow_up(x.upper(), n))
               : I(pow_down(x.upper(), n), pow_up(x.lower(), n));
}

// a^b for real b: defined for a > 0, and for a = 0 where b > 0.
template <class I> I power_range(const I &a, const I &b, bool &undefined) {
  using T = BoundOf<I>;
  const T zero(0);
  if (has_nan(a) || has_nan(b)) { // pow(1, NaN) and pow(NaN, 0) are 1
    return has_nan(a) ? a : b;
  }
  const bool base_may_leave = a.lower() < zero || (!(a.lower() > zero) && !(b.lower() > zero));
  if (base_may_leave) {
    undefined = true;
    return I::whole();
  }
  // Monotone in each argument for a fixed other one, so the extremes lie at the corners.
  T lower = pow_down(a.lower(), b.lower());
  T upper = pow_up(a.lower(), b.lower());
  const auto corner = [&](const T &base, const T &exponent) {
    lower = std::min(lower, pow_down(base, exponent));
    upper = std::max(upper, pow_up(base, exponent));
  };
  corner(a.lower(), b.upper());
  corner(a.upper(), b.lower());
  corner(a.upper(), b.upper());
  return {lower, upper};
}

} // namespace layercert
