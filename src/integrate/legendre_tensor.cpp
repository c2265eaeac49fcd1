// Products of arrays in plain doubles, with one bound of the rounding for a whole sum.
#include "legendre_tensor.hpp"

#include "numeric/bounds.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace layercert {

namespace {

// The middle and radius of intervals, in two arrays: products of arrays are then plain loops.
struct Balls {
  std::vector<double> middle;
  std::vector<double> radius;

  void set(std::size_t i, const Interval &x) {
    middle[i] = x.lower() / 2 + x.upper() / 2;
    radius[i] = std::max(sub_up(x.upper(), middle[i]), sub_up(middle[i], x.lower()));
  }
};

} // namespace

void contract_to(const std::vector<Interval> &tensor, const std::vector<Row> &rows, std::size_t most,
                 std::vector<Interval> &result) {
  const std::size_t count = rows.size();
  const std::size_t others = tensor.size() / count;
  const double unit = static_cast<double>(count + 1) * 0x1p-52;
  const double underflow = static_cast<double>(count) * std::numeric_limits<double>::denorm_min();
  Balls balls{std::vector<double>(tensor.size()), std::vector<double>(tensor.size())};
  std::vector<double> wide(tensor.size());       // s + unit |b|
  std::vector<double> whole_size(tensor.size()); // |b| + s
  for (std::size_t n = 0; n < count; ++n) {
    for (std::size_t other = 0; other < others; ++other) {
      const std::size_t i = n * others + other;
      balls.set(i, tensor[other * count + n]);
      const double size = std::fabs(balls.middle[i]);
      wide[i] = add_up(balls.radius[i], mul_up(unit, size));
      whole_size[i] = add_up(size, balls.radius[i]);
    }
  }
  Balls factors{std::vector<double>(count), std::vector<double>(count)};
  std::vector<double> middle(others);
  std::vector<double> radius(others); // all its terms are at least 0, and rounded upward
  for (std::size_t i = 0; i < most; ++i) {
    std::fill(middle.begin(), middle.end(), 0.0);
    std::fill(radius.begin(), radius.end(), underflow);
    for (std::size_t n = i; n < count; ++n) {
      factors.set(n, rows[n][i]);
      const double factor = factors.middle[n];
      const double size = std::fabs(factor);
      const double of_factor = factors.radius[n];
      const double *const b = balls.middle.data() + n * others;
      const double *const s = wide.data() + n * others;
      const double *const all = whole_size.data() + n * others;
      double *const sums = middle.data();
      double *const radii = radius.data();
      for (std::size_t other = 0; other < others; ++other) {
        sums[other] += factor * b[other];
        radii[other] += size * s[other] + of_factor * all[other];
      }
    }
    for (std::size_t other = 0; other < others; ++other) {
      result.emplace_back(known_lower(sub_down(middle[other], radius[other])),
                          known_upper(add_up(middle[other], radius[other])));
    }
  }
}

void contract(std::vector<Interval> &tensor, const std::vector<Row> &rows) {
  std::vector<Interval> result;
  result.reserve(tensor.size());
  contract_to(tensor, rows, rows.size(), result);
  tensor = std::move(result);
}

} // namespace layercert
