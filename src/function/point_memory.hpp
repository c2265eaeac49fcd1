// Remembers the values of an elementary function at the points asked for lately. On a grid of boxes, a part
// of the target that depends on one coordinate alone meets the same few intervals again and again, and a
// value costs a hundred times what it takes to find it here.
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace layercert::batch {

// One place for each point, by its bits: a new point takes the place of the one that stood there.
template <class Value> class PointMemory {
public:
  // compute(x), or what it was. `compute` must depend on x alone.
  template <class Compute> const Value &at(double x, const Compute &compute) {
    const auto bits = std::bit_cast<std::uint64_t>(x);
    const std::size_t place = static_cast<std::size_t>((bits * 0x9e3779b97f4a7c15U) >> (64 - kBits));
    if (points_.empty()) { // on first use, for each thread has one of every function
      points_.assign(kPlaces, std::numeric_limits<double>::quiet_NaN());
      values_.resize(kPlaces);
    }
    if (std::isnan(x) || std::bit_cast<std::uint64_t>(points_[place]) != bits) {
      values_[place] = compute(x);
      points_[place] = x;
    }
    return values_[place];
  }

private:
  static constexpr int kBits = 11;
  static constexpr std::size_t kPlaces = std::size_t{1} << kBits;
  std::vector<double> points_;
  std::vector<Value> values_;
};

} // namespace layercert::batch
