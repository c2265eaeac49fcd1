#include "multilinear_modulus.hpp"

#include "branch_and_bound.hpp"

#include "function/sample_intervals.hpp"
#include "integrate/in_parallel.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/elementary.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace layercert {

namespace {

using Patches = MultilinearDifference::Patches;
using Coefficients = MultilinearDifference::Coefficients;

constexpr std::size_t kDegrees = 4;     // 0 to 3
constexpr double kProductsABox = 16384; // of samples, for each box that is allowed
constexpr std::size_t kMostMultilinearPieces = std::size_t{1} << 20;
constexpr std::size_t kTriesARound = 4;              // pieces whose middles are tried as shifts
constexpr double kMultilinearPartOfTolerance = 0.02; // below it a longer norm is no better shift

std::size_t power_of_four(std::size_t n) { return std::size_t{1} << (2 * n); }

// Six times the integrals over u, in Bernstein's form of degree 3, in x = 1 - r for q' = q and in x = r for
// q' = q + 1.
using Weights = std::array<int, kDegrees>;
constexpr Weights kCube2{0, 0, 0, 2};  // x^3/3
constexpr Weights kMixed{0, 0, 1, 1};  // x^2/2 - x^3/3
constexpr Weights kRest{0, 2, 2, 2};   // x - x^2 + x^3/3
constexpr Weights kCube1{0, 0, 0, 1};  // x^3/6
constexpr Weights kHalf{0, 0, 1, 2};   // x^2/2 - x^3/6
constexpr Weights kAcross{0, 2, 2, 1}; // x - x^2 + x^3/6

enum Pairing : std::size_t { There, Both, Here }; // of f(. + h) with itself, of both, of f with itself

// For q' = q: u = 0..x, phi_0 = x - u, phi_1 = 1 - phi_0, psi_0 = 1 - u, psi_1 = u. For q' = q + 1, with w =
// 1 - u = 0..x: psi_0 = w, psi_1 = 1 - w, phi_1 = x - w, phi_0 = 1 - phi_1: the same with the two hats of
// either kind exchanged.
const Weights &weights_before(Pairing pairing, std::size_t first, std::size_t second) {
  if (pairing == Both) { // phi_first psi_second
    return first == second ? kHalf : first == 0 ? kCube1 : kAcross;
  }
  const bool small = pairing == There ? first == 0 : first == 1;
  return first != second ? kMixed : small ? kCube2 : kRest;
}

int weight(Pairing pairing, bool after, std::size_t first, std::size_t second, std::size_t k) {
  const Weights &weights =
      after ? weights_before(pairing, 1 - first, 1 - second) : weights_before(pairing, first, second);
  return weights[after ? k : kDegrees - 1 - k]; // in r
}

// At most 2^(d-1) sign patterns up to the sign of h: that of the last coordinate is +.
std::size_t patterns(std::size_t d) { return std::size_t{1} << (d - 1); }

Interval range_of(const Coefficients &coefficients) {
  double lower = coefficients.front().lower();
  double upper = coefficients.front().upper();
  for (const Interval &c : coefficients) {
    lower = std::min(lower, c.lower());
    upper = std::max(upper, c.upper());
  }
  return {lower, upper};
}

// By de Casteljau's rule in coordinate j at r, of which 1 - r is the rest: what the two parts have for
// coefficients. Either may be left out.
void cut_at(const Coefficients &whole, std::size_t j, const Interval &r, Coefficients *before,
            Coefficients *after) {
  const Interval rest = Interval(1.0) - r;
  const std::size_t step = power_of_four(j);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    if (at / step % kDegrees != 0) {
      continue;
    }
    std::array<Interval, kDegrees> b;
    for (std::size_t k = 0; k < kDegrees; ++k) {
      b[k] = whole[at + k * step];
    }
    for (std::size_t k = 0; k < kDegrees; ++k) { // b[0] is the first of row k, and b[3 - k] its last
      if (before != nullptr) {
        (*before)[at + k * step] = b[0];
      }
      if (after != nullptr) {
        (*after)[at + (kDegrees - 1 - k) * step] = b[kDegrees - 1 - k];
      }
      for (std::size_t i = 0; i + 1 < kDegrees - k; ++i) {
        b[i] = b[i] * rest + b[i + 1] * r;
      }
    }
  }
}

