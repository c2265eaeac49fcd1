// Directed operations on double. The name says the side: *_down is at most, *_up at least the exact value.
// The four operations, the square root and the conversions of integers need an open UpwardScope; the
// transcendental ones go through MPFR, whose functions are correctly rounded in the direction asked for
// (mpfr.h, "Rounding"), in any mode of the FPU.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

namespace layercert {

// x itself, at this place in the program. -frounding-math keeps GCC from folding, not from moving: to it a
// call of fesetround has no bearing on a/b, so it reuses a quotient from before the call, or sinks one below
// the end of the scope (bug 34678). An operand and the result of every operation pass through here, which the
// compiler neither sees through nor reorders with calls. It emits no instruction.
inline double pinned(double x) {
#if defined(__x86_64__)
  asm volatile("" : "+x"(x));
#elif defined(__aarch64__)
  asm volatile("" : "+w"(x));
#else
  asm volatile("" : "+m"(x));
#endif
  return x;
}

inline double add_up(double a, double b) { return pinned(pinned(a) + b); }
inline double add_down(double a, double b) { return -pinned(-pinned(a) - b); }
inline double sub_up(double a, double b) { return pinned(pinned(a) - b); }
inline double sub_down(double a, double b) { return -pinned(b - pinned(a)); }
inline double mul_up(double a, double b) { return pinned(pinned(a) * b); }
inline double mul_down(double a, double b) { return -pinned(-pinned(a) * b); }
inline double div_up(double a, double b) { return pinned(pinned(a) / b); }
inline double div_down(double a, double b) { return -pinned(-pinned(a) / b); }
inline double sqrt_up(double a) { return pinned(std::sqrt(pinned(a))); }
double sqrt_down(double a);
// Conversions of integers; inexact ones exist beyond 2^53.
inline double integer_up(std::int64_t a) {
  asm volatile("" : "+r"(a)); // as pinned()
  return pinned(static_cast<double>(a));
}
inline double integer_down(std::int64_t a) {
  return a == std::numeric_limits<std::int64_t>::min() ? -0x1p63 : -integer_up(-a);
}

#define LAYERCERT_DIRECTED_FUNCTION(name)                                                                    \
  double name##_down(double a);                                                                              \
  double name##_up(double a);
LAYERCERT_DIRECTED_FUNCTION(exp)
LAYERCERT_DIRECTED_FUNCTION(log)
LAYERCERT_DIRECTED_FUNCTION(sin)
LAYERCERT_DIRECTED_FUNCTION(cos)
LAYERCERT_DIRECTED_FUNCTION(tan)
LAYERCERT_DIRECTED_FUNCTION(asin)
LAYERCERT_DIRECTED_FUNCTION(acos)
LAYERCERT_DIRECTED_FUNCTION(atan)
LAYERCERT_DIRECTED_FUNCTION(sinh)
LAYERCERT_DIRECTED_FUNCTION(cosh)
LAYERCERT_DIRECTED_FUNCTION(tanh)
LAYERCERT_DIRECTED_FUNCTION(cbrt)
LAYERCERT_DIRECTED_FUNCTION(erf)
#undef LAYERCERT_DIRECTED_FUNCTION

// a^b for a >= 0.
double pow_down(double a, double b);
double pow_up(double a, double b);
// a^n for any a != 0 or n >= 0.
double pow_down(double a, std::int32_t n);
double pow_up(double a, std::int32_t n);

double pi_down();
double pi_up();
double e_down();
double e_up();

// Sets k = floor(a / (pi/2)), exactly; false where |a| is beyond 2^50 or not finite, and k is left alone.
bool quadrant(double a, std::int64_t &k);

} // namespace layercert
