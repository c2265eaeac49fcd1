// Elementary functions over intervals, by values at points (arb_point.hpp) and what is between them: Taylor's
// formula about the midpoint of a thin interval, monotone pieces of a wide one. Each tile of intervals goes
// through three loops: the points, in upward rounding; their values, in round-to-nearest, as Arb expects; the
// bounds, in upward rounding again.

#include "batch_kernels.hpp"
#include "point_memory.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/arb_point.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace layercert::batch {

namespace {

constexpr std::size_t kTile = 64;
constexpr double kNoPoint = std::numeric_limits<double>::quiet_NaN(); // is not near anything
constexpr double kThin = 0.125;                       // radius of an interval for Taylor's formula
constexpr double kThirdUpper = 0x1.5555555555556p-2;  // >= 1/3
constexpr double kSixthUpper = 0x1.5555555555556p-3;  // >= 1/6
constexpr double kHalfPiLower = 0x1.921fb54442d18p+0; // <= pi/2, and the next double is above

using Array = std::array<double, kTile>;

// Arb's values, remembered by each thread.
template <PointEnclosure (*Function)(double)> PointEnclosure value_at(double x) {
  thread_local PointMemory<PointEnclosure> memory;
  return memory.at(x, Function);
}

struct Pair {
  PointEnclosure first;
  PointEnclosure second;
};
template <void (*Function)(double, PointEnclosure &, PointEnclosure &)>
void pair_at(double x, PointEnclosure &first, PointEnclosure &second) {
  thread_local PointMemory<Pair> memory;
  const Pair &pair = memory.at(x, [](double at) {
    Pair result;
    Function(at, result.first, result.second);
    return result;
  });
  first = pair.first;
  second = pair.second;
}

// Upward rounding.
double negated_lower(const PointEnclosure &p) { return p.radius - p.floor; }
double upper(const PointEnclosure &p) { return p.ceiling + p.radius; }

// The intervals of a tile as [point - to_lower, point + to_upper], with a point near the middle.
struct Middle {
  Array point;
  Array to_lower;
  Array to_upper;
  Array radius; // the larger one; NaN or infinite where the interval is unbounded

  void set(const double *an, const double *au, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      point[i] = 0.5 * au[i] - 0.5 * an[i];
      const double down = point[i] + an[i];
      const double up = au[i] - point[i];
      to_lower[i] = down < 0 ? 0 : down; // rounding of subnormal numbers may put the point outside
      to_upper[i] = up < 0 ? 0 : up;
      radius[i] = to_lower[i] > to_upper[i] ? to_lower[i] : to_upper[i];
    }
  }
  bool is_thin(std::size_t i) const { return radius[i] <= kThin; }
};

template <class Loop> void for_each_tile(std::size_t count, const Loop &loop) {
  for (std::size_t from = 0; from < count; from += kTile) {
    loop(from, std::min(kTile, count - from));
  }
}

// ---- sine and cosine ------------------------------------------------------------------------------------

// An upper bound of g s + c s^2/2 for 0 <= s <= t: the end s = t, the end 0, or, for c < 0, the summit
// g^2/(-2c) between them, where g < -c t and hence g^2/(-2c) <= g t/2.
double greatest_of_parabola(double g, double c, double t) {
  const double at_end = g * t + 0.5 * ((c * t) * t);
  return std::max(std::max(0.0, at_end), 0.5 * (g * t));
}

// f(m + t) = f(m) + f'(m) t - f(m) t^2/2 + R, |R| <= |t|^3/6, for f = sin and cos: f''= -f, |f'''| <= 1.
void sinusoid_about(const Array &f_negated_lower, const Array &f_upper, const Array &slope_negated_lower,
                    const Array &slope_upper, const Middle &middle, double *n, double *u, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const double left = middle.to_lower[i];
    const double right = middle.to_upper[i];
    const double r = middle.radius[i];
    const double remainder = r * r * r * kSixthUpper;
    const double rise = std::max(greatest_of_parabola(slope_upper[i], f_negated_lower[i], right),
                                 greatest_of_parabola(slope_negated_lower[i], f_negated_lower[i], left));
    const double fall = std::max(greatest_of_parabola(slope_negated_lower[i], f_upper[i], right),
                                 greatest_of_parabola(slope_upper[i], f_upper[i], left));
    n[i] = std::min(f_negated_lower[i] + (fall + remainder), 1.0);
    u[i] = std::min(f_upper[i] + (rise + remainder), 1.0);
  }
}