// The polynomial at r, whose sides are narrow.
Interval value_at(Coefficients coefficients, std::span<const Interval> r) {
  Coefficients cut = coefficients;
  for (std::size_t j = 0; j < r.size(); ++j) {
    cut_at(coefficients, j, r[j], nullptr, &cut); // from r_j on: its first coefficients are the values at r_j
    std::swap(cut, coefficients);
  }
  return coefficients.front();
}

} // namespace

std::optional<MultilinearDifference> MultilinearDifference::of(const SampleTable &table) {
  assert_upward();
  const auto d = table.dimension;
  if (d > kMostAxes || table.size() > kMostSamples) {
    return std::nullopt;
  }
  const SampleIntervals sample(table);
  const std::size_t count = table.size();
  double least = std::numeric_limits<double>::infinity();
  double most = -least;
  for (std::size_t i = 0; i < count; ++i) {
    least = std::min(least, sample(i).lower());
    most = std::max(most, sample(i).upper());
  }
  const double middle = least / 2 + most / 2; // any number serves
  const double reach = most / 2 - least / 2;
  if (!(reach > 0) || !std::isfinite(reach)) {
    return std::nullopt;
  }
  MultilinearDifference result;
  result.dimension_ = d;
  result.patches_.fill(1);
  for (std::size_t j = 0; j < d; ++j) {
    result.patches_[j] = table.sides[j] - 1;
  }
  const int exponent = std::clamp(std::ilogb(reach), -1020, 1020);
  result.unit_ = std::ldexp(1.0, exponent);
  std::vector<double> &plain = result.samples_.emplace_back();
  for (std::size_t i = 0; i < count; ++i) {
    const Interval exact = (sample(i) - Interval(middle)) / Interval(result.unit_);
    const double near = exact.lower() / 2 + exact.upper() / 2;
    plain.push_back(near);
    const Interval away = abs_range(exact - Interval(near));
    result.rounding_upper_ = std::max(result.rounding_upper_, away.upper());
  }
  for (std::size_t opposite = 1; opposite < std::size_t{1} << d; ++opposite) {
    std::vector<double> &turned = result.samples_.emplace_back(count);
    for (std::size_t i = 0; i < count; ++i) {
      std::size_t rest = i;
      std::size_t to = 0;
      std::size_t step = 1;
      for (std::size_t j = 0; j < d; ++j) {
        const auto side = static_cast<std::size_t>(table.sides[j]);
        const std::size_t at = rest % side;
        to += step * ((opposite >> j & 1U) != 0 ? side - 1 - at : at);
        rest /= side;
        step *= side;
      }
      turned[to] = result.samples_.front()[i];
    }
  }
  result.add_up_first();
  return result;
}

std::size_t MultilinearDifference::place_of_count(const Patches &count) const {
  std::size_t place = 0;
  for (std::size_t j = dimension_; j-- > 0;) {
    place = place * static_cast<std::size_t>(patches_[j]) + static_cast<std::size_t>(count[j] - 1);
  }
  return place;
}

