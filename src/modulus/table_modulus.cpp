#include "table_modulus.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/bounds.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace layercert {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Samples looked at, of a level's shifts beyond the candidates and of all upper bounds together: a fraction of a second each.
constexpr double kLowerBudget = 0x1p26;
constexpr double kUpperBudget = 0x1p27;
constexpr double kMostSums = 4096; // also where tables are small: a sum has a price of its own
constexpr double kFewShifts = 64;  // so many are all tried, instead of a fan

std::size_t size_of(int d) { return static_cast<std::size_t>(d); }

// |s| <= radius, exactly.
bool within(ShiftNorm norm, const std::vector<std::int64_t> &s, std::int64_t radius) {
  std::int64_t largest = 0;
  std::int64_t sum = 0;
  std::int64_t squares = 0;
  for (const std::int64_t x : s) {
    largest = std::max(largest, std::abs(x));
    sum += std::abs(x);
    squares += x * x;
  }
  return norm == ShiftNorm::Max   ? largest <= radius
         : norm == ShiftNorm::One ? sum <= radius
                                  : squares <= radius * radius;
}

// Every vector of {-reach..reach}^d whose first nonzero member is positive: one of each pair s, -s.
template <class Visit> void for_half_box(int d, std::int64_t reach, const Visit &visit) {
  std::vector<std::int64_t> s(size_of(d), -reach);
  while (true) {
    const auto nonzero = std::find_if(s.begin(), s.end(), [](std::int64_t x) { return x != 0; });
    if (nonzero != s.end() && *nonzero > 0) {
      visit(s);
    }
    std::size_t j = 0;
    while (j < s.size() && s[j] == reach) {
      s[j++] = -reach;
    }
    if (j == s.size()) {
      return;
    }
    ++s[j];
  }
}

double half_box_size(int d, std::int64_t reach) {
  return std::pow(2 * static_cast<double>(reach) + 1, d) / 2;
}

// How many shifts by whole samples fit in the direction v, as a factor of v; not exact.
double reach_along(ShiftNorm norm, const std::vector<std::int64_t> &v, std::int64_t radius) {
  double length = 0;
  for (const std::int64_t x : v) {
    const auto size = static_cast<double>(std::abs(x));
    length = norm == ShiftNorm::Max ? std::max(length, size)
                                    : length + (norm == ShiftNorm::One ? size : size * size);
  }
  return static_cast<double>(radius) / (norm == ShiftNorm::Euclidean ? std::sqrt(length) : length);
}

} // namespace

TableModulus::TableModulus(const Instance &instance, const SampleTable &table, const Exponent &p)
    : instance_(instance), table_(table), differences_(table, p) {}

std::int64_t TableModulus::radius_lower(int level) const {
  std::int64_t radius = table_.side;
  for (int l = 0; l < level; ++l) {
    radius /= instance_.N;
  }
  return radius;
}

std::int64_t TableModulus::radius_upper(int level) const {
  std::int64_t radius = table_.side;
  for (int l = 0; l < level; ++l) {
    radius = (radius + instance_.N - 1) / instance_.N;
  }
  return radius;
}

bool TableModulus::affordable(double sums, double budget) const {
  return sums <= kMostSums && sums * differences_.cost_of_sum() <= budget;
}

void TableModulus::try_shift(const std::vector<double> &h, ModulusLower &best) {
  const double value = differences_.norm(h).lower();
  if (value > best.value) {
    best = {value, h};
  }
}

// Shifts by whole samples with |s| <= radius, those first that promise most: all where they are few, else some directions, at
// full length and halved again and again (the sums of the halves serve the next levels too).
std::vector<std::vector<std::int64_t>> TableModulus::fan(std::int64_t radius) const {
  const int d = table_.dimension;
  std::vector<std::vector<std::int64_t>> result;
  const auto keep = [&](const std::vector<std::int64_t> &s) {
    if (within(instance_.norm, s, radius)) {
      result.push_back(s);
    }
  };
  if (half_box_size(d, radius) <= kFewShifts) {
    for_half_box(d, radius, keep);
    return result;
  }
  if (d == 1) {
    for (std::int64_t i = 16; i > 8; --i) {
      keep({radius * i / 16});
    }
    for (std::int64_t s = radius / 2; s >= 1; s /= 2) {
      keep({s});
    }
    return result;
  }
  if (d > 4) {
    return result;
  }
  std::vector<std::vector<std::int64_t>> directions;
  for_half_box(d, d == 2 ? 2 : 1, [&](const std::vector<std::int64_t> &v) {
    std::int64_t divisor = 0;
    for (const std::int64_t x : v) {
      divisor = std::gcd(divisor, x);
    }
    if (divisor == 1) {
      directions.push_back(v);
    }
  });
  for (double part = 1; part * static_cast<double>(radius) >= 1; part /= 2) {
    for (const std::vector<std::int64_t> &v : directions) {
      const double factor = part * reach_along(instance_.norm, v, radius);
      std::vector<std::int64_t> s;
      for (const std::int64_t x : v) {
        s.push_back(static_cast<std::int64_t>(std::trunc(static_cast<double>(x) * factor)));
      }
      keep(s);
    }
  }
  return result;
}