struct Bounds {
  double negated_lower = 1;
  double upper = 1;
};

// From the values at both ends; `peak` as sinusoid_range (elementary.hpp) has it.
Bounds between(const PointEnclosure &at_lower, const PointEnclosure &at_upper, std::int64_t first,
               std::int64_t last, std::int64_t peak) {
  Bounds result;
  if (!holds_multiple<Interval>(first, last, peak + 2)) {
    result.negated_lower = std::min(1.0, std::max(negated_lower(at_lower), negated_lower(at_upper)));
  }
  if (!holds_multiple<Interval>(first, last, peak)) {
    result.upper = std::min(1.0, std::max(upper(at_lower), upper(at_upper)));
  }
  return result;
}

// On an interval that is not thin, or not bounded.
void wide_sine_cosine(double lower_end, double upper_end, Bounds &sine, Bounds &cosine) {
  sine = cosine = {};
  const double width = upper_end - lower_end;
  if (!(width < 7)) { // more than a period, or not bounded
    return;
  }
  std::array<PointEnclosure, 2> sines{};
  std::array<PointEnclosure, 2> cosines{};
  {
    const NearestScope nearest;
    pair_at<arb_sin_cos_at>(lower_end, sines[0], cosines[0]);
    pair_at<arb_sin_cos_at>(upper_end, sines[1], cosines[1]);
  }
  std::int64_t first = 0;
  std::int64_t last = 0;
  if (quadrant(lower_end, first) && quadrant(upper_end, last)) {
    sine = between(sines[0], sines[1], first, last, 1);
    cosine = between(cosines[0], cosines[1], first, last, 0);
    return;
  }
  // Far out: slopes are at most 1.
  sine = {std::min(1.0, negated_lower(sines[0]) + width), std::min(1.0, upper(sines[0]) + width)};
  cosine = {std::min(1.0, negated_lower(cosines[0]) + width), std::min(1.0, upper(cosines[0]) + width)};
}

// ---- monotone functions ---------------------------------------------------------------------------------

// Both ends of an increasing function, where `from` and `to` are the arguments whose values bound it from
// below and above.
template <class Value>
void increasing(const Value &value, const Array &from, const Array &to, double *n, double *u,
                std::size_t count) {
  std::array<PointEnclosure, kTile> least;
  std::array<PointEnclosure, kTile> greatest;
  {
    const NearestScope nearest;
    for (std::size_t i = 0; i < count; ++i) {
      least[i] = value(from[i]);
      greatest[i] = from[i] == to[i] ? least[i] : value(to[i]);
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    n[i] = negated_lower(least[i]);
    u[i] = upper(greatest[i]);
  }
}

PointEnclosure log_or_limit(double x) {
  if (x == 0) {
    return {-kInfinity, -kInfinity, 0};
  }
  return x < kInfinity ? value_at<arb_log_at>(x) : PointEnclosure{0, kInfinity, 0};
}

PointEnclosure atan_or_limit(double x) {
  if (std::isfinite(x)) {
    return value_at<arb_atan_at>(x);
  }
  const double above = std::nextafter(kHalfPiLower, 2.0);
  return x > 0 ? PointEnclosure{kHalfPiLower, above, 0} : PointEnclosure{-above, -kHalfPiLower, 0};
}

PointEnclosure cbrt_or_limit(double x) {
  if (std::isfinite(x)) {
    return value_at<arb_cbrt_at>(x);
  }
  constexpr double largest = std::numeric_limits<double>::max();
  return x > 0 ? PointEnclosure{largest, kInfinity, 0} : PointEnclosure{-kInfinity, -largest, 0};
}

// asin and acos: `a` cut to [-1, 1]; where nothing is left, 0 stands for it and `outside` is set.
void clip_to_unit(const double *an, const double *au, Array &lower_end, Array &upper_end,
                  std::array<bool, kTile> &outside, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    outside[i] = an[i] < -1 || au[i] < -1;
    lower_end[i] = outside[i] ? 0.0 : std::max(-an[i], -1.0);
    upper_end[i] = outside[i] ? 0.0 : std::min(au[i], 1.0);
  }
}

