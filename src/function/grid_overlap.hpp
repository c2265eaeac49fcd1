// Two grids: each axis is cut into cells of equal length, and into samples of equal length. Neither number
// need divide the other.
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

namespace layercert {

inline constexpr std::size_t kMostDimensions = 10;

// On one axis. Lengths are whole multiples of 1 / units(), the least common multiple of both numbers: exact.
class GridOverlap {
public:
  // Requires: cells and samples at least 1, their product below 2^63.
  GridOverlap(std::uint64_t cells, std::uint64_t samples)
      : of_cell_(samples / std::gcd(cells, samples)), of_sample_(cells / std::gcd(cells, samples)),
        units_(cells * of_cell_) {
    assert(cells >= 1 && samples >= 1 && cells <= (std::uint64_t{1} << 63) / samples);
  }
  std::uint64_t units() const noexcept { return units_; }
  // The first and the last sample that the cell shares some length with.
  std::uint64_t first(std::uint64_t cell) const noexcept { return cell * of_cell_ / of_sample_; }
  std::uint64_t last(std::uint64_t cell) const noexcept { return ((cell + 1) * of_cell_ - 1) / of_sample_; }
  // What they share, for a sample from first to last.
  std::uint64_t shared(std::uint64_t cell, std::uint64_t sample) const noexcept {
    return std::min((cell + 1) * of_cell_, (sample + 1) * of_sample_) -
           std::max(cell * of_cell_, sample * of_sample_);
  }
  // How far into the sample that begins, and how long a sample is.
  std::uint64_t from(std::uint64_t cell, std::uint64_t sample) const noexcept {
    return std::max(cell * of_cell_, sample * of_sample_) - sample * of_sample_;
  }
  std::uint64_t length_of_sample() const noexcept { return of_sample_; }

private:
  std::uint64_t of_cell_;   // length
  std::uint64_t of_sample_; // length
  std::uint64_t units_;
};

// On every axis of a table with sides[j] samples along x_j, and of a grid of `cells` cells along each.
class GridOverlaps {
public:
  GridOverlaps(std::uint64_t cells, std::span<const int> sides) : sides_(sides.begin(), sides.end()) {
    assert(sides.size() <= kMostDimensions);
    for (const int samples : sides) {
      axes_.emplace_back(cells, static_cast<std::uint64_t>(samples));
    }
  }
  const std::vector<GridOverlap> &axes() const noexcept { return axes_; }

  // body(place, shared) for every sample that the cell with these coordinates shares a box with: the sample's
  // place in the table, and the lengths of the box along x_0, x_1, ..., in the units of each axis.
  template <class Cell, class Body> void for_each(const Cell &cell, const Body &body) const {
    const std::size_t d = axes_.size();
    std::array<std::uint64_t, kMostDimensions> at; // the sample
    std::array<std::uint64_t, kMostDimensions> shared;
    for (std::size_t j = 0; j < d; ++j) {
      at[j] = axes_[j].first(cell[j]);
    }
    for (bool more = true; more;) {
      std::size_t place = 0;
      for (std::size_t j = d; j-- > 0;) {
        place = place * static_cast<std::size_t>(sides_[j]) + at[j];
        shared[j] = axes_[j].shared(cell[j], at[j]);
      }
      body(place, std::span<const std::uint64_t>(shared.data(), d));
      more = false;
      for (std::size_t j = 0; j < d && !more; ++j) {
        more = at[j] < axes_[j].last(cell[j]);
        at[j] = more ? at[j] + 1 : axes_[j].first(cell[j]);
      }
    }
  }

private:
  std::vector<int> sides_;
  std::vector<GridOverlap> axes_;
};

} // namespace layercert
