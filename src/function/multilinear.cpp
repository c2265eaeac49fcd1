#include "multilinear.hpp"

#include "grid_overlap.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/elementary.hpp"

#include <boost/container/small_vector.hpp>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <vector>

namespace layercert {

namespace {

constexpr std::int64_t kFewPatches = 16; // up to so many are cut with the box one by one

using Index = std::array<std::int64_t, kMostDimensions>;
template <class I>
using Corners = boost::container::small_vector<I, 8>; // of a patch; up to d = 3 without an allocation

std::int64_t floor_of(double x) { return static_cast<std::int64_t>(std::floor(x)); }
std::int64_t floor_of(const MpfrNumber &x) { return mpfr_get_si(floor(x).get(), MPFR_RNDD); }

Interval integer_as(const Interval &, std::int64_t n) { return Interval(n); }
MpfrInterval integer_as(const MpfrInterval &like, std::int64_t n) {
  return mpfr_enclosure(mpq_class(mpz_class(static_cast<long>(n))),
                        std::max<mpfr_prec_t>(64, like.upper().precision()));
}

// Samples are counted in units of 1/denominator where they are whole numbers of these.
Interval sample_as(const Interval &, const SampleTable &table, std::size_t i) {
  return !table.numerators.empty() ? Interval(table.numerators[i])
         : !table.doubles.empty()  ? Interval(table.doubles[i])
                                   : enclosure(table.rationals[i]);
}
MpfrInterval sample_as(const MpfrInterval &like, const SampleTable &table, std::size_t i) {
  return !table.numerators.empty()
             ? integer_as(like, table.numerators[i])
             : mpfr_enclosure(table.exact(i), std::max<mpfr_prec_t>(64, like.upper().precision()));
}

// From sample a to sample b, in the same units.
template <class I> I rise_as(const I &like, const SampleTable &table, std::size_t a, std::size_t b) {
  if (!table.numerators.empty()) { // numerators are below 10^18: the difference fits
    return integer_as(like, table.numerators[b] - table.numerators[a]);
  }
  if (!table.rationals.empty()) {
    SampleTable difference;
    difference.rationals = {mpq_class(table.rationals[b] - table.rationals[a])};
    return sample_as(like, difference, 0);
  }
  return sample_as(like, table, b) - sample_as(like, table, a);
}

// The box in units of patches, along every axis: it lies in [lower, upper], 0 <= lower <= upper <= side - 1,
// and meets the patches first..last.
template <class I> struct Grid {
  std::array<I, kMostDimensions> position;
  Index first{};
  Index last{};
  std::int64_t patches = 1; // or kFewPatches + 1, if there are more

  Grid(const SampleTable &table, std::span<const I> box) {
    assert(box.size() == table.dimension);
    for (std::size_t j = 0; j < box.size(); ++j) {
      assert(table.sides[j] >= 2);
      const std::int64_t most = table.sides[j] - 1;
      const I end = integer_as(box[j], most);
      const I zero(integer_like(box[j], 0));
      position[j] = min_range(max_range(box[j], zero) * end, end);
      if (has_nan(position[j])) { // an end at infinity
        position[j] = hull(zero, end);
      }
      // A point between two patches belongs to either: what the upper end only touches is not looked at.
      first[j] = std::min(floor_of(position[j].lower()), most - 1);
      last[j] = std::clamp(floor_of(position[j].upper()), first[j], most - 1);
      if (last[j] > first[j] && integer_as(box[j], last[j]).lower() >= position[j].upper()) {
        --last[j];
      }
      patches = std::min(patches * std::min(last[j] - first[j] + 1, kFewPatches + 1), kFewPatches + 1);
    }
  }
};

std::size_t sample_index(const SampleTable &table, const Index &node) {
  std::size_t index = 0;
  for (auto j = table.dimension; j-- > 0;) {
    index = index * static_cast<std::size_t>(table.sides[j]) + static_cast<std::size_t>(node[j]);
  }
  return index;
}

// Moves to the next index of first..last in every coordinate; false after the last one.
bool advance(Index &index, const Index &first, const Index &last, std::size_t dimension) {
  for (std::size_t j = 0; j < dimension; ++j) {
    if (index[j] < last[j]) {
      ++index[j];
      return true;
    }
    index[j] = first[j];
  }
  return false;
}

template <class I> void widen(I &all, bool &is_first, const I &more) {
  all = is_first ? more : hull(all, more);
  is_first = false;
}

// In numerators: the range of f and, if `gradient` is not empty, of its derivatives per width of a patch.
template <class I> struct Bounds {
  I value;
  std::array<I, kMostDimensions> slope;
};

// From the values at the 2^d corners of a patch to those at the corners of the box's part of it, axis by axis
// except for `skipped`: v (1 - t) + w t at t = from and t = to, exact ends of the part, so that only rounding
// widens it.
template <class I>
void interpolate(Corners<I> &corners, std::span<const I> from, std::span<const I> to, std::size_t skipped) {
  for (std::size_t j = 0; j < from.size(); ++j) {
    if (j == skipped) {
      continue;
    }
    const std::size_t bit = std::size_t{1} << j;
    const I one(integer_like(from[j], 1));
    for (std::size_t k = 0; k < corners.size(); ++k) {
      if ((k & bit) == 0) {
        const I v = corners[k];
        const I w = corners[k + bit];
        corners[k] = v * (one - from[j]) + w * from[j];
        corners[k + bit] = v * (one - to[j]) + w * to[j];
      }
    }
  }
}

template <class I> I hull_of(const Corners<I> &values) {
  I all = values.front();
  for (const I &value : values) {
    all = hull(all, value);
  }
  return all;
}

// On the box's part of one patch.
template <class I>
void widen_by_patch(const SampleTable &table, const Grid<I> &grid, const Index &patch, bool with_slopes,
                    Bounds<I> &bounds, bool is_first) {
  const auto d = table.dimension;
  const I &like = grid.position[0];
  std::array<I, kMostDimensions> from;
  std::array<I, kMostDimensions> to;
  for (std::size_t j = 0; j < d; ++j) {
    const I offset = grid.position[j] - integer_as(like, patch[j]);
    const BoundOf<I> zero = integer_like(like, 0);
    const BoundOf<I> one = integer_like(like, 1);
    from[j] = I(std::clamp(offset.lower(), zero, one));
    to[j] = I(std::clamp(offset.upper(), zero, one));
  }
  Corners<I> nodes;
  for (std::size_t k = 0; k < std::size_t{1} << d; ++k) {
    Index node = patch;
    for (std::size_t j = 0; j < d; ++j) {
      node[j] += static_cast<std::int64_t>(k >> j & 1U);
    }
    nodes.push_back(sample_as(like, table, sample_index(table, node)));
  }
  const std::span<const I> starts(from.data(), d);
  const std::span<const I> ends(to.data(), d);
  Corners<I> corners = nodes;
  interpolate(corners, starts, ends, d);
  bool first = is_first;
  widen(bounds.value, first, hull_of(corners));
  for (std::size_t j = 0; with_slopes && j < d; ++j) {
    corners = nodes;
    interpolate(corners, starts, ends, j);
    Corners<I> rises;
    for (std::size_t k = 0; k < corners.size(); ++k) {
      if ((k >> j & 1U) == 0) {
        rises.push_back(corners[k + (std::size_t{1} << j)] - corners[k]);
      }
    }
    first = is_first;
    widen(bounds.slope[j], first, hull_of(rises));
  }
}

// The nodes of the patches up to `last_patch`: the last of them, and how far apart neighbours along each axis
// stand in the table.
struct Nodes {
  Index last;
  std::array<std::size_t, kMostDimensions> stride{};