// ---- by way of a point near by --------------------------------------------------------------------------

constexpr double kNear = 0x1p-18; // where the remainders below are under 2^-56

// An interval as p + t, -left <= t <= right, and bounds of |t|.
struct Offset {
  double left;
  double right;
  double greatest;
  double negated_least_square; // -(least |t|)^2, rounded upward

  Offset(double p, double negated_lower_end, double upper_end)
      : left(p + negated_lower_end), right(upper_end - p), greatest(left > right ? left : right) {
    const double least = std::max(0.0, std::max(-left, -right)); // rounded down: p is outside, or 0
    negated_least_square = (-least) * least;
  }
  bool is_near() const { return left <= kNear && right <= kNear; }
  // Upper bounds of g t and of c t^2/2; g in [-negated_lower, upper], c at most that.
  double slope_times(double g_negated_lower, double g_upper) const {
    return std::max(std::max(g_upper * right, g_negated_lower * left),
                    std::max((-g_negated_lower) * right, (-g_upper) * left));
  }
  double half_square_times(double c) const {
    return c >= 0 ? 0.5 * (c * (greatest * greatest)) : 0.5 * ((-c) * negated_least_square);
  }
  double cube() const { return greatest * greatest * greatest; }
};

// Runs a kernel on the one interval i, which is `in[0]`, `in[1]`.
void run_single(Kernel kernel, const Operands &o, std::size_t results, std::size_t i) {
  Operands single;
  single.in[0] = o.in[0] + i;
  single.in[1] = o.in[1] + i;
  for (std::size_t k = 0; k < results; ++k) {
    single.out[k] = o.out[k] + i;
  }
  kernel(single, 1);
}

} // namespace

// sin(p + t) = sin p + t cos p - t^2/2 sin p + R, |R| <= |t|^3/6, and cos likewise with -sin p for the slope.
void sine_cosine_near_kernel(const Operands &o, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const Offset t(o.in[2][i], o.in[0][i], o.in[1][i]);
    if (!t.is_near()) {
      run_single(sine_cosine_kernel, o, 4, i);
      continue;
    }
    const double sine_n = o.in[3][i];
    const double sine_u = o.in[4][i];
    const double cosine_n = o.in[5][i];
    const double cosine_u = o.in[6][i];
    const double rest = t.cube() * kSixthUpper;
    o.out[0][i] =
        std::min(1.0, sine_n + (t.slope_times(cosine_u, cosine_n) + (t.half_square_times(sine_u) + rest)));
    o.out[1][i] =
        std::min(1.0, sine_u + (t.slope_times(cosine_n, cosine_u) + (t.half_square_times(sine_n) + rest)));
    o.out[2][i] =
        std::min(1.0, cosine_n + (t.slope_times(sine_n, sine_u) + (t.half_square_times(cosine_u) + rest)));
    o.out[3][i] =
        std::min(1.0, cosine_u + (t.slope_times(sine_u, sine_n) + (t.half_square_times(cosine_n) + rest)));
  }
}

// e^(p + t) = e^p + e^p q, q = t + t^2/2 + R, |R| <= |t|^3/6 e^|t| < |t|^3/4; 1 + q > 0.
void exponential_near_kernel(const Operands &o, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const Offset t(o.in[2][i], o.in[0][i], o.in[1][i]);
    const double at_least = -o.in[3][i];
    const double at_most = o.in[4][i];
    if (!t.is_near() || !(at_most < kInfinity)) {
      run_single(exponential_kernel, o, 2, i);
      continue;
    }
    const double rest = 0.25 * t.cube();
    const double negated_loss = t.left + (t.half_square_times(-1) + rest); // >= -q
    const double growth = t.right + (t.half_square_times(1) + rest);       // >= q
    o.out[0][i] = std::min(0.0, at_least * negated_loss - at_least);
    o.out[1][i] = at_most + at_most * growth;
  }
}

