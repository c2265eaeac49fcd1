#include "half_space.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <functional>
#include <span>

namespace layercert {

namespace {

constexpr double kSmall = 1e-3;          // of the largest rise: one coordinate less may be sharper
constexpr double kLeastDivisor = 1e-280; // below this a quotient says nothing

using Rises = std::span<const double>; // positive, falling

double positive_power_up(double x, std::size_t n) {
  double result = 1;
  for (std::size_t i = 0; i < n; ++i) {
    result = mul_up(result, largest_upper(0.0, x));
  }
  return result;
}
double positive_power_down(double x, std::size_t n) {
  double result = 1;
  for (std::size_t i = 0; i < n; ++i) {
    result = mul_down(result, largest_lower(0.0, x));
  }
  return result;
}

// P for z <= 0, where the sum cancels least.
Interval by_sum(double z, Rises t) {
  const std::size_t n = t.size();
  Interval divisor(1.0);
  Interval top(z);
  for (std::size_t j = 0; j < n; ++j) {
    divisor *= Interval(2.0 * static_cast<double>(j + 1)) * Interval(t[j]);
    top += Interval(t[j]);
  }
  if (!(divisor.lower() > kLeastDivisor)) {
    return {0.0, 1.0};
  }
  Interval sum(0.0);
  for (std::size_t set = 0; set < std::size_t{1} << n; ++set) {
    Interval x = top;
    bool odd = false;
    for (std::size_t j = 0; j < n; ++j) {
      if ((set >> j & 1U) != 0) {
        x -= Interval(2.0) * Interval(t[j]);
        odd = !odd;
      }
    }
    const Interval power(positive_power_down(x.lower(), n), positive_power_up(x.upper(), n));
    sum = odd ? sum - power : sum + power;
  }
  const Interval part = sum / divisor;
  return has_nan(part) ? Interval(0.0, 1.0)
                       : Interval(std::clamp(part.lower(), 0.0, 1.0), std::clamp(part.upper(), 0.0, 1.0));
}

// Holds P( sum t_j u_j < z ) and P( sum t_j u_j <= z ).
Interval probability(double z, Rises t) {
  if (t.empty()) {
    return {z > 0 ? 1.0 : 0.0, z >= 0 ? 1.0 : 0.0};
  }
  if (z > 0) {
    const Interval rest = probability(-z, t);
    return {sub_down(1.0, rest.upper()), sub_up(1.0, rest.lower())};
  }
  Interval part = by_sum(z, t);
  if (t.back() < kSmall * t.front()) {
    const Rises others = t.first(t.size() - 1);
    part = Interval(largest_lower(part.lower(), probability(sub_down(z, t.back()), others).lower()),
                    least_upper(part.upper(), probability(add_up(z, t.back()), others).upper()));
  }
  return part;
}

} // namespace

NearlyAffine nearly_affine(std::size_t dimension, const Box &box, const Interval &at_midpoint,
                           const std::array<Interval, kMaxDimension> &gradient) {
  assert_upward();
  NearlyAffine c;
  c.middle = at_midpoint;
  std::array<Interval, kMaxDimension> rises;
  std::array<std::size_t, kMaxDimension> order{};
  const auto d = dimension;
  for (std::size_t j = 0; j < d; ++j) {
    const Interval half_width = (Interval(box.upper[j]) - Interval(box.lower[j])) / Interval(2.0);
    rises[j] = gradient[j] * half_width;
    c.rise[j] = rises[j].lower() / 2 + rises[j].upper() / 2;
    order[j] = j;
  }
  std::stable_sort(order.begin(), order.begin() + dimension,
                   [&](std::size_t a, std::size_t b) { return std::fabs(c.rise[a]) > std::fabs(c.rise[b]); });
  for (std::size_t i = 0; i < d; ++i) {
    const std::size_t j = order[i];
    c.rise[j] = i < NearlyAffine::kMostRises ? c.rise[j] : 0;
    c.radius_upper = add_up(c.radius_upper, abs_range(rises[j] - Interval(c.rise[j])).upper());
  }
  return c;
}

NearlyAffine on_face(const NearlyAffine &c, std::size_t axis, int side) {
  assert_upward();
  NearlyAffine face = c;
  face.middle += Interval(side * c.rise[axis]);
  face.rise[axis] = 0;
  return face;
}

Interval part_below_zero(const NearlyAffine &c) {
  assert_upward();
  std::array<double, NearlyAffine::kMostRises> t{};
  std::size_t count = 0;
  for (const double rise : c.rise) {
    if (rise != 0) {
      assert(count < t.size());
      t[count] = std::fabs(rise); // u_j and -u_j are distributed alike
      const auto end = t.begin() + static_cast<std::ptrdiff_t>(count++);
      std::rotate(std::upper_bound(t.begin(), end, *end, std::greater<>()), end, end + 1);
    }
  }
  const auto rises = std::span(t).first(count);
  const double surely = sub_down(-c.middle.upper(), c.radius_upper);
  const double maybe = add_up(-c.middle.lower(), c.radius_upper);
  if (!(surely <= maybe)) { // NaN
    return {0.0, 1.0};
  }
  return {probability(surely, rises).lower(), probability(maybe, rises).upper()};
}

} // namespace layercert