// Axis by axis: first the products, then what stands before along each.
void MultilinearDifference::add_up_first() {
  const std::size_t corners = std::size_t{1} << dimension_;
  std::size_t count = 1;
  for (std::size_t j = 0; j < dimension_; ++j) {
    count *= static_cast<std::size_t>(patches_[j]);
  }
  first_.assign(corners, std::vector<std::vector<Interval>>(corners * corners));
  in_parallel(corners * corners * corners, [&](std::size_t task) {
    const std::size_t opposite = task / (corners * corners);
    const std::size_t x = task / corners % corners;
    const std::size_t y = task % corners;
    if (x > y) {
      return; // as y and x
    }
    const std::vector<double> &v = samples_[opposite];
    std::vector<Interval> &sums = first_[opposite][x * corners + y];
    sums.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      std::size_t rest = i;
      std::size_t at_x = 0;
      std::size_t at_y = 0;
      std::size_t step = 1;
      for (std::size_t j = 0; j < dimension_; ++j) {
        const auto patches = static_cast<std::size_t>(patches_[j]);
        at_x += step * (rest % patches + (x >> j & 1U));
        at_y += step * (rest % patches + (y >> j & 1U));
        rest /= patches;
        step *= patches + 1;
      }
      sums.push_back(Interval(v[at_x]) * Interval(v[at_y]));
    }
    std::size_t step = 1;
    for (std::size_t j = 0; j < dimension_; ++j) {
      const auto patches = static_cast<std::size_t>(patches_[j]);
      for (std::size_t i = 0; i < count; ++i) {
        if (i / step % patches != 0) {
          sums[i] += sums[i - step];
        }
      }
      step *= patches;
    }
  });
}

// sum over 0 <= i < count of v_(i+x) v_(i+y).
Interval MultilinearDifference::sum_of_first(std::size_t opposite, const Patches &count, std::size_t x,
                                             std::size_t y) const {
  const std::size_t corners = std::size_t{1} << dimension_;
  return first_[opposite][std::min(x, y) * corners + std::max(x, y)][place_of_count(count)];
}

namespace {

// A sum of products from both sides: upward rounding makes that of v w a bound from above, and that of (-v) w
// minus one from below. In lanes, as one sum would wait for each addition.
class DirectedSum {
public:
  void add(const double *v, const double *w, std::int64_t count) {
    std::int64_t i = 0;
    for (; i + kLanes <= count; i += kLanes) {
      for (std::int64_t lane = 0; lane < kLanes; ++lane) {
        upper_[static_cast<std::size_t>(lane)] += v[i + lane] * w[i + lane];
        minus_lower_[static_cast<std::size_t>(lane)] += -v[i + lane] * w[i + lane];
      }
    }
    for (; i < count; ++i) {
      upper_[0] += v[i] * w[i];
      minus_lower_[0] += -v[i] * w[i];
    }
  }
  Interval value() const {
    double upper = 0;
    double minus_lower = 0;
    for (std::size_t lane = 0; lane < upper_.size(); ++lane) {
      upper = add_up(upper, upper_[lane]);
      minus_lower = add_up(minus_lower, minus_lower_[lane]);
    }
    return {-minus_lower, upper};
  }

private:
  static constexpr std::int64_t kLanes = 4;
  std::array<double, kLanes> upper_{};
  std::array<double, kLanes> minus_lower_{};
};

// The k along one axis of m + 1 nodes for which both k and k + lag are nodes.
struct Overlap {
  std::int64_t first, last;
  Overlap(std::int64_t m, std::int64_t lag)
      : first(std::max<std::int64_t>(0, -lag)), last(m - std::max<std::int64_t>(0, lag)) {}
  // 0 for the first, also where it is the last, 2 for the last, 1 between.
  std::size_t class_of(std::int64_t k) const { return k == first ? 0 : k == last ? 2 : 1; }
};

} // namespace

