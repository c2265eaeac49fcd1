#include "arb_point.hpp"
#include "numeric/bounds.hpp"

#include <arb.h>
#include <arb_hypgeom.h>
#include <flint/flint.h>

#include <algorithm>
#include <cassert>
#include <cfenv>
#include <cmath>
#include <limits>

namespace layercert {

namespace {

// Eleven bits more than a double has, in one 64-bit word: the ball's radius is then far below the unit in the
// last place.
constexpr slong kPrecision = 64;
// Sine and cosine come with an absolute error: near a zero they are computed again, with more. A double other
// than 0 is no closer to a zero than about 2^-60 of itself.
constexpr slong kLongPrecision = 192;
constexpr slong kEnoughBits = 56;

// A thread's balls, and the end of its caches in FLINT (constants, memory pools).
struct ArbThread {
  ArbThread() {
    arb_init(argument);
    arb_init(first);
    arb_init(second);
  }
  ArbThread(const ArbThread &) = delete;
  ArbThread &operator=(const ArbThread &) = delete;
  ~ArbThread() {
    arb_clear(argument);
    arb_clear(first);
    arb_clear(second);
    flint_cleanup();
  }
  arb_t argument;
  arb_t first;
  arb_t second;
};

ArbThread &arb_thread() {
  thread_local ArbThread thread;
  return thread;
}

double end_of(const arb_t ball, arf_rnd_t side) {
  arf_t end;
  arf_init(end);
  side == ARF_RND_FLOOR ? arb_get_lbound_arf(end, ball, kPrecision)
                        : arb_get_ubound_arf(end, ball, kPrecision);
  const double result = arf_get_d(end, side);
  arf_clear(end);
  return result;
}

// arf_get_d rounds in integers in the direction asked for; mag_get_d is exact for magnitudes from 2^-1000 to
// 2^1000, and outside of that at least the magnitude.
PointEnclosure from_ball(const arb_t ball) {
  if (arb_is_finite(ball) == 0) {
    return {-kInfinity, kInfinity, 0};
  }
  if (mag_cmp_2exp_si(arb_radref(ball), -1000) < 0) { // 0, or too small for mag_get_d
    return {end_of(ball, ARF_RND_FLOOR), end_of(ball, ARF_RND_CEIL), 0};
  }
  return {arf_get_d(arb_midref(ball), ARF_RND_FLOOR), arf_get_d(arb_midref(ball), ARF_RND_CEIL),
          mag_get_d(arb_radref(ball))};
}

using Function = void (*)(arb_t, const arb_t, slong);
using PairFunction = void (*)(arb_t, arb_t, const arb_t, slong);

void set_argument(ArbThread &thread, double x) {
  assert(std::fegetround() == FE_TONEAREST);
  assert(std::isfinite(x));
  arb_set_d(thread.argument, x); // exact
}

PointEnclosure at(Function function, double x) {
  ArbThread &thread = arb_thread();
  set_argument(thread, x);
  function(thread.first, thread.argument, kPrecision);
  if (arb_rel_accuracy_bits(thread.first) < kEnoughBits) {
    function(thread.first, thread.argument, kLongPrecision);
  }
  return from_ball(thread.first);
}

void pair_at(PairFunction function, double x, PointEnclosure &first, PointEnclosure &second) {
  ArbThread &thread = arb_thread();
  set_argument(thread, x);
  function(thread.first, thread.second, thread.argument, kPrecision);
  if (std::min(arb_rel_accuracy_bits(thread.first), arb_rel_accuracy_bits(thread.second)) < kEnoughBits) {
    function(thread.first, thread.second, thread.argument, kLongPrecision);
  }
  first = from_ball(thread.first);
  second = from_ball(thread.second);
}

} // namespace

PointEnclosure arb_exp_at(double x) {
  // Beyond these the value has no double near it, and the ball's exponent would grow with x.
  if (x < -746) { // exp(-746) < 2^-1076
    return {0, std::numeric_limits<double>::denorm_min(), 0};
  }
  if (x > 710) { // exp(710) > 2^1024
    return {std::numeric_limits<double>::max(), kInfinity, 0};
  }
  return at(arb_exp, x);
}

PointEnclosure arb_log_at(double x) { return at(arb_log, x); }
PointEnclosure arb_tan_at(double x) { return at(arb_tan, x); }
PointEnclosure arb_asin_at(double x) { return at(arb_asin, x); }
PointEnclosure arb_acos_at(double x) { return at(arb_acos, x); }
PointEnclosure arb_atan_at(double x) { return at(arb_atan, x); }

PointEnclosure arb_tanh_at(double x) {
  if (std::fabs(x) > 40) { // 1 - tanh(40) < 2^-114, far below 1 - 2^-53
    const double below = 1 - std::numeric_limits<double>::epsilon() / 2;
    return x > 0 ? PointEnclosure{below, 1, 0} : PointEnclosure{-1, -below, 0};
  }
  return at(arb_tanh, x);
}

PointEnclosure arb_cbrt_at(double x) {
  if (x == 0) { // of which Arb takes no higher roots
    return {0, 0, 0};
  }
  const auto root = [](arb_t z, const arb_t a, slong precision) { arb_root_ui(z, a, 3, precision); };
  const PointEnclosure size = at(root, std::fabs(x));
  return x > 0 ? size : PointEnclosure{-size.ceiling, -size.floor, size.radius};
}

PointEnclosure arb_erf_at(double x) {
  if (std::fabs(x) > 7) { // 1 - erf(7) < exp(-49), far below 2^-53
    const double below = 1 - std::numeric_limits<double>::epsilon() / 2;
    return x > 0 ? PointEnclosure{below, 1, 0} : PointEnclosure{-1, -below, 0};
  }
  return at(arb_hypgeom_erf, x);
}

void arb_sin_cos_at(double x, PointEnclosure &sine, PointEnclosure &cosine) {
  pair_at(arb_sin_cos, x, sine, cosine);
}

void arb_sinh_cosh_at(double x, PointEnclosure &sine, PointEnclosure &cosine) {
  if (std::fabs(x) > 711) { // sinh(711) > 2^1024
    constexpr double largest = std::numeric_limits<double>::max();
    sine = x > 0 ? PointEnclosure{largest, kInfinity, 0} : PointEnclosure{-kInfinity, -largest, 0};
    cosine = {largest, kInfinity, 0};
    return;
  }
  pair_at(arb_sinh_cosh, x, sine, cosine);
}

} // namespace layercert
