// Checks of the range enclosures of elementary.hpp, the same for both interval types. A Maker draws numbers
// of the type:
//   Maker::Interval, Maker::Number, draw, number(), sized(least, most exponent), inside(least, most),
//   multiple_of_half_pi(k), next(x, steps), reference_precision()
// For a random box and points inside, the value by MPFR with bits to spare must lie in the enclosure, the
// flag must be set exactly where the box leaves the domain, and the ends must be within a few neighbouring
// numbers of the true range, which is found from the values at the ends and at the extrema inside.
#pragma once

#include "numeric/elementary.hpp"
#include "numeric/reference.hpp"

#include <algorithm>
#include <functional>
#include <vector>

namespace layercert::test {

inline void assign(mpfr_ptr out, double x) { mpfr_set_d(out, x, MPFR_RNDN); }
inline void assign(mpfr_ptr out, const MpfrNumber &x) { mpfr_set(out, x.get(), MPFR_RNDN); }
inline mpfr_prec_t precision_of(double) { return 53; }
inline mpfr_prec_t precision_of(const MpfrNumber &x) { return x.precision(); }
inline bool is_finite(double x) { return std::isfinite(x); }
inline bool is_finite(const MpfrNumber &x) { return mpfr_number_p(x.get()) != 0; }

// A number as an exact mpfr_t.
template <class T> class Point {
public:
  explicit Point(const T &x) : value_(precision_of(x)) { assign(value_, x); }
  operator mpfr_srcptr() const { return value_; } // NOLINT(google-explicit-constructor)

private:
  Real value_;
};

// The smallest and largest of some values, as brackets.
class Extent {
public:
  explicit Extent(mpfr_prec_t precision) : least_(precision), most_(precision) {}
  template <class F> void add(const F &f) {
    Bracket value(mpfr_get_prec(static_cast<mpfr_srcptr>(least_.down)));
    value.set(f);
    if (value.is_nan()) { // inf - inf and the like: other corners tell
      return;
    }
    if (empty_ || mpfr_less_p(value.down, least_.down) != 0) {
      assign_from(least_, value);
    }
    if (empty_ || mpfr_greater_p(value.up, most_.up) != 0) {
      assign_from(most_, value);
    }
    empty_ = false;
  }
  bool is_empty() const { return empty_; }
  const Bracket &least() const { return least_; }
  const Bracket &most() const { return most_; }

private:
  static void assign_from(Bracket &out, const Bracket &in) {
    mpfr_set(out.down, in.down, MPFR_RNDN);
    mpfr_set(out.up, in.up, MPFR_RNDN);
  }
  Bracket least_;
  Bracket most_;
  bool empty_ = true;
};

// Is there an integer n with lower <= (a + 4 n) pi/2 <= upper, or (a + 2 n) pi/2 for period 2? Not by the
// quadrant, and with bits enough for every double.
inline bool holds_multiple_of_half_pi(mpfr_srcptr lower, mpfr_srcptr upper, int a, int period) {
  const mpfr_prec_t precision = 1400 + mpfr_get_prec(lower);
  Real half_pi(precision);
  mpfr_const_pi(half_pi, MPFR_RNDN);
  mpfr_div_2ui(half_pi, half_pi, 1, MPFR_RNDN);
  const auto turns = [&](mpfr_ptr out, mpfr_srcptr x) {
    mpfr_div(out, x, half_pi, MPFR_RNDN);
    mpfr_sub_si(out, out, a, MPFR_RNDN);
    mpfr_div_si(out, out, period, MPFR_RNDN);
  };
  Real first(precision);
  Real last(precision);
  turns(first, lower);
  turns(last, upper);
  mpfr_ceil(first, first);
  return mpfr_lessequal_p(first, last) != 0;
}

// Values of those extrema that lie inside a box.
using Extrema = std::function<std::vector<double>(mpfr_srcptr lower, mpfr_srcptr upper)>;

template <class Maker> struct UnaryCase {
  using I = typename Maker::Interval;
  const char *name;
  std::function<I(const I &, bool &undefined)> range;
  std::function<void(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t)> exact;
  std::function<bool(mpfr_srcptr)> defined; // at a point
  std::function<bool(mpfr_srcptr lower, mpfr_srcptr upper)>
      leaves; // does the box hold a point where it is not?
  Extrema extrema;
  bool near_only = false; // promises to be tight, and knows its poles, only below 2^50
};

template <class Maker> struct BinaryCase {
  using I = typename Maker::Interval;
  const char *name;
  std::function<I(const I &, const I &, bool &undefined)> range;
  std::function<void(mpfr_ptr, mpfr_srcptr, mpfr_srcptr, mpfr_rnd_t)> exact;
  std::function<bool(mpfr_srcptr, mpfr_srcptr)> defined;
  std::function<bool(mpfr_srcptr a_lower, mpfr_srcptr a_upper, mpfr_srcptr b_lower, mpfr_srcptr b_upper)>
      leaves;
};

constexpr int kSteps = 2; // of looseness that is allowed, in neighbouring numbers

template <class Maker> typename Maker::Interval random_box(Maker &make) {
  using I = typename Maker::Interval;
  using T = typename Maker::Number;
  const auto ordered = [](const T &a, const T &b) { return a < b ? I(a, b) : I(b, a); };
  const auto magnitude = [&](int least, int most) {
    const T x = make.sized(least, most);
    return x < T(0) ? T(-x) : x;
  };
  const T infinity = make.next(I::whole().upper(), 0);
  switch (make.draw.between(0, 9)) {
  case 0:
    return I(make.number());
  case 1: {
    const T x = make.number();
    return ordered(x, make.next(x, static_cast<int>(make.draw.between(1, 5))));
  }
  case 2: {
    const T x = make.number();
    return ordered(x, add_up(x, magnitude(-30, 1)));
  }
  case 3:
    return I(-magnitude(-40, 6), magnitude(-40, 6));
  case 4: {
    const T x = magnitude(-10, 6);
    const T zero = make.next(T(0), 0);
    return make.draw.one_in(2) ? I(zero, x) : I(-x, zero);
  }
  case 5:
    switch (make.draw.between(0, 2)) {
    case 0:
      return I(make.number(), infinity);
    case 1:
      return I(-infinity, make.number());
    default:
      return I(-infinity, infinity);
    }
  case 6: { // at the edge of [-1, 1]
    const T one = make.next(T(1), static_cast<int>(make.draw.between(-2, 2)));
    return make.draw.one_in(2) ? ordered(make.inside(T(-1), T(1)), one)
                               : ordered(-one, make.inside(T(-1), T(1)));
  }
  case 7: { // at multiples of pi/2
    const T first = make.multiple_of_half_pi(static_cast<int>(make.draw.between(-9, 9)));
    const T last = make.multiple_of_half_pi(static_cast<int>(make.draw.between(-9, 9)));
    return ordered(make.draw.one_in(2) ? first : make.sized(-4, 3), last);
  }
  case 8:
    return ordered(make.sized(-3, 4), make.sized(-3, 4));
  default:
    return ordered(make.number(), make.number());
  }
}

// Finite points of a box: the ends, their neighbours, points between, and landmarks where it holds them.
template <class Maker>
std::vector<typename Maker::Number> points_inside(Maker &make, const typename Maker::Interval &x) {
  using T = typename Maker::Number;
  T lower = x.lower();
  T upper = x.upper();
  if (!is_finite(lower)) {
    lower = is_finite(upper) ? sub_down(upper, T(1000)) : T(-1000);
  }
  if (!is_finite(upper)) {
    upper = add_up(lower, T(2000));
  }
  if (!is_finite(lower) || !is_finite(upper)) {
    return {is_finite(lower) ? lower : upper};
  }
  std::vector<T> points{lower, upper};
  const auto landmark = [&](const T &t) {
    if (lower <= t && t <= upper) {
      points.push_back(t);
    }
  };
  landmark(make.next(lower, 1));
  landmark(make.next(upper, -1));
  landmark(T(0));
  landmark(make.next(T(0), 1));
  landmark(make.multiple_of_half_pi(static_cast<int>(make.draw.between(-9, 9))));
  for (int i = 0; i < 4; ++i) {
    points.push_back(make.inside(lower, upper));
  }
  return points;
}

template <class T> bool is_near(const T &x) { return is_finite(x) && T(x < T(0) ? T(-x) : x) < T(1 << 30); }

template <class Maker>
void check_range(Tally &tally, Maker &make, const UnaryCase<Maker> &f, const typename Maker::Interval &x) {
  const Point lower(x.lower());
  const Point upper(x.upper());
  bool undefined = false;
  const auto range = f.range(x, undefined);
  tally.require(!has_nan(range), f.name, "has NaN bounds on", x);
  const bool near = is_near(x.lower()) && is_near(x.upper());
  if (near || !f.near_only) {
    tally.require(undefined == f.leaves(lower, upper), f.name,
                  undefined ? "is flagged on" : "is not flagged on", x);
  }
  bool still = true;
  f.range(x, still);
  tally.require(still, f.name, "clears the flag on", x);
  Bracket value(make.reference_precision());
  for (const auto &t : points_inside(make, x)) {
    const Point point(t);
    if (!f.defined(point)) {
      tally.require(undefined, f.name, "is not flagged on", x, "which holds", t);
      continue;
    }
    value.set([&](mpfr_ptr out, mpfr_rnd_t rnd) { f.exact(out, point, rnd); });
    tally.require(value.is_at_least(range.lower()) && value.is_at_most(range.upper()), f.name, "of", x, "is",
                  range, "which does not hold the value at", t);
  }
  if (undefined || (f.near_only && !near && is_finite(x.lower()) && is_finite(x.upper()))) {
    return;
  }
  Extent extent(make.reference_precision());
  for (const Point<typename Maker::Number> *end : {&lower, &upper}) { // in the limit, where infinite
    extent.add([&](mpfr_ptr out, mpfr_rnd_t rnd) { f.exact(out, *end, rnd); });
  }
  for (const double extremum : f.extrema(lower, upper)) {
    extent.add([&](mpfr_ptr out, mpfr_rnd_t rnd) { mpfr_set_d(out, extremum, rnd); });
  }
  tally.require(!extent.is_empty() && extent.least().is_at_most(make.next(range.lower(), kSteps)) &&
                    extent.most().is_at_least(make.next(range.upper(), -kSteps)),
                f.name, "of", x, "is loose:", range);
}

template <class Maker>
void check_range(Tally &tally, Maker &make, const BinaryCase<Maker> &f, const typename Maker::Interval &x,
                 const typename Maker::Interval &y) {
  const Point x_lower(x.lower());
  const Point x_upper(x.upper());
  const Point y_lower(y.lower());
  const Point y_upper(y.upper());
  bool undefined = false;
  const auto range = f.range(x, y, undefined);
  tally.require(!has_nan(range), f.name, "has NaN bounds on", x, y);
  tally.require(undefined == f.leaves(x_lower, x_upper, y_lower, y_upper), f.name,
                undefined ? "is flagged on" : "is not flagged on", x, y);
  Bracket value(make.reference_precision());
  const auto first = points_inside(make, x);
  const auto second = points_inside(make, y);
  for (std::size_t i = 0; i < std::max(first.size(), second.size()) + 2; ++i) {
    const auto &s = first[i % first.size()];
    const auto &t = second[(i < 4 ? i / 2 : i) % second.size()]; // all pairs of ends first
    const Point a(s);
    const Point b(t);
    if (!f.defined(a, b)) {
      tally.require(undefined, f.name, "is not flagged on", x, y, "which holds", s, t);
      continue;
    }
    value.set([&](mpfr_ptr out, mpfr_rnd_t rnd) { f.exact(out, a, b, rnd); });
    tally.require(value.is_at_least(range.lower()) && value.is_at_most(range.upper()), f.name, "of", x, y,
                  "is", range, "which does not hold the value at", s, t);
  }
  if (undefined) {
    return;
  }
  Extent extent(make.reference_precision());
  for (const auto *a : {&x_lower, &x_upper}) {
    for (const auto *b : {&y_lower, &y_upper}) {
      extent.add([&](mpfr_ptr out, mpfr_rnd_t rnd) { f.exact(out, *a, *b, rnd); });
    }
  }
  tally.require(extent.is_empty() || (extent.least().is_at_most(make.next(range.lower(), kSteps)) &&
                                      extent.most().is_at_least(make.next(range.upper(), -kSteps))),
                f.name, "of", x, y, "is loose:", range);
}

// ---- the functions -------------------------------------------------------------------------------------

template <class Maker> std::vector<UnaryCase<Maker>> unary_cases() {
  using I = typename Maker::Interval;
  const auto everywhere = [](mpfr_srcptr) { return true; };
  const auto never_leaves = [](mpfr_srcptr, mpfr_srcptr) { return false; };
  const auto none = [](mpfr_srcptr, mpfr_srcptr) { return std::vector<double>(); };
  const auto at_zero = [](double value) {
    return [value](mpfr_srcptr lower, mpfr_srcptr upper) {
      return mpfr_cmp_si(lower, 0) < 0 && mpfr_cmp_si(upper, 0) > 0 ? std::vector<double>{value}
                                                                    : std::vector<double>();
    };
  };
  const auto turning = [](int maximum) {
    return [maximum](mpfr_srcptr lower, mpfr_srcptr upper) {
      if (mpfr_number_p(lower) == 0 || mpfr_number_p(upper) == 0) {
        return std::vector<double>{-1, 1};
      }
      std::vector<double> values;
      if (holds_multiple_of_half_pi(lower, upper, maximum, 4)) {
        values.push_back(1);
      }
      if (holds_multiple_of_half_pi(lower, upper, maximum + 2, 4)) {
        values.push_back(-1);
      }
      return values;
    };
  };
  const auto total = [](I (*range)(const I &)) { return [range](const I &x, bool &) { return range(x); }; };
  const auto in_unit = [](mpfr_srcptr t) { return mpfr_cmp_si(t, -1) >= 0 && mpfr_cmp_si(t, 1) <= 0; };
  const auto leaves_unit = [](mpfr_srcptr lower, mpfr_srcptr upper) {
    return mpfr_cmp_si(lower, -1) < 0 || mpfr_cmp_si(upper, 1) > 0;
  };
  std::vector<UnaryCase<Maker>> cases{
      {"sqrt", sqrt_range<I>, mpfr_sqrt, [](mpfr_srcptr t) { return mpfr_cmp_si(t, 0) >= 0; },
       [](mpfr_srcptr lower, mpfr_srcptr) { return mpfr_cmp_si(lower, 0) < 0; }, none},
      {"exp", total(exp_range<I>), mpfr_exp, everywhere, never_leaves, none},
      {"log", log_range<I>, mpfr_log, [](mpfr_srcptr t) { return mpfr_cmp_si(t, 0) > 0; },
       [](mpfr_srcptr lower, mpfr_srcptr) { return mpfr_cmp_si(lower, 0) <= 0; }, none},
      {"sin", total(sin_range<I>), mpfr_sin, everywhere, never_leaves, turning(1), true},
      {"cos", total(cos_range<I>), mpfr_cos, everywhere, never_leaves, turning(0), true},
      {"tan", tan_range<I>, mpfr_tan, everywhere,
       [](mpfr_srcptr lower, mpfr_srcptr upper) { return holds_multiple_of_half_pi(lower, upper, 1, 2); },
       none, true},
      {"asin", asin_range<I>, mpfr_asin, in_unit, leaves_unit, none},
      {"acos", acos_range<I>, mpfr_acos, in_unit, leaves_unit, none},
      {"atan", total(atan_range<I>), mpfr_atan, everywhere, never_leaves, none},
      {"sinh", total(sinh_range<I>), mpfr_sinh, everywhere, never_leaves, none},
      {"cosh", total(cosh_range<I>), mpfr_cosh, everywhere, never_leaves, at_zero(1)},
      {"tanh", total(tanh_range<I>), mpfr_tanh, everywhere, never_leaves, none},
      {"cbrt", total(cbrt_range<I>), mpfr_cbrt, everywhere, never_leaves, none},
      {"erf", total(erf_range<I>), mpfr_erf, everywhere, never_leaves, none},
      {"abs", total(abs_range<I>), [](mpfr_ptr out, mpfr_srcptr t, mpfr_rnd_t rnd) { mpfr_abs(out, t, rnd); },
       everywhere, never_leaves, at_zero(0)},
      {"floor", total(floor_range<I>), mpfr_rint_floor, everywhere, never_leaves, none},
      {"minus", [](const I &x, bool &) { return -x; }, mpfr_neg, everywhere, never_leaves, none}};
  for (const std::int32_t n : {0, 1, 2, 3, 4, 5, 17, 100, -1, -2, -3, -8, -15}) {
    cases.push_back({"an integer power",
                     [n](const I &x, bool &undefined) { return power_range(x, n, undefined); },
                     [n](mpfr_ptr out, mpfr_srcptr t, mpfr_rnd_t rnd) { mpfr_pow_si(out, t, n, rnd); },
                     [n](mpfr_srcptr t) { return n >= 0 || mpfr_zero_p(t) == 0; },
                     [n](mpfr_srcptr lower, mpfr_srcptr upper) {
                       return n < 0 && mpfr_cmp_si(lower, 0) <= 0 && mpfr_cmp_si(upper, 0) >= 0;
                     },
                     n > 0 && n % 2 == 0 ? Extrema(at_zero(0)) : Extrema(none)});
  }
  return cases;
}

template <class Maker> std::vector<BinaryCase<Maker>> binary_cases() {
  using I = typename Maker::Interval;
  const auto everywhere = [](mpfr_srcptr, mpfr_srcptr) { return true; };
  const auto never_leaves = [](mpfr_srcptr, mpfr_srcptr, mpfr_srcptr, mpfr_srcptr) { return false; };
  return {
      {"a + b", [](const I &a, const I &b, bool &) { return a + b; }, mpfr_add, everywhere, never_leaves},
      {"a - b", [](const I &a, const I &b, bool &) { return a - b; }, mpfr_sub, everywhere, never_leaves},
      {"a * b", [](const I &a, const I &b, bool &) { return a * b; }, mpfr_mul, everywhere, never_leaves},
      {"min", [](const I &a, const I &b, bool &) { return min_range(a, b); }, mpfr_min, everywhere,
       never_leaves},
      {"max", [](const I &a, const I &b, bool &) { return max_range(a, b); }, mpfr_max, everywhere,
       never_leaves},
      {"a / b", divide_range<I>, mpfr_div, [](mpfr_srcptr, mpfr_srcptr b) { return mpfr_zero_p(b) == 0; },
       [](mpfr_srcptr, mpfr_srcptr, mpfr_srcptr b_lower, mpfr_srcptr b_upper) {
         return mpfr_cmp_si(b_lower, 0) <= 0 && mpfr_cmp_si(b_upper, 0) >= 0;
       }},
      {"a^b", [](const I &a, const I &b, bool &undefined) { return power_range(a, b, undefined); }, mpfr_pow,
       [](mpfr_srcptr a, mpfr_srcptr b) {
         return mpfr_cmp_si(a, 0) > 0 || (mpfr_zero_p(a) != 0 && mpfr_cmp_si(b, 0) > 0);
       },
       [](mpfr_srcptr a_lower, mpfr_srcptr, mpfr_srcptr b_lower, mpfr_srcptr) {
         return mpfr_cmp_si(a_lower, 0) < 0 || (mpfr_zero_p(a_lower) != 0 && mpfr_cmp_si(b_lower, 0) <= 0);
       }}};
}

} // namespace layercert::test