MultilinearDifference::LagSums MultilinearDifference::sums_of_lag(std::size_t opposite,
                                                                  const Patches &lag) const {
  assert_upward();
  const std::vector<double> &v = samples_[opposite];
  const std::int64_t row = patches_[0] + 1;
  const std::int64_t plane = row * (dimension_ > 1 ? patches_[1] + 1 : 1);
  const Overlap along(patches_[0], lag[0]);
  const Overlap rows = dimension_ > 1 ? Overlap(patches_[1], lag[1]) : Overlap(0, 0);
  const Overlap planes = dimension_ > 2 ? Overlap(patches_[2], lag[2]) : Overlap(0, 0);
  std::array<DirectedSum, 27> sums;
  for (std::int64_t k2 = planes.first; k2 <= planes.last; ++k2) {
    for (std::int64_t k1 = rows.first; k1 <= rows.last; ++k1) {
      const double *here = v.data() + k1 * row + k2 * plane;
      const double *there =
          here + (lag[0] + (dimension_ > 1 ? lag[1] * row : 0) + (dimension_ > 2 ? lag[2] * plane : 0));
      DirectedSum *of_row = &sums[3 * rows.class_of(k1) + 9 * planes.class_of(k2)];
      of_row[0].add(there + along.first, here + along.first, 1);
      of_row[1].add(there + along.first + 1, here + along.first + 1, along.last - along.first - 1);
      if (along.last > along.first) {
        of_row[2].add(there + along.last, here + along.last, 1);
      }
    }
  }
  LagSums result;
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i] = sums[i].value();
  }
  return result;
}

Coefficients MultilinearDifference::coefficients(std::size_t opposite, const Patches &q) const {
  LagSums sums;
  return coefficients(opposite, q, [&](const Patches &lag) -> const LagSums & {
    sums = sums_of_lag(opposite, lag);
    return sums;
  });
}

Coefficients MultilinearDifference::coefficients(std::size_t opposite, const Patches &q,
                                                 const SumsOfLag &sums) const {
  assert_upward();
  const std::size_t d = dimension_;
  const std::size_t corners = std::size_t{1} << d;
  Coefficients result(power_of_four(d), Interval(0.0));
  for (std::size_t after = 0; after < corners; ++after) { // bit j: q'_j = q_j + 1
    Patches moved{};
    Patches count{};
    for (std::size_t j = 0; j < d; ++j) {
      moved[j] = q[j] + static_cast<std::int64_t>(after >> j & 1U);
      count[j] = patches_[j] - moved[j];
    }
    if (std::any_of(count.begin(), count.begin() + static_cast<std::ptrdiff_t>(d),
                    [](std::int64_t n) { return n <= 0; })) {
      continue;
    }
    const auto add = [&](Pairing pairing, std::size_t first, std::size_t second, const Interval &sum) {
      for (std::size_t at = 0; at < result.size(); ++at) {
        int factor = 1;
        for (std::size_t j = 0; j < d && factor != 0; ++j) {
          factor *= weight(pairing, (after >> j & 1U) != 0, first >> j & 1U, second >> j & 1U,
                           at / power_of_four(j) % kDegrees);
        }
        if (factor != 0) {
          result[at] += sum * Interval(static_cast<double>(factor));
        }
      }
    };
    for (std::size_t first = 0; first < corners; ++first) {
      for (std::size_t second = 0; second < corners; ++second) {
        add(Here, first, second, sum_of_first(opposite, count, first, second));
        // The last ones are the first ones of the samples in the opposite order along all axes.
        const std::size_t all = corners - 1;
        add(There, first, second, sum_of_first(all ^ opposite, count, all ^ first, all ^ second));
        add(Both, first, second, Interval(-2.0) * sum_of_both(moved, first, second, sums));
      }
    }
  }
  return result;
}

// sum over i < m - q' of v_(i+q'+x) v_(i+y): with k = i + y, of v_(k+lag) v_k, lag = q' + x - y.
Interval MultilinearDifference::sum_of_both(const Patches &moved, std::size_t x, std::size_t y,
                                            const SumsOfLag &sums) const {
  Patches lag{};
  std::array<std::array<bool, 3>, kMostAxes> counts{}; // whether a class along an axis counts
  counts.fill({true, false, false});
  for (std::size_t j = 0; j < dimension_; ++j) {
    const auto from = static_cast<std::int64_t>(y >> j & 1U);
    lag[j] = moved[j] + static_cast<std::int64_t>(x >> j & 1U) - from;
    const Overlap overlap(patches_[j], lag[j]);
    const bool with_first = from <= overlap.first;
    const bool with_last = patches_[j] - moved[j] - 1 + from >= overlap.last;
    counts[j] = {with_first && (with_last || overlap.last > overlap.first), true, with_last};
  }
  const LagSums &of_lag = sums(lag);
  Interval sum(0.0);
  for (std::size_t i = 0; i < of_lag.size(); ++i) {
    if (counts[0][i % 3] && counts[1][i / 3 % 3] && counts[2][i / 9]) {
      sum += of_lag[i];
    }
  }
  return sum;
}