  Nodes(const SampleTable &table, const Index &last_patch) : last(last_patch) {
    std::size_t step = 1;
    for (std::size_t j = 0; j < table.sides.size(); ++j) {
      ++last[j];
      stride[j] = step;
      step *= static_cast<std::size_t>(table.sides[j]);
    }
  }
};

// Over all patches of the grid, from their nodes: a derivative by x_j lies between the least and the greatest
// rise along j.
template <class I>
void scan_nodes(const SampleTable &table, const Grid<I> &grid, bool with_slopes, Bounds<I> &bounds) {
  const auto d = table.dimension;
  const Nodes nodes(table, grid.last);
  const I &like = grid.position[0];
  bool first_value = true;
  std::array<bool, kMostDimensions> first_rise;
  first_rise.fill(true);
  Index node = grid.first;
  do {
    const std::size_t at = sample_index(table, node);
    widen(bounds.value, first_value, sample_as(like, table, at));
    for (std::size_t j = 0; with_slopes && j < d; ++j) {
      if (node[j] < nodes.last[j]) {
        widen(bounds.slope[j], first_rise[j], rise_as(like, table, at, at + nodes.stride[j]));
      }
    }
  } while (advance(node, grid.first, nodes.last, d));
}

// The same from whole numbers, whose extremes are found before any interval is made.
template <class I>
void scan_integers(const SampleTable &table, const Grid<I> &grid, bool with_slopes, Bounds<I> &bounds) {
  const auto d = table.dimension;
  const Nodes nodes(table, grid.last);
  struct Extremes {
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    std::int64_t most = std::numeric_limits<std::int64_t>::min();
    void take(std::int64_t n) {
      least = std::min(least, n);
      most = std::max(most, n);
    }
  };
  Extremes value;
  std::array<Extremes, kMostDimensions> rise;
  Index node = grid.first;
  do {
    const std::size_t at = sample_index(table, node);
    value.take(table.numerators[at]);
    for (std::size_t j = 0; with_slopes && j < d; ++j) {
      if (node[j] < nodes.last[j]) { // numerators are below 10^18: the difference fits
        rise[j].take(table.numerators[at + nodes.stride[j]] - table.numerators[at]);
      }
    }
  } while (advance(node, grid.first, nodes.last, d));
  const I &like = grid.position[0];
  const auto interval = [&](const Extremes &e) {
    return hull(integer_as(like, e.least), integer_as(like, e.most));
  };
  bounds.value = interval(value);
  for (std::size_t j = 0; with_slopes && j < d; ++j) {
    bounds.slope[j] = interval(rise[j]);
  }
}

template <class I> Bounds<I> bounds_on(const SampleTable &table, std::span<const I> box, bool with_slopes) {
  const Grid<I> grid(table, box);
  Bounds<I> bounds;
  if (grid.patches > kFewPatches) {
    if (table.numerators.empty()) {
      scan_nodes(table, grid, with_slopes, bounds);
    } else {
      scan_integers(table, grid, with_slopes, bounds);
    }
    return bounds;
  }
  Index patch = grid.first;
  bool is_first = true;
  do {
    widen_by_patch(table, grid, patch, with_slopes, bounds, is_first);
    is_first = false;
  } while (advance(patch, grid.first, grid.last, table.dimension));
  return bounds;
}

} // namespace

Interval multilinear_range(const SampleTable &table, std::span<const Interval> box) {
  assert_upward();
  return bounds_on(table, box, false).value / Interval(table.denominator);
}

MpfrInterval multilinear_range(const SampleTable &table, std::span<const MpfrInterval> box,
                               mpfr_prec_t precision) {
  std::vector<MpfrInterval> longer; // whole numbers of 63 bits, and the position within a patch after them
  for (const MpfrInterval &side : box) {
    longer.push_back(side + mpfr_enclosure(0.0, precision + 96));
  }
  return bounds_on<MpfrInterval>(table, longer, false).value / integer_as(longer[0], table.denominator);
}

Interval multilinear_range_and_gradient(const SampleTable &table, std::span<const Interval> box,
                                        std::span<Interval> gradient) {
  assert_upward();
  assert(gradient.size() == box.size());
  const Bounds<Interval> bounds = bounds_on(table, box, true);
  const Interval denominator(table.denominator);
  for (std::size_t j = 0; j < gradient.size(); ++j) {
    const Interval patches(static_cast<double>(table.sides[j] - 1)); // in the length of the cube
    gradient[j] = bounds.slope[j] * patches / denominator;
  }
  return bounds.value / denominator;
}

double multilinear_sample(const SampleTable &table, std::span<const double> point) {
  assert(point.size() == table.dimension);
  const auto d = point.size();
  Index patch{};
  std::array<double, kMostDimensions> offset{};
  for (std::size_t j = 0; j < d; ++j) {
    const double position = std::clamp(point[j], 0.0, 1.0) * (table.sides[j] - 1);
    patch[j] = std::min<std::int64_t>(floor_of(position), table.sides[j] - 2);
    offset[j] = position - static_cast<double>(patch[j]);
  }
  double sum = 0;
  for (std::size_t k = 0; k < std::size_t{1} << d; ++k) {
    Index node = patch;
    double weight = 1;
    for (std::size_t j = 0; j < d; ++j) {
      const bool upper = (k >> j & 1U) != 0;
      node[j] += upper ? 1 : 0;
      weight *= upper ? offset[j] : 1 - offset[j];
    }
    if (weight != 0) {
      sum += weight * table.nearest(sample_index(table, node));
    }
  }
  return sum;
}

} // namespace layercert
