// Many boxes of one dimension d, in 16 d + 8 bytes each: a Box has room for every dimension, and first
// touching a list of those costs more than what is done with it.
#pragma once

#include "box_bounds.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace layercert {

// Boxes, each with the number of its cell.
class BoxList {
public:
  BoxList() = default;
  explicit BoxList(std::size_t dimension, std::size_t count = 0) // of empty boxes at 0
      : dimension_(dimension), ends_(2 * dimension_ * count), cells_(count) {}
  BoxList(std::size_t dimension, std::span<const Box> boxes) : BoxList(dimension, boxes.size()) {
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      set(i, boxes[i]);
    }
  }

  std::size_t size() const noexcept { return cells_.size(); }
  std::uint64_t cell(std::size_t i) const { return cells_[i]; }
  double lower(std::size_t i, std::size_t j) const { return ends_[2 * dimension_ * i + j]; }
  double upper(std::size_t i, std::size_t j) const { return ends_[2 * dimension_ * i + dimension_ + j]; }
  // About halfway along x_j, where a box is halved.
  double middle(std::size_t i, std::size_t j) const { return lower(i, j) / 2 + upper(i, j) / 2; }

  Box operator[](std::size_t i) const {
    Box box;
    const auto from = ends_.begin() + static_cast<std::ptrdiff_t>(2 * dimension_ * i);
    std::copy_n(from, dimension_, box.lower.begin());
    std::copy_n(from + static_cast<std::ptrdiff_t>(dimension_), dimension_, box.upper.begin());
    box.cell = cells_[i];
    return box;
  }

  void set(std::size_t i, const Box &box) {
    const auto to = ends_.begin() + static_cast<std::ptrdiff_t>(2 * dimension_ * i);
    std::copy_n(box.lower.begin(), dimension_, to);
    std::copy_n(box.upper.begin(), dimension_, to + static_cast<std::ptrdiff_t>(dimension_));
    cells_[i] = box.cell;
  }

  // Box i becomes its lower half along x_j; its upper half is the new last box.
  void halve(std::size_t i, std::size_t j) {
    const double at = middle(i, j);
    for (std::size_t k = 0; k < 2 * dimension_; ++k) {
      ends_.push_back(ends_[2 * dimension_ * i + k]);
    }
    cells_.push_back(cells_[i]);
    ends_[2 * dimension_ * i + dimension_ + j] = at;
    ends_[2 * dimension_ * (size() - 1) + j] = at;
  }

private:
  std::size_t dimension_ = 0;
  std::vector<double> ends_; // of each box the d lower ends, then the d upper ends
  std::vector<std::uint64_t> cells_;
};

} // namespace layercert