// F is the value over 6^d prod m_j, in squares of the unit.
Interval MultilinearDifference::norm_of(const Interval &value) const {
  assert_upward();
  Interval square = value;
  for (std::size_t j = 0; j < dimension_; ++j) {
    square /= Interval(6.0) * Interval(patches_[j]);
  }
  const double twice = mul_up(2.0, rounding_upper_);
  const double lower = sub_down(sqrt_down(std::max(0.0, square.lower())), twice);
  const double upper = add_up(sqrt_up(std::max(0.0, square.upper())), twice);
  return Interval(std::max(0.0, lower), upper) * Interval(unit_);
}

Interval MultilinearDifference::norm(std::span<const double> h) const {
  assert_upward();
  const std::size_t d = dimension_;
  const bool turned = h[d - 1] < 0; // h and -h are alike
  std::size_t opposite = 0;
  std::array<Interval, kMostAxes> s;
  Patches q{};
  std::size_t two_cubes = 0; // bit j: s_j may lie on either side of q_j + 1
  for (std::size_t j = 0; j < d; ++j) {
    const double h_j = turned ? -h[j] : h[j];
    opposite |= h_j < 0 && j + 1 < d ? std::size_t{1} << j : 0;
    s[j] = Interval(std::fabs(h_j)) * Interval(patches_[j]);
    q[j] = std::min(static_cast<std::int64_t>(std::floor(s[j].lower())), patches_[j] - 1);
    const bool beyond = s[j].upper() > static_cast<double>(q[j] + 1) && q[j] + 1 < patches_[j];
    two_cubes |= beyond ? std::size_t{1} << j : 0;
  }
  Interval value;
  for (std::size_t later = 0; later < std::size_t{1} << d; ++later) {
    if ((later & ~two_cubes) != 0) {
      continue;
    }
    Patches cube = q;
    std::vector<Interval> r(d);
    for (std::size_t j = 0; j < d; ++j) {
      cube[j] += static_cast<std::int64_t>(later >> j & 1U);
      const Interval from_q = s[j] - Interval(cube[j]);
      r[j] = {std::clamp(from_q.lower(), 0.0, 1.0), std::clamp(from_q.upper(), 0.0, 1.0)};
    }
    const Interval here = value_at(coefficients(opposite, cube), r);
    value = later == 0 ? here : hull(value, here);
  }
  return norm_of(value);
}

namespace {

class MultilinearSearch : public ModulusStrategy {
public:
  struct Piece {
    std::size_t opposite = 0;
    Patches q{};
    std::array<double, MultilinearDifference::kMostAxes> from{}; // of r_j, dyadic
    std::array<double, MultilinearDifference::kMostAxes> to{};
    Coefficients coefficients;
    double upper = 0;
  };

  MultilinearSearch(const MultilinearDifference &difference, const ModulusProblem &problem,
                    const ModulusBounds &known, const SearchLimits &limits)
      : ModulusStrategy(problem, known, limits), difference_(difference), d_(difference.dimension()) {
    // The cubes that meet the ball.
    for (std::size_t opposite = 0; opposite < patterns(d_); ++opposite) {
      Piece piece;
      piece.opposite = opposite;
      piece.to.fill(1.0);
      bool more = true;
      while (more && open_.size() <= kMostMultilinearPieces) {
        if (meets_ball(piece)) {
          open_.push_back(piece);
          for (std::size_t j = 0; j < d_; ++j) {
            most_[j] = std::max(most_[j], piece.q[j]);
          }
        }
        more = false;
        for (std::size_t j = 0; j < d_ && !more; ++j) {
          const auto next = static_cast<double>(piece.q[j] + 1);
          more = piece.q[j] + 1 < difference.patches()[j] &&
                 next <= mul_up(problem.t_upper, static_cast<double>(difference.patches()[j]));
          piece.q[j] = more ? piece.q[j] + 1 : 0;
        }
      }
    }
  }