void sine_cosine_kernel(const Operands &o, std::size_t count) {
  for_each_tile(count, [&](std::size_t from, std::size_t tile) {
    const double *an = o.in[0] + from;
    const double *au = o.in[1] + from;
    const std::array<double *, 4> out{o.out[0] + from, o.out[1] + from, o.out[2] + from, o.out[3] + from};
    const auto keep = [&](std::size_t which, const Array &array) {
      if (o.out[which] != nullptr) {
        std::copy_n(array.data(), tile, o.out[which] + from);
      }
    };
    Middle middle{};
    middle.set(an, au, tile);
    std::array<PointEnclosure, kTile> sines;
    std::array<PointEnclosure, kTile> cosines;
    {
      const NearestScope nearest;
      for (std::size_t i = 0; i < tile; ++i) {
        if (middle.is_thin(i)) {
          pair_at<arb_sin_cos_at>(middle.point[i], sines[i], cosines[i]);
        } else {
          sines[i] = cosines[i] = {-1, 1, 0};
        }
      }
    }
    Array sine_n{};
    Array sine_u{};
    Array cosine_n{};
    Array cosine_u{};
    for (std::size_t i = 0; i < tile; ++i) {
      sine_n[i] = negated_lower(sines[i]);
      sine_u[i] = upper(sines[i]);
      cosine_n[i] = negated_lower(cosines[i]);
      cosine_u[i] = upper(cosines[i]);
    }
    sinusoid_about(sine_n, sine_u, cosine_n, cosine_u, middle, out[0], out[1], tile);
    sinusoid_about(cosine_n, cosine_u, sine_u, sine_n, middle, out[2], out[3], tile); // cos' = -sin
    keep(5, sine_n);
    keep(6, sine_u);
    keep(7, cosine_n);
    keep(8, cosine_u);
    for (std::size_t i = 0; i < tile; ++i) {
      if (!middle.is_thin(i)) {
        middle.point[i] = kNoPoint;
        Bounds sine;
        Bounds cosine;
        wide_sine_cosine(-an[i], au[i], sine, cosine);
        out[0][i] = sine.negated_lower;
        out[1][i] = sine.upper;
        out[2][i] = cosine.negated_lower;
        out[3][i] = cosine.upper;
      }
    }
    keep(4, middle.point);
  });
}

// Thin: e^(m+t) = e^m e^t, and for 0 <= r <= 1/8
//   e^r <= 1 + r + r^2/2 + r^3/4       (r^k 3!/(k+3)! <= (r/4)^k, so the rest is at most r^3/6 / (1 - r/4) < r^3/4)
//   e^-r >= 1 - r + r^2/2 - r^3/6      (alternating, falling terms).
void exponential_kernel(const Operands &o, std::size_t count) {
  for_each_tile(count, [&](std::size_t from, std::size_t tile) {
    const double *an = o.in[0] + from;
    const double *au = o.in[1] + from;
    double *n = o.out[0] + from;
    double *u = o.out[1] + from;
    Middle middle{};
    middle.set(an, au, tile);
    std::array<PointEnclosure, kTile> least;
    std::array<PointEnclosure, kTile> greatest;
    {
      const NearestScope nearest;
      for (std::size_t i = 0; i < tile; ++i) {
        const bool thin = middle.is_thin(i);
        least[i] = value_at<arb_exp_at>(thin ? middle.point[i] : -an[i]);
        greatest[i] = thin ? least[i] : value_at<arb_exp_at>(au[i]);
      }
    }
    for (std::size_t i = 0; i < tile; ++i) {
      const double r = middle.is_thin(i) ? middle.to_lower[i] : 0;
      const double s = middle.is_thin(i) ? middle.to_upper[i] : 0;
      const double growth = s + (0.5 * (s * s) + 0.25 * (s * s * s));       // >= e^s - 1
      const double loss = r + (((-r) * r) * 0.5 + r * r * r * kSixthUpper); // >= 1 - e^-r
      const double at_least = std::max(0.0, -negated_lower(least[i]));
      const double at_most = upper(greatest[i]);
      n[i] = at_least * loss - at_least;
      u[i] = at_most + (growth > 0 ? at_most * growth : 0);
    }
    for (std::size_t i = 0; o.out[2] != nullptr && i < tile; ++i) {
      o.out[2][from + i] = middle.is_thin(i) ? middle.point[i] : kNoPoint;
    }
    for (std::size_t i = 0; o.out[3] != nullptr && i < tile; ++i) {
      o.out[3][from + i] = std::min(0.0, negated_lower(least[i]));
    }
    for (std::size_t i = 0; o.out[4] != nullptr && i < tile; ++i) {
      o.out[4][from + i] = upper(least[i]);
    }
  });
}

