#include "patches.hpp"

#include "samples.hpp"
#include "shares.hpp"

#include <numeric>

namespace checker {

Patches::Patches(const layercert::SampleTable &table)
    : d_(table.dimension), sides_(table.sides.begin(), table.sides.end()) {
  for (std::size_t i = 0; i < table.size(); ++i) {
    samples_.push_back(sample(table, i));
  }
}

// On a box inside a patch, with t_j in [-1, 1] along axis j, f = sum over sets S of axes of c_S prod_{j in S}
// t_j: along one axis, v + (w - v) x with x = middle + half t. The numbers of sets are the bits of S.
std::vector<Interval> Patches::coefficients(const std::vector<const Part *> &box) const {
  std::vector<Interval> c;
  for (ulong corner = 0; corner < ulong{1} << d_; ++corner) {
    slong index = 0;
    for (std::size_t j = d_; j-- > 0;) {
      index = index * sides_[j] + box[j]->patch + static_cast<slong>(corner >> j & 1);
    }
    c.push_back(samples_[static_cast<std::size_t>(index)]);
  }
  for (std::size_t j = 0; j < d_; ++j) {
    const ulong bit = ulong{1} << j;
    for (ulong S = 0; S < c.size(); ++S) {
      if ((S & bit) == 0) {
        const Interval rise = c[S | bit] - c[S];
        c[S] = c[S] + rise * box[j]->middle;
        c[S | bit] = rise * box[j]->half;
      }
    }
  }
  return c;
}

// The products of the t_j are orthogonal, and the mean of t_j^2 is 1/3.
Interval Patches::mean_square(const std::vector<Interval> &c) const {
  Interval sum(0);
  for (ulong S = 0; S < c.size(); ++S) {
    Interval part = square(abs(c[S]));
    for (ulong rest = S; rest != 0; rest &= rest - 1) {
      part = part / Interval(3);
    }
    sum = sum + part;
  }
  return sum;
}

namespace {

// Moves to the next index below the ends; false after the last one.
bool advance(std::vector<std::size_t> &at, const std::vector<std::size_t> &ends) {
  for (std::size_t j = 0; j < at.size(); ++j) {
    if (++at[j] < ends[j]) {
      return true;
    }
    at[j] = 0;
  }
  return false;
}

} // namespace

Interval Patches::error(const std::vector<ulong> &place, ulong side, const Interval &c, const Arf &Phi_0,
                        Arf &sup) const {
  std::vector<std::vector<Part>> parts(d_);
  std::vector<std::vector<slong>> lengths(d_);
  std::vector<std::size_t> ends;
  Interval units(1); // of the cube
  for (std::size_t j = 0; j < d_; ++j) {
    const Shares shares(place[j], side, static_cast<ulong>(sides_[j] - 1));
    const Interval twice(2 * shares.of_piece);
    for (std::size_t k = 0; k < shares.lengths.size(); ++k) {
      parts[j].push_back({static_cast<slong>(shares.first + k),
                          Interval(2 * shares.from[k] + shares.lengths[k]) / twice,
                          Interval(shares.lengths[k]) / twice});
    }
    lengths[j] = shares.lengths;
    ends.push_back(shares.lengths.size());
    units = units * Interval(shares.units);
  }
  Interval sum(0);
  std::vector<std::size_t> at(d_, 0);
  do {
    std::vector<const Part *> box;
    Interval volume(1);
    for (std::size_t j = 0; j < d_; ++j) {
      box.push_back(&parts[j][at[j]]);
      volume = volume * Interval(lengths[j][at[j]]);
    }
    std::vector<Interval> f = coefficients(box);
    Interval size = abs(f[0] - Interval(Phi_0));
    for (std::size_t S = 1; S < f.size(); ++S) {
      size = size + abs(f[S]);
    }
    sup = std::max(sup, size.upper);
    f[0] = f[0] - c;
    sum = sum + mean_square(f) * volume;
  } while (advance(at, ends));
  return sum / units;
}

// Along axis j let m be the number of patches and m h = q + r with whole q and 0 <= r < 1. A point with the
// part u of patch i moves into patch i + q for u <= 1 - r, and into i + q + 1 for u >= 1 - r.
Interval Patches::difference(const std::vector<Arf> &h, const ParallelFor &parallel) const {
  struct Way {
    Part here, there;
    Interval length; // in patches
  };
  std::vector<std::vector<Way>> ways(d_);
  std::vector<std::size_t> ends;
  Interval patches(1);
  for (std::size_t j = 0; j < d_; ++j) {
    const slong m = sides_[j] - 1;
    const Arf moved = h[j] * Arf(m);
    const Arf floor = moved.floor();
    const slong q = arf_get_si(floor.get(), ARF_RND_DOWN);
    const Interval r = Interval(moved) - Interval(floor);
    const Interval rest = Interval(1) - r;
    const Interval two(2);
    for (slong i = std::max<slong>(0, -q); i < std::min(m, m - q); ++i) {
      ways[j].push_back({{i, rest / two, rest / two}, {i + q, (Interval(1) + r) / two, rest / two}, rest});
    }
    for (slong i = std::max<slong>(0, -q - 1); !r.zero() && i < std::min(m, m - q - 1); ++i) {
      ways[j].push_back({{i, (two - r) / two, r / two}, {i + q + 1, r / two, r / two}, r});
    }
    if (ways[j].empty()) {
      throw Rejected("a shift leaves nothing of the cube");
    }
    ends.push_back(ways[j].size());
    patches = patches * Interval(m);
  }
  // What moves along the last axis in one way.
  const auto slice = [&](std::size_t last) {
    Interval sum(0);
    std::vector<std::size_t> at(d_, 0);
    std::vector<std::size_t> ends_here = ends;
    at.back() = last;
    ends_here.back() = last + 1;
    do {
      std::vector<const Part *> here;
      std::vector<const Part *> there;
      Interval volume(1);
      for (std::size_t j = 0; j < d_; ++j) {
        const Way &way = ways[j][at[j]];
        here.push_back(&way.here);
        there.push_back(&way.there);
        volume = volume * way.length;
      }
      std::vector<Interval> g = coefficients(there);
      const std::vector<Interval> f = coefficients(here);
      for (std::size_t S = 0; S < g.size(); ++S) {
        g[S] = g[S] - f[S];
      }
      sum = sum + mean_square(g) * volume;
    } while (advance(at, ends_here));
    return sum;
  };
  std::vector<Interval> slices(ends.back());
  parallel(slices.size(), [&](std::size_t last) { slices[last] = slice(last); });
  return std::accumulate(slices.begin(), slices.end(), Interval(0)) / patches;
}

} // namespace checker
