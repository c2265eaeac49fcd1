#include "shift_cones.hpp"

#include "layercert/numeric/interval.hpp"
#include "layercert/numeric/rounding_scope.hpp"

#include <cassert>
#include <cmath>

namespace layercert {

namespace {

// Coordinates q_j have at most 26 bits (halving stops there), so the product with a number of so few bits is
// a double, exactly.
constexpr int kBits = 20;
constexpr double kFinestFace = 1.0 / (1 << 24);

double with_few_bits(double x, double (*to_integer)(double)) {
  int exponent = 0;
  const double mantissa = std::frexp(x, &exponent);
  return std::ldexp(to_integer(std::ldexp(mantissa, kBits)), exponent - kBits);
}
double few_bits_up(double x) {
  return with_few_bits(x, [](double y) { return std::ceil(y); });
}
double few_bits_down(double x) {
  return with_few_bits(x, [](double y) { return std::floor(y); });
}

// u of the plane that bounds the piece from outside; |u|_* beside it.
std::pair<std::vector<double>, Interval> outer_plane(const ShiftCone &cone, ShiftNorm norm) {
  const std::size_t d = cone.lower.size();
  std::vector<double> u(d, 0.0);
  if (norm == ShiftNorm::Max) {
    u[cone.axis] = 1; // |e_a|_1 = 1
    return {u, Interval(1.0)};
  }
  for (std::size_t j = 0; j < d; ++j) {
    u[j] = norm == ShiftNorm::One ? (cone.lower[j] >= 0 ? 1.0 : -1.0)
                                  : cone.lower[j] / 2 + cone.upper[j] / 2; // exact: few bits
  }
  return {u, norm == ShiftNorm::One ? Interval(1.0) : norm_of(u, norm)};
}

} // namespace

Interval norm_of(const std::vector<double> &q, ShiftNorm norm) {
  assert_upward();
  Interval sum(0.0);
  double largest = 0;
  for (const double x : q) {
    largest = std::max(largest, std::fabs(x));
    sum += norm == ShiftNorm::One ? Interval(std::fabs(x)) : Interval(x) * Interval(x);
  }
  return norm == ShiftNorm::Max   ? Interval(largest)
         : norm == ShiftNorm::One ? sum
                                  : Interval(sqrt_down(sum.lower()), sqrt_up(sum.upper()));
}

Shift shortened(Shift h, ShiftNorm norm, double t) {
  assert_upward();
  const double scale = std::min(1.0, t / norm_of(h, norm).upper());
  for (double &x : h) {
    x *= scale;
  }
  while (!(norm_of(h, norm).upper() <= t)) { // too long by a rounding
    for (double &x : h) {
      x *= 1 - 1e-15;
    }
  }
  return h;
}

std::vector<ShiftCone> cones_of_ball(std::size_t dimension, double t) {
  const auto d = dimension;
  std::vector<ShiftCone> cones;
  for (std::size_t axis = 0; axis < d; ++axis) {
    for (std::size_t signs = 0; signs < std::size_t{1} << (d - 1); ++signs) {
      ShiftCone cone{axis, std::vector<double>(d, 1.0), std::vector<double>(d, 1.0), 0, t};
      for (std::size_t j = 0, bit = 0; j < d; ++j) {
        if (j != axis) {
          const bool negative = (signs >> bit++ & 1U) != 0;
          cone.lower[j] = negative ? -1 : 0;
          cone.upper[j] = negative ? 0 : 1;
        }
      }
      cones.push_back(std::move(cone));
    }
  }
  return cones;
}

bool may_be_cut(const ShiftCone &cone, std::size_t direction) {
  return direction == cone.axis || cone.upper[direction] - cone.lower[direction] > kFinestFace;
}

std::size_t longest_side(const ShiftCone &cone) {
  std::size_t direction = cone.axis;
  double longest = cone.outer - cone.inner;
  for (std::size_t j = 0; j < cone.lower.size(); ++j) {
    const double length = (cone.upper[j] - cone.lower[j]) * cone.outer;
    if (may_be_cut(cone, j) && j != cone.axis && length > longest) {
      longest = length;
      direction = j;
    }
  }
  return direction;
}

std::pair<ShiftCone, ShiftCone> halves(const ShiftCone &cone, std::size_t direction) {
  assert(may_be_cut(cone, direction));
  std::pair<ShiftCone, ShiftCone> both(cone, cone);
  if (direction == cone.axis) {
    both.first.outer = both.second.inner = cone.inner / 2 + cone.outer / 2;
  } else {
    both.first.upper[direction] = both.second.lower[direction] =
        cone.lower[direction] / 2 + cone.upper[direction] / 2;
  }
  return both;
}

std::vector<Shift> corners_of(const ShiftCone &cone, ShiftNorm norm) {
  assert_upward();
  const std::size_t d = cone.lower.size();
  const auto [u, dual_norm] = outer_plane(cone, norm);
  std::vector<Shift> corners;
  if (cone.inner == 0) {
    corners.emplace_back(d, 0.0);
  }
  for (std::size_t corner = 0; corner < std::size_t{1} << (d - 1); ++corner) {
    std::vector<double> q(d, 1.0);
    Interval along(0.0); // u.q
    for (std::size_t j = 0, bit = 0; j < d; ++j) {
      if (j != cone.axis) {
        q[j] = (corner >> bit++ & 1U) != 0 ? cone.upper[j] : cone.lower[j];
      }
      along += Interval(u[j]) * Interval(q[j]);
    }
    assert(along.lower() > 0);
    const auto ray = [&](double s) {
      Shift h(d);
      for (std::size_t j = 0; j < d; ++j) {
        h[j] = s * q[j];
        assert(h[j] == -((-s) * q[j])); // exact
      }
      return h;
    };
    corners.push_back(ray(few_bits_up(div_up(mul_up(cone.outer, dual_norm.upper()), along.lower()))));
    if (cone.inner > 0) {
      corners.push_back(ray(few_bits_down(div_down(cone.inner, norm_of(q, norm).upper()))));
    }
  }
  return corners;
}

} // namespace layercert