// Thin: log(m + t) = log m + log(1 + t/m), and for 0 <= s <= 1/8
//   log(1 + s) <= s - s^2/2 + s^3/3            (alternating, falling terms)
//   -log(1 - s) <= s + s^2/2 + 0.4 s^3         (the rest is at most s^3/3 / (1 - s)).
void logarithm_kernel(const Operands &o, std::size_t count) {
  for_each_tile(count, [&](std::size_t from, std::size_t tile) {
    const double *an = o.in[0] + from;
    const double *au = o.in[1] + from;
    double *n = o.out[0] + from;
    double *u = o.out[1] + from;
    Middle middle{};
    middle.set(an, au, tile);
    std::array<bool, kTile> thin{};
    Array to_lower{}; // relative to the point; 0 where the interval is not thin
    Array to_upper{};
    std::array<PointEnclosure, kTile> least;
    std::array<PointEnclosure, kTile> greatest;
    for (std::size_t i = 0; i < tile; ++i) {
      const double m = middle.point[i];
      thin[i] = an[i] < 0 && m > 0 && middle.radius[i] / m <= kThin;
      to_lower[i] = thin[i] ? middle.to_lower[i] / m : 0.0;
      to_upper[i] = thin[i] ? middle.to_upper[i] / m : 0.0;
    }
    {
      const NearestScope nearest;
      for (std::size_t i = 0; i < tile; ++i) {
        if (thin[i]) {
          least[i] = greatest[i] = value_at<arb_log_at>(middle.point[i]);
        } else if (au[i] > 0) {
          least[i] = log_or_limit(std::max(-an[i], 0.0));
          greatest[i] = log_or_limit(au[i]);
        } else {
          least[i] = greatest[i] = {-kInfinity, kInfinity, 0};
        }
      }
    }
    for (std::size_t i = 0; i < tile; ++i) {
      const double r = to_lower[i];
      const double s = to_upper[i];
      n[i] = negated_lower(least[i]) + (r + (0.5 * (r * r) + 0.4 * (r * r * r)));
      u[i] = upper(greatest[i]) + (s + (((-s) * s) * 0.5 + s * s * s * kThirdUpper));
    }
  });
}

void tangent_kernel(const Operands &o, std::size_t count) {
  for_each_tile(count, [&](std::size_t from, std::size_t tile) {
    const double *an = o.in[0] + from;
    const double *au = o.in[1] + from;
    double *n = o.out[0] + from;
    double *u = o.out[1] + from;
    double *pole = o.out[2] + from;
    Array lower_end{};
    Array upper_end{};
    for (std::size_t i = 0; i < tile; ++i) {
      std::int64_t first = 0;
      std::int64_t last = 0;
      const bool defined = au[i] + an[i] < 4 && quadrant(-an[i], first) && quadrant(au[i], last) &&
                           !holds_multiple<Interval>(first, last, 1) &&
                           !holds_multiple<Interval>(first, last, 3);
      pole[i] = defined ? 0.0 : 1.0;
      lower_end[i] = defined ? -an[i] : 0.0;
      upper_end[i] = defined ? au[i] : 0.0;
    }
    increasing(value_at<arb_tan_at>, lower_end, upper_end, n, u, tile);
    for (std::size_t i = 0; i < tile; ++i) {
      n[i] = pole[i] != 0 ? kInfinity : n[i];
      u[i] = pole[i] != 0 ? kInfinity : u[i];
    }
  });
}