  // Whether the limits let the products of samples of all lags be added up.
  bool is_affordable() const {
    auto products = static_cast<double>(patterns(d_));
    for (std::size_t j = 0; j < d_; ++j) {
      products *= static_cast<double>(lags(j)) * static_cast<double>(difference_.patches()[j] + 1);
    }
    return open_.size() <= kMostMultilinearPieces &&
           products <= kProductsABox * static_cast<double>(limits_.most_boxes);
  }

  // One sign pattern after the other: first the sums of all lags, then the coefficients.
  std::vector<Piece> pieces() {
    std::size_t count = 1;
    for (std::size_t j = 0; j < d_; ++j) {
      count *= lags(j);
    }
    std::vector<MultilinearDifference::LagSums> sums(count);
    for (std::size_t opposite = 0; opposite < patterns(d_); ++opposite) {
      in_parallel(count, [&](std::size_t i) { sums[i] = difference_.sums_of_lag(opposite, lag_at(i)); });
      in_parallel(open_.size(), [&](std::size_t i) {
        if (open_[i].opposite == opposite) {
          open_[i].coefficients = difference_.coefficients(
              opposite, open_[i].q, [&](const Patches &lag) -> const MultilinearDifference::LagSums & {
                return sums[place_of(lag)];
              });
          open_[i].upper = upper_of(open_[i]);
        }
      });
    }
    best_.boxes += open_.size();
    return std::move(open_);
  }

  bool may_bound(const std::vector<Piece> & /*open*/) const { return true; }

  // The bounds are those that the pieces came with.
  void bound(std::vector<Piece> &open) {
    const std::size_t tries = std::min(kTriesARound, open.size());
    std::vector<std::size_t> order(open.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
      order[i] = i;
    }
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(tries), order.end(),
                      [&](std::size_t a, std::size_t b) {
                        return open[a].upper != open[b].upper ? open[a].upper > open[b].upper : a < b;
                      });
    for (std::size_t i = 0; i < tries; ++i) {
      try_shift(open[order[i]]);
    }
  }

  bool may_cut(const std::vector<Piece> &open) const {
    return best_.boxes < limits_.most_boxes && 2 * open.size() <= kMostMultilinearPieces;
  }

  std::vector<Piece> cut(std::vector<Piece> open) {
    std::vector<Piece> halves(2 * open.size());
    in_parallel(open.size(), [&](std::size_t i) {
      const std::size_t j = steepest(open[i]);
      const double middle = open[i].from[j] / 2 + open[i].to[j] / 2;
      Piece &before = halves[2 * i];
      Piece &after = halves[2 * i + 1];
      before = after = open[i];
      cut_at(open[i].coefficients, j, Interval(0.5), &before.coefficients, &after.coefficients);
      before.to[j] = after.from[j] = middle;
      for (Piece *half : {&before, &after}) {
        half->upper = meets_ball(*half) ? least_upper(open[i].upper, upper_of(*half)) : 0;
      }
    });
    best_.boxes += halves.size() / 16 + 1; // far less than boxes of integrals
    return halves;
  }