// For shifts h much shorter than a sample, || f(. + h) - f ||_p^p is about sum_j side |h_j| D(e_j) / side^d: largest, in the
// Euclidean norm, where h is parallel to the D(e_j). The signs are left to the caller; |h| <= t holds exactly.
std::vector<double> TableModulus::steepest(double t) {
  std::vector<double> h;
  double squares = 0;
  for (std::size_t j = 0; j < size_of(table_.dimension); ++j) {
    std::vector<std::int64_t> axis(size_of(table_.dimension), 0);
    axis[j] = 1;
    h.push_back(differences_.scaled_sum(std::move(axis)).upper());
    squares = add_up(squares, mul_up(h.back(), h.back()));
  }
  if (!(squares > 0) || std::isinf(squares)) {
    return {};
  }
  for (double &x : h) {
    x = mul_down(t, div_down(x, sqrt_up(squares)));
  }
  return h;
}

ModulusLower TableModulus::lower(int level) {
  assert_upward();
  const std::vector<std::vector<double>> candidates = candidate_shifts(instance_, level);
  ModulusLower best{0, candidates.front()};
  for (const std::vector<double> &h : candidates) {
    try_shift(h, best);
  }
  const std::int64_t radius = radius_lower(level);
  if (const auto found = best_at_.find(radius); found != best_at_.end()) {
    std::vector<double> h;
    for (const double x : found->second) {
      const double size = div_down(std::fabs(x), static_cast<double>(table_.side));
      h.push_back(x < 0 ? -size : size);
    }
    try_shift(h, best);
  }
  if (radius == 0) {
    const double t = candidates.front()[0];
    if (instance_.norm == ShiftNorm::Euclidean && table_.dimension > 1) {
      const std::vector<double> h = steepest(t);
      for (std::size_t i = 0; i < candidates.size() && !h.empty(); ++i) { // with the signs of every diagonal
        std::vector<double> signed_h = h;
        for (std::size_t j = 0; j < h.size(); ++j) {
          signed_h[j] = std::copysign(h[j], candidates[i][j]);
        }
        try_shift(signed_h, best);
      }
    }
    return best;
  }
  const std::size_t before = differences_.sums_made();
  for (const std::vector<std::int64_t> &s : fan(radius)) {
    if (!affordable(static_cast<double>(differences_.sums_made() - before), kLowerBudget)) {
      break;
    }
    std::vector<double> h;
    for (const std::int64_t x : s) {
      const double size = div_down(static_cast<double>(std::abs(x)), static_cast<double>(table_.side));
      h.push_back(x < 0 ? -size : size);
    }
    try_shift(h, best);
  }
  return best;
}

namespace {

// A box of shifts, in samples, inside the cube [s, s+1] between neighbouring whole ones. Its ends are multiples of 2^-kFinestCut.
struct ShiftBox {
  std::vector<double> lower;
  std::vector<double> upper;
};

constexpr int kFinestCut = 8;
constexpr double kSharpEnough = 0.002; // of the p-th power
constexpr double kMostShiftBoxes = 1 << 18;

// Exact: the numbers have few bits.
double size_of(ShiftNorm norm, const std::vector<double> &x) { // squared where Euclidean
  double size = 0;
  for (const double value : x) {
    size = norm == ShiftNorm::Max   ? std::max(size, std::fabs(value))
           : norm == ShiftNorm::One ? size + std::fabs(value)
                                    : size + value * value;
  }
  return size;
}

std::vector<double> nearest_to_zero(const ShiftBox &box) {
  std::vector<double> point(box.lower.size(), 0.0);
  for (std::size_t j = 0; j < point.size(); ++j) {
    point[j] = box.lower[j] > 0 ? box.lower[j] : box.upper[j] < 0 ? box.upper[j] : 0;
  }
  return point;
}

} // namespace