// Of a function on [-1, 1] that rises or falls all the way.
template <bool kRises, class Value> void arc_kernel(const Operands &o, std::size_t count, Value value) {
  for_each_tile(count, [&](std::size_t from, std::size_t tile) {
    Array lower_end{};
    Array upper_end{};
    std::array<bool, kTile> outside{};
    clip_to_unit(o.in[0] + from, o.in[1] + from, lower_end, upper_end, outside, tile);
    double *n = o.out[0] + from;
    double *u = o.out[1] + from;
    increasing(value, kRises ? lower_end : upper_end, kRises ? upper_end : lower_end, n, u, tile);
    for (std::size_t i = 0; i < tile; ++i) {
      n[i] = outside[i] ? kInfinity : n[i];
      u[i] = outside[i] ? kInfinity : u[i];
    }
  });
}

void arc_sine_kernel(const Operands &o, std::size_t count) {
  arc_kernel<true>(o, count, value_at<arb_asin_at>);
}

void arc_cosine_kernel(const Operands &o, std::size_t count) {
  arc_kernel<false>(o, count, value_at<arb_acos_at>);
}

// Of a function that rises on the whole line.
template <class Value> void rising_kernel(const Operands &o, std::size_t count, Value value) {
  for_each_tile(count, [&](std::size_t from, std::size_t tile) {
    Array lower_end{};
    Array upper_end{};
    for (std::size_t i = 0; i < tile; ++i) {
      lower_end[i] = -o.in[0][from + i];
      upper_end[i] = o.in[1][from + i];
    }
    increasing(value, lower_end, upper_end, o.out[0] + from, o.out[1] + from, tile);
  });
}

void arc_tangent_kernel(const Operands &o, std::size_t count) { rising_kernel(o, count, atan_or_limit); }
void hyperbolic_tangent_kernel(const Operands &o, std::size_t count) {
  rising_kernel(o, count, value_at<arb_tanh_at>);
}
void cube_root_kernel(const Operands &o, std::size_t count) { rising_kernel(o, count, cbrt_or_limit); }
void error_function_kernel(const Operands &o, std::size_t count) {
  rising_kernel(o, count, value_at<arb_erf_at>);
}

void hyperbolic_sine_cosine_kernel(const Operands &o, std::size_t count) {
  for_each_tile(count, [&](std::size_t from, std::size_t tile) {
    const double *an = o.in[0] + from;
    const double *au = o.in[1] + from;
    std::array<std::array<PointEnclosure, kTile>, 2> sines;
    std::array<std::array<PointEnclosure, kTile>, 2> cosines;
    {
      const NearestScope nearest;
      for (std::size_t i = 0; i < tile; ++i) {
        pair_at<arb_sinh_cosh_at>(-an[i], sines[0][i], cosines[0][i]);
        pair_at<arb_sinh_cosh_at>(au[i], sines[1][i], cosines[1][i]);
      }
    }
    for (std::size_t i = 0; i < tile; ++i) {
      o.out[0][from + i] = negated_lower(sines[0][i]);
      o.out[1][from + i] = upper(sines[1][i]);
      // cosh falls to 1 at 0 and rises from there.
      const double least = an[i] < 0   ? negated_lower(cosines[0][i])
                           : au[i] < 0 ? negated_lower(cosines[1][i])
                                       : -1.0;
      o.out[2][from + i] = std::min(least, -1.0);
      o.out[3][from + i] = std::max(upper(cosines[0][i]), upper(cosines[1][i]));
    }
  });
}

} // namespace layercert::batch