  void finish(const std::vector<Piece> & /*open*/) const {}

private:
  // Lags along axis j: from -1 to one more than the greatest q_j + 1, as far as there are nodes.
  std::size_t lags(std::size_t j) const {
    return static_cast<std::size_t>(std::min(most_[j] + 2, difference_.patches()[j])) + 2;
  }
  Patches lag_at(std::size_t place) const {
    Patches lag{};
    for (std::size_t j = 0; j < d_; ++j) {
      lag[j] = static_cast<std::int64_t>(place % lags(j)) - 1;
      place /= lags(j);
    }
    return lag;
  }
  std::size_t place_of(const Patches &lag) const {
    std::size_t place = 0;
    for (std::size_t j = d_; j-- > 0;) {
      place = place * lags(j) + static_cast<std::size_t>(lag[j] + 1);
    }
    return place;
  }

  // h of the piece's corner next to 0, rounded toward 0.
  bool meets_ball(const Piece &piece) const {
    Shift nearest(d_);
    for (std::size_t j = 0; j < d_; ++j) {
      const double s = static_cast<double>(piece.q[j]) + piece.from[j];
      nearest[j] =
          std::max(0.0, div_down(std::nextafter(s, 0.0), static_cast<double>(difference_.patches()[j])));
    }
    return layercert::norm_of(nearest, problem_.norm).lower() <= problem_.t_upper;
  }

  double upper_of(const Piece &piece) const {
    return difference_.norm_of(range_of(piece.coefficients)).upper();
  }

  // The coordinate along which the coefficients differ most.
  std::size_t steepest(const Piece &piece) const {
    std::size_t best = 0;
    double most = -1;
    for (std::size_t j = 0; j < d_; ++j) {
      double rise = 0;
      const std::size_t step = power_of_four(j);
      for (std::size_t at = 0; at < piece.coefficients.size(); ++at) {
        if (at / step % kDegrees != 0) {
          rise = std::max(rise,
                          std::fabs(piece.coefficients[at].upper() - piece.coefficients[at - step].upper()));
        }
      }
      if (rise > most && piece.to[j] - piece.from[j] > 0x1p-40) {
        most = rise;
        best = j;
      }
    }
    return best;
  }

  // The middle of the piece, or the corner where the coefficients are largest; a shift that is too long is
  // shortened.
  void try_shift(const Piece &piece) {
    const std::size_t largest = static_cast<std::size_t>(
        std::max_element(piece.coefficients.begin(), piece.coefficients.end(),
                         [](const Interval &a, const Interval &b) { return a.upper() < b.upper(); }) -
        piece.coefficients.begin());
    Shift h(d_);
    for (std::size_t j = 0; j < d_; ++j) {
      const auto k = static_cast<double>(largest / power_of_four(j) % kDegrees);
      const double r = piece.from[j] + (piece.to[j] - piece.from[j]) * (k / 3);
      h[j] = (static_cast<double>(piece.q[j]) + r) / static_cast<double>(difference_.patches()[j]);
      h[j] = (piece.opposite >> j & 1U) != 0 ? -h[j] : h[j];
    }
    if (std::all_of(h.begin(), h.end(), [](double x) { return x == 0; })) {
      return;
    }
    if (layercert::norm_of(h, problem_.norm).upper() > problem_.t_lower) {
      h = shortened(std::move(h), problem_.norm, problem_.t_lower);
    }
    if (std::any_of(h.begin(), h.end(), [](double x) { return !(std::fabs(x) < 1); })) {
      return;
    }
    const double norm = difference_.norm(h).lower();
    if (norm > best_.lower.value * (1 + kMultilinearPartOfTolerance * limits_.relative_gap)) {
      best_.lower = {norm, std::move(h)};
    }
  }

  const MultilinearDifference &difference_;
  std::size_t d_;
  std::vector<Piece> open_;
  Patches most_{}; // the greatest q_j
};

} // namespace

ModulusBounds search_multilinear_modulus(const MultilinearDifference &difference,
                                         const ModulusProblem &problem, const ModulusBounds &known,
                                         const SearchLimits &limits) {
  assert_upward();
  MultilinearSearch search(difference, problem, known, limits);
  return search.is_affordable() ? branch_and_bound(search) : ModulusBounds{known.upper, known.lower, 0};
}

} // namespace layercert
