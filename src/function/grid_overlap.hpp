// Two grids on one axis: [0,1] cut into cells of equal length, and into samples of equal length. Neither number need divide the other.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <numeric>

namespace layercert {

// Lengths are whole multiples of 1 / units(), the least common multiple of both numbers: exact.
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

private:
  std::uint64_t of_cell_;   // length
  std::uint64_t of_sample_; // length
  std::uint64_t units_;
};

} // namespace layercert
