#include "table_modulus.hpp"

#include "branch_and_bound.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/bounds.hpp"
#include "numeric/stop_request.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

namespace layercert {

namespace {

// Samples looked at, of a level's shifts beyond the candidates and of all upper bounds together: a fraction
// of a second each.
constexpr double kLowerBudget = 0x1p26;
constexpr double kUpperBudget = 0x1p27;
constexpr double kMostSums = 4096;      // also where tables are small: a sum has a price of its own
constexpr double kFewShifts = 64;       // so many are all tried, instead of a fan
constexpr unsigned long kMostParts = 3; // ways in so many different numbers of parts are tried

// Every vector with |s_j| <= reach_j whose first nonzero member is positive: one of each pair s, -s.
template <class Visit> void for_half_box(const std::vector<std::int64_t> &reach, const Visit &visit) {
  std::vector<std::int64_t> s;
  s.reserve(reach.size());
  for (const std::int64_t r : reach) {
    s.push_back(-r);
  }
  while (true) {
    const auto nonzero = std::find_if(s.begin(), s.end(), [](std::int64_t x) { return x != 0; });
    if (nonzero != s.end() && *nonzero > 0) {
      visit(s);
    }
    std::size_t j = 0;
    while (j < s.size() && s[j] == reach[j]) {
      s[j] = -reach[j];
      ++j;
    }
    if (j == s.size()) {
      return;
    }
    ++s[j];
  }
}

mpq_class power_of_size(ShiftNorm norm, const std::vector<mpq_class> &x) { // squared where Euclidean
  mpq_class size = 0;
  for (const mpq_class &value : x) {
    size = norm == ShiftNorm::Max   ? std::max(size, mpq_class(abs(value)))
           : norm == ShiftNorm::One ? mpq_class(size + abs(value))
                                    : mpq_class(size + value * value);
  }
  return size;
}

// Whether |x| <= 1/divisor, exactly.
bool within(ShiftNorm norm, const std::vector<mpq_class> &x, const mpz_class &divisor) {
  const mpq_class size = power_of_size(norm, x);
  return size * divisor * (norm == ShiftNorm::Euclidean ? divisor : mpz_class(1)) <= 1;
}

} // namespace

TableModulus::TableModulus(const Instance &instance, const SampleTable &table, const Exponent &p)
    : instance_(instance), table_(table), differences_(table, p) {}

mpz_class TableModulus::cells_along_axis_of(int level) const {
  mpz_class cells;
  mpz_ui_pow_ui(cells.get_mpz_t(), static_cast<unsigned long>(instance_.N),
                static_cast<unsigned long>(level));
  return cells;
}

TableModulus::Ball TableModulus::ball_of(const mpz_class &divisor) const {
  Ball ball{divisor, {}, {}};
  for (const int side : table_.sides) {
    mpq_class reach(mpz_class(side), divisor);
    reach.canonicalize();
    ball.reach_upper.push_back(rational_to_double_upper(reach));
    ball.reach_lower.push_back(rational_to_double_lower(reach));
  }
  return ball;
}

bool TableModulus::below_one_sample(const Ball &ball) const {
  return std::all_of(ball.reach_upper.begin(), ball.reach_upper.end(),
                     [](double reach) { return reach < 1; });
}

double TableModulus::half_box_size(const Ball &ball) const {
  double size = 0.5;
  for (const double reach : ball.reach_upper) {
    size *= 2 * std::ceil(reach) + 1;
  }
  return size;
}

bool TableModulus::contains(const Ball &ball, const std::vector<std::int64_t> &s) const {
  std::vector<mpq_class> h;
  for (std::size_t j = 0; j < s.size(); ++j) {
    h.emplace_back(static_cast<long>(s[j]), static_cast<unsigned long>(table_.sides[j]));
    h.back().canonicalize();
  }
  return within(instance_.norm, h, ball.divisor);
}

// A bound of the norm of x_j / reach_j, squared where Euclidean: from above with lower bounds of the reach,
// from below with upper ones.
double TableModulus::size_of_shift(const std::vector<double> &x, const std::vector<double> &reach,
                                   bool up) const {
  double size = 0;
  for (std::size_t j = 0; j < x.size(); ++j) {
    const double part = up ? div_up(std::fabs(x[j]), reach[j]) : div_down(std::fabs(x[j]), reach[j]);
    const double term = instance_.norm != ShiftNorm::Euclidean ? part
                        : up                                   ? mul_up(part, part)
                                                               : mul_down(part, part);
    size = instance_.norm == ShiftNorm::Max ? std::max(size, term)
           : up                             ? add_up(size, term)
                                            : add_down(size, term);
  }
  return size;
}

// A shift near the one by so many samples, with |h| <= 1/divisor exactly; empty if there is none so near.
std::vector<double> TableModulus::as_shift(const std::vector<double> &samples,
                                           const mpz_class &divisor) const {
  for (const double factor : {1.0, 1 - 0x1p-30}) {
    std::vector<double> h;
    std::vector<mpq_class> exact;
    for (std::size_t j = 0; j < samples.size(); ++j) {
      const double size =
          mul_down(factor, div_down(std::fabs(samples[j]), static_cast<double>(table_.sides[j])));
      h.push_back(samples[j] < 0 ? -size : size);
      exact.emplace_back(size);
    }
    if (within(instance_.norm, exact, divisor)) {
      return h;
    }
  }
  return {};
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

// Shifts by whole samples in the ball, those first that promise most: all where they are few, else some
// directions, at full length and halved again and again (the sums of the halves serve the next levels too).
std::vector<std::vector<std::int64_t>> TableModulus::fan(const Ball &ball) const {
  const std::size_t d = table_.dimension;
  std::vector<std::vector<std::int64_t>> result;
  const auto keep = [&](const std::vector<std::int64_t> &s) {
    if (contains(ball, s)) {
      result.push_back(s);
    }
  };
  std::vector<std::int64_t> radius; // in whole samples
  for (const double reach : ball.reach_upper) {
    radius.push_back(static_cast<std::int64_t>(reach));
  }
  if (half_box_size(ball) <= kFewShifts) {
    for_half_box(radius, keep);
    return result;
  }
  if (d == 1) {
    for (std::int64_t i = 16; i > 8; --i) {
      keep({radius[0] * i / 16});
    }
    for (std::int64_t s = radius[0] / 2; s >= 1; s /= 2) {
      keep({s});
    }
    return result;
  }
  if (d > 4) {
    return result;
  }
  std::vector<std::vector<std::int64_t>> directions;
  for_half_box(std::vector<std::int64_t>(d, d == 2 ? 2 : 1), [&](const std::vector<std::int64_t> &v) {
    std::int64_t divisor = 0;
    for (const std::int64_t x : v) {
      divisor = std::gcd(divisor, x);
    }
    if (divisor == 1) {
      directions.push_back(v);
    }
  });
  // A direction is meant in the cube, where the reach is the same along all axes.
  const double longest = *std::max_element(ball.reach_upper.begin(), ball.reach_upper.end());
  for (double part = 1; part * longest >= 1; part /= 2) {
    for (const std::vector<std::int64_t> &v : directions) {
      double length = 0;
      for (const std::int64_t x : v) {
        const auto size = static_cast<double>(std::abs(x));
        length = instance_.norm == ShiftNorm::Max
                     ? std::max(length, size)
                     : length + (instance_.norm == ShiftNorm::One ? size : size * size);
      }
      length = instance_.norm == ShiftNorm::Euclidean ? std::sqrt(length) : length;
      std::vector<std::int64_t> s;
      for (std::size_t j = 0; j < d; ++j) {
        s.push_back(static_cast<std::int64_t>(
            std::trunc(static_cast<double>(v[j]) * (part * ball.reach_upper[j] / length))));
      }
      if (std::any_of(s.begin(), s.end(), [](std::int64_t x) { return x != 0; })) {
        keep(s);
      }
    }
  }
  return result;
}

// For shifts h much shorter than a sample, || f(. + h) - f ||_p^p is about sum_j n_j |h_j| D(e_j) over the
// number of samples, n_j of them along axis j: largest, in the Euclidean norm, where h is parallel to the n_j
// D(e_j). The signs are left to the caller; |h| <= t holds exactly.
std::vector<double> TableModulus::steepest(double t) {
  std::vector<double> h;
  double squares = 0;
  for (std::size_t j = 0; j < table_.dimension; ++j) {
    std::vector<std::int64_t> axis(table_.dimension, 0);
    axis[j] = 1;
    h.push_back(table_.sides[j] * differences_.scaled_sum(std::move(axis)).upper());
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
  differences_.suit(ball_of(cells_along_axis_of(level)).reach_upper);
  for (const std::vector<double> &h : candidates) {
    try_shift(h, best);
  }
  const Ball ball = ball_of(cells_along_axis_of(level));
  if (const auto found = best_at_.find(ball.divisor); found != best_at_.end()) {
    if (const std::vector<double> h = as_shift(found->second, ball.divisor); !h.empty()) {
      try_shift(h, best);
    }
  }
  if (below_one_sample(ball)) {
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
  for (const std::vector<std::int64_t> &s : fan(ball)) {
    if (!affordable(static_cast<double>(differences_.sums_made() - before), kLowerBudget)) {
      break;
    }
    const std::vector<double> h = as_shift(std::vector<double>(s.begin(), s.end()), ball.divisor);
    if (!h.empty()) {
      try_shift(h, best);
    }
  }
  return best;
}

namespace {

// A box of shifts, in samples, inside the cube [s, s+1] between neighbouring whole ones.
struct ShiftBox {
  std::vector<double> lower;
  std::vector<double> upper;
};

constexpr int kFinestCut =
    8; // boxes are no wider than 2^-this of a sample, or of the reach where that is shorter
constexpr double kSharpEnoughTable = 0.002; // of the p-th power
constexpr double kMostShiftBoxes = 1 << 18;
constexpr double kOnBall =
    1 + 0x1p-40; // up to rounding, a shift of this size is one of the ball: only the search relies on it

std::vector<double> nearest_to_zero(const ShiftBox &box) {
  std::vector<double> point(box.lower.size(), 0.0);
  for (std::size_t j = 0; j < point.size(); ++j) {
    point[j] = box.lower[j] > 0 ? box.lower[j] : box.upper[j] < 0 ? box.upper[j] : 0;
  }
  return point;
}

} // namespace

// In every cube of shifts between neighbouring whole ones the p-th power is linear in each coordinate
// (table_differences.hpp), so on a box inside it is at most the largest of its values at the corners, with
// equality where that corner is a shift of the ball. Boxes that reach out of the ball are halved while that
// matters. Bounds are those of the p-th power, scaled as sums are.
class TableModulus::CornerStrategy {
public:
  struct Piece {
    ShiftBox box;
    double upper;
    bool is_fresh = true;
    bool is_whole = false; // so narrow that it is not cut
  };

  CornerStrategy(TableModulus &table, const Ball &ball) : table_(table), ball_(ball) {
    best_.upper = std::numeric_limits<double>::infinity();
    best_.lower.shift.assign(ball.reach_upper.size(), 0.0);
  }

  const ModulusBounds &best() const noexcept { return best_; }
  double goal() const { return mul_down(1 + kSharpEnoughTable, best_.lower.value); }

  // The cubes, as far as the ball may reach into them. With the opposite of each lowest corner,
  // these are all.
  std::vector<Piece> pieces() const {
    std::vector<Piece> all;
    std::vector<std::int64_t> radius;
    for (const double reach : ball_.reach_upper) {
      radius.push_back(static_cast<std::int64_t>(std::ceil(reach)));
    }
    add_cube(std::vector<std::int64_t>(radius.size(), 0), all);
    for_half_box(radius, [&](std::vector<std::int64_t> s) {
      add_cube(s, all);
      for (std::int64_t &x : s) {
        x = -x;
      }
      add_cube(s, all);
    });
    return all;
  }
  bool may_bound(const std::vector<Piece> & /*open*/) const { return true; }
  void bound(std::vector<Piece> &open) {
    for (Piece &piece : open) {
      if (std::exchange(piece.is_fresh, false)) {
        throw_if_stopped();
        ++best_.boxes;
        piece.upper = largest_at_corners(piece.box);
      }
    }
  }
  bool may_cut(const std::vector<Piece> &open) const {
    return static_cast<double>(best_.boxes) <= kMostShiftBoxes &&
           std::any_of(open.begin(), open.end(), [](const Piece &piece) { return !piece.is_whole; });
  }
  std::vector<Piece> cut(std::vector<Piece> open) const {
    std::vector<Piece> parts;
    for (Piece &piece : open) {
      const auto [axis, width] = widest(piece.box);
      if (piece.is_whole || width <= std::ldexp(1.0, -kFinestCut)) {
        piece.is_whole = true;
        parts.push_back(std::move(piece));
        continue;
      }
      ShiftBox first = piece.box;
      ShiftBox second = std::move(piece.box);
      first.upper[axis] = second.lower[axis] =
          second.lower[axis] + (second.upper[axis] - second.lower[axis]) / 2;
      add(std::move(first), parts);
      add(std::move(second), parts);
    }
    return parts;
  }
  void finish(const std::vector<Piece> & /*open*/) const {}

private:
  void add(ShiftBox box, std::vector<Piece> &pieces) const {
    if (table_.size_of_shift(nearest_to_zero(box), ball_.reach_upper, false) < 1) {
      pieces.push_back({std::move(box), std::numeric_limits<double>::infinity()});
    }
  }

  void add_cube(const std::vector<std::int64_t> &s, std::vector<Piece> &pieces) const {
    ShiftBox box;
    for (std::size_t j = 0; j < s.size(); ++j) {
      box.lower.push_back(std::max(static_cast<double>(s[j]), -ball_.reach_upper[j]));
      box.upper.push_back(std::min(static_cast<double>(s[j] + 1), ball_.reach_upper[j]));
      if (!(box.lower[j] < box.upper[j])) {
        return;
      }
    }
    add(std::move(box), pieces);
  }

  // Of a sample, or of the reach where that is shorter.
  std::pair<std::size_t, double> widest(const ShiftBox &box) const {
    std::pair<std::size_t, double> found{0, 0.0};
    for (std::size_t j = 0; j < box.lower.size(); ++j) {
      const double own = (box.upper[j] - box.lower[j]) / std::min(1.0, ball_.reach_upper[j]);
      if (own > found.second) {
        found = {j, own};
      }
    }
    return found;
  }

  const Interval &sum_at(std::vector<std::int64_t> s) {
    const auto [place, fresh] = sums_.try_emplace(std::move(s));
    if (fresh) {
      place->second = table_.differences_.scaled_sum(place->first);
    }
    return place->second;
  }

  Interval value_at(const std::vector<double> &h, const std::vector<std::int64_t> &cube) {
    Interval value(0.0);
    for (std::size_t c = 0; c < std::size_t{1} << h.size(); ++c) {
      Interval weight(1.0);
      std::vector<std::int64_t> s = cube;
      for (std::size_t j = 0; j < h.size(); ++j) {
        const Interval part = Interval(h[j]) - Interval(cube[j]); // within [0, 1]
        weight *= (c >> j & 1U) != 0 ? part : Interval(1.0) - part;
        s[j] += static_cast<std::int64_t>(c >> j & 1U);
      }
      if (weight.upper() > 0) {
        value += weight * sum_at(std::move(s));
      }
    }
    return value;
  }

  // At least every value of the box. A corner that is a shift of the ball may be the best one.
  double largest_at_corners(const ShiftBox &box) {
    const std::size_t d = box.lower.size();
    std::vector<std::int64_t> cube;
    for (const double x : box.lower) {
      cube.push_back(static_cast<std::int64_t>(std::floor(x)));
    }
    double largest = 0;
    for (std::size_t corner = 0; corner < std::size_t{1} << d; ++corner) {
      std::vector<double> h(d);
      for (std::size_t j = 0; j < d; ++j) {
        h[j] = (corner >> j & 1U) != 0 ? box.upper[j] : box.lower[j];
      }
      const Interval value = value_at(h, cube);
      largest = largest_upper(largest, value.upper());
      if (value.lower() > best_.lower.value && table_.size_of_shift(h, ball_.reach_lower, true) <= kOnBall) {
        best_.lower = {value.lower(), h};
      }
    }
    return largest;
  }

  TableModulus &table_;
  const Ball &ball_;
  std::map<std::vector<std::int64_t>, Interval> sums_; // at the corners of the cubes
  ModulusBounds best_;                                 // the shift in samples
};

double TableModulus::upper_by_search(const Ball &ball) {
  CornerStrategy strategy(*this, ball);
  const ModulusBounds found = branch_and_bound(strategy);
  best_at_[ball.divisor] = found.lower.shift;
  return differences_.norm_from_scaled(Interval(0.0, found.upper)).upper();
}

// Shifts of at most the parts rho_j < 1 of a sample along the axes; r_j = rho_j u_j, u of norm at most 1. The
// weight of c in the formula is at most the product of the r_j with c_j = 1. For one such j, the sum of r_j
// D_j is at most the dual norm of the rho_j D_j; for k of them, by the inequality of the means, the product
// of the u_j is at most 1, (1/k)^k or (1/sqrt k)^k.
double TableModulus::upper_below_one_sample(const Ball &ball) {
  const std::size_t d = table_.dimension;
  const std::vector<double> &rho = ball.reach_upper;
  std::vector<double> along; // rho_j D of the axes
  double by_axes = 0;        // || f(. + h) - f || <= sum_j || f(. + h_j e_j) - f ||
  for (std::size_t j = 0; j < d; ++j) {
    std::vector<std::int64_t> axis(d, 0);
    axis[j] = 1;
    along.push_back(mul_up(rho[j], differences_.scaled_sum(std::move(axis)).upper()));
    by_axes = add_up(by_axes, differences_.norm_from_scaled(Interval(0.0, along.back())).upper());
  }
  if (!affordable(half_box_size(ball), kUpperBudget)) {
    return by_axes;
  }
  double axes = 0;
  for (const double D : along) {
    axes = instance_.norm == ShiftNorm::One   ? std::max(axes, D)
           : instance_.norm == ShiftNorm::Max ? add_up(axes, D)
                                              : add_up(axes, mul_up(D, D));
  }
  axes = instance_.norm == ShiftNorm::Euclidean ? sqrt_up(axes) : axes;
  double largest = 0; // over the quadrants
  for (std::size_t signs = 0; signs < std::size_t{1} << (d - 1); ++signs) {
    double sum = axes;
    double corner = 0; // the largest D
    for (std::size_t c = 1; c < std::size_t{1} << d; ++c) {
      std::vector<std::int64_t> s(d);
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
      const double part = instance_.norm == ShiftNorm::Max   ? 1
                          : instance_.norm == ShiftNorm::One ? div_up(1, count)
                                                             : div_up(1, sqrt_down(count));
      double weight = 1;
      for (std::size_t j = 0; j < d; ++j) {
        if ((c >> j & 1U) != 0) {
          weight = mul_up(weight, mul_up(part, rho[j]));
        }
      }
      if (k > 1) {
        sum = add_up(sum, mul_up(weight, D));
      }
    }
    largest = largest_upper(largest, least_upper(sum, corner));
  }
  return least_upper(by_axes, differences_.norm_from_scaled(Interval(0.0, largest)).upper());
}

double TableModulus::upper_in(const Ball &ball) {
  const auto [place, is_new] = upper_at_.try_emplace(ball.divisor, 0.0);
  if (is_new) {
    differences_.suit(ball.reach_upper);
    place->second = below_one_sample(ball) ? upper_below_one_sample(ball) : upper_by_search(ball);
  }
  return place->second;
}

// omega_p(f, t) <= k omega_p(f, t / k): the way is walked in k parts inside the cube. The fewer the better,
// but for the rounding to whole k.
double TableModulus::upper(int level) {
  assert_upward();
  const mpz_class cells = cells_along_axis_of(level);
  const auto suits = [&](unsigned long parts) {
    const Ball ball = ball_of(cells * parts);
    return below_one_sample(ball) || affordable(half_box_size(ball), kUpperBudget);
  };
  unsigned long parts = 1; // the fewest that suit: more suit as well
  while (!suits(parts)) {
    parts *= 2;
  }
  for (unsigned long step = parts / 4; step > 0; step /= 2) {
    parts -= suits(parts - step) ? step : 0;
  }
  double best = mul_up(static_cast<double>(parts), upper_in(ball_of(cells * parts)));
  for (unsigned long more = 1; parts > 1 && more < kMostParts; ++more) {
    best = least_upper(best,
                       mul_up(static_cast<double>(parts + more), upper_in(ball_of(cells * (parts + more)))));
  }
  return best;
}

} // namespace layercert