// In every cube of shifts between neighbouring whole ones the p-th power is linear in each coordinate (table_differences.hpp), so on a box
// inside it is at most the largest of its values at the corners, with equality where that corner is a shift of the ball. Boxes that
// reach out of the ball are halved while that matters.
double TableModulus::upper_at_radius(std::int64_t radius) {
  const ShiftNorm norm = instance_.norm;
  const std::size_t d = size_of(table_.dimension);
  const auto reach = static_cast<double>(radius);
  const double ball = norm == ShiftNorm::Euclidean ? reach * reach : reach;
  std::map<std::vector<std::int64_t>, Interval> sums; // at the corners of the cubes
  std::vector<ShiftBox> open{{std::vector<double>(d, 0.0), std::vector<double>(d, 1.0)}};
  for_half_box(table_.dimension, radius, [&](const std::vector<std::int64_t> &s) {
    for (const std::int64_t sign : {1, -1}) { // with the opposite of each, all lowest corners there are
      ShiftBox box;
      for (const std::int64_t x : s) {
        box.lower.push_back(static_cast<double>(sign * x));
        box.upper.push_back(static_cast<double>(sign * x + 1));
      }
      open.push_back(std::move(box));
    }
  });
  std::erase_if(open, [&](const ShiftBox &box) { return !(size_of(norm, nearest_to_zero(box)) < ball); });
  const auto sum_at = [&](std::vector<std::int64_t> s) -> const Interval & {
    const auto [place, fresh] = sums.try_emplace(std::move(s));
    if (fresh) {
      place->second = differences_.scaled_sum(place->first);
    }
    return place->second;
  };
  const auto value_at = [&](const std::vector<double> &h, const std::vector<std::int64_t> &cube) {
    Interval value(0.0);
    for (std::size_t c = 0; c < std::size_t{1} << d; ++c) {
      Interval weight(1.0);
      std::vector<std::int64_t> s = cube;
      for (std::size_t j = 0; j < d; ++j) {
        const double part = h[j] - static_cast<double>(cube[j]); // exact, as is 1 - part
        weight *= Interval((c >> j & 1U) != 0 ? part : 1 - part);
        s[j] += static_cast<std::int64_t>(c >> j & 1U);
      }
      if (weight.upper() > 0) {
        value += weight * sum_at(std::move(s));
      }
    }
    return value;
  };
  double reached = 0; // the largest value at a shift of the ball, from below
  double settled = 0; // the largest bound of the boxes that need no more cutting
  std::vector<double> best(d, 0.0);
  double boxes = 0;
  while (!open.empty()) {
    const ShiftBox box = std::move(open.back());
    open.pop_back();
    ++boxes;
    std::vector<std::int64_t> cube;
    for (const double x : box.lower) {
      cube.push_back(static_cast<std::int64_t>(std::floor(x)));
    }
    double largest = 0;
    bool inside = true; // of the ball, with all corners
    for (std::size_t corner = 0; corner < std::size_t{1} << d; ++corner) {
      std::vector<double> h(d);
      for (std::size_t j = 0; j < d; ++j) {
        h[j] = (corner >> j & 1U) != 0 ? box.upper[j] : box.lower[j];
      }
      const Interval value = value_at(h, cube);
      largest = largest_upper(largest, value.upper());
      if (size_of(norm, h) > ball) {
        inside = false;
      } else if (value.lower() > reached) {
        reached = value.lower();
        best = h;
      }
    }
    std::size_t axis = 0;
    for (std::size_t j = 1; j < d; ++j) {
      if (box.upper[j] - box.lower[j] > box.upper[axis] - box.lower[axis]) {
        axis = j;
      }
    }
    const double width = box.upper[axis] - box.lower[axis];
    if (inside || largest <= mul_down(1 + kSharpEnough, reached) || width <= std::ldexp(1.0, -kFinestCut) ||
        boxes > kMostShiftBoxes) {
      settled = largest_upper(settled, largest);
      continue;
    }
    ShiftBox first = box;
    ShiftBox second = box;
    first.upper[axis] = second.lower[axis] = box.lower[axis] + width / 2;
    for (ShiftBox *half : {&first, &second}) {
      if (size_of(norm, nearest_to_zero(*half)) < ball) {
        open.push_back(std::move(*half));
      }
    }
  }
  best_at_[radius] = best;
  return differences_.norm_from_scaled(Interval(0.0, settled)).upper();
}

// Shifts of at most the part rho < 1 of a sample. The weight of c in the formula is at most the product of the r_j with c_j = 1.
// For one such j, the sum of r_j D_j is at most rho times the dual norm of the D_j; for k of them, by the inequality of the means,
// the product is at most rho^k, (rho/k)^k or (rho/sqrt k)^k.
double TableModulus::upper_below_one_sample(double rho_upper) {
  const int d = table_.dimension;
  std::vector<double> along; // D of the axes
  double by_axes = 0;        // || f(. + h) - f || <= sum_j || f(. + h_j e_j) - f ||
  for (std::size_t j = 0; j < size_of(d); ++j) {
    std::vector<std::int64_t> axis(size_of(d), 0);
    axis[j] = 1;
    along.push_back(differences_.scaled_sum(std::move(axis)).upper());
    by_axes = add_up(by_axes,
                     differences_.norm_from_scaled(Interval(0.0, mul_up(rho_upper, along.back()))).upper());
  }
  if (!affordable(half_box_size(d, 1), kUpperBudget)) {
    return by_axes;
  }
  double axes = 0;
  for (const double D : along) {
    axes = instance_.norm == ShiftNorm::One   ? std::max(axes, D)
           : instance_.norm == ShiftNorm::Max ? add_up(axes, D)
                                              : add_up(axes, mul_up(D, D));
  }
  axes = mul_up(rho_upper, instance_.norm == ShiftNorm::Euclidean ? sqrt_up(axes) : axes);
  double largest = 0; // over the quadrants
  for (std::size_t signs = 0; signs < std::size_t{1} << (d - 1); ++signs) {
    double sum = axes;
    double corner = 0; // the largest D
    for (std::size_t c = 1; c < std::size_t{1} << d; ++c) {
      std::vector<std::int64_t> s(size_of(d));
      int k = 0;
      for (std::size_t j = 0; j < s.size(); ++j) {
        if ((c >> j & 1U) != 0) {
          s[j] = (signs << 1U >> j & 1U) != 0 ? -1 : 1;
          ++k;
        }
      }
      const double D = differences_.scaled_sum(std::move(s)).upper();
      corner = std::max(corner, D);
      const auto count = static_cast<double>(k);
      const double side = instance_.norm == ShiftNorm::Max   ? rho_upper
                          : instance_.norm == ShiftNorm::One ? div_up(rho_upper, count)
                                                             : div_up(rho_upper, sqrt_down(count));
      double weight = 1;
      for (int i = 0; i < k; ++i) {
        weight = mul_up(weight, side);
      }
      if (k > 1) {
        sum = add_up(sum, mul_up(weight, D));
      }
    }
    largest = largest_upper(largest, least_upper(sum, corner));
  }
  return least_upper(by_axes, differences_.norm_from_scaled(Interval(0.0, largest)).upper());
}

double TableModulus::upper(int level) {
  assert_upward();
  const std::int64_t radius = radius_upper(level);
  if (radius_lower(level) == 0) { // the scale is shorter than a sample
    mpz_class cells;
    mpz_ui_pow_ui(cells.get_mpz_t(), static_cast<unsigned long>(instance_.N),
                  static_cast<unsigned long>(level));
    return upper_below_one_sample(rational_to_double_upper(mpq_class(mpz_class(table_.side), cells)));
  }
  // omega_p(f, k t) <= k omega_p(f, t): the way is walked in k parts inside the cube.
  double best = kInfinity;
  for (std::int64_t m = 1; m <= radius && affordable(half_box_size(table_.dimension, m), kUpperBudget); ++m) {
    if (static_cast<std::size_t>(m) > upper_at_.size()) {
      upper_at_.push_back(upper_at_radius(m));
    }
    best = std::min(
        best, mul_up(static_cast<double>((radius + m - 1) / m), upper_at_[static_cast<std::size_t>(m) - 1]));
  }
  return best;
}

} // namespace layercert
