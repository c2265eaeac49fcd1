// Boxes and what is known of a function on them, as a structure of arrays: one coordinate or one bound of all
// boxes lies contiguous, so that a loop over boxes is a loop over an array.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace layercert {

// Up to capacity() boxes of one dimension. A box is [lower(j)[i], upper(j)[i]] in coordinate j.
class BoxBatch {
public:
  BoxBatch(std::size_t dimension, std::size_t capacity);

  std::size_t dimension() const noexcept { return dimension_; }
  std::size_t capacity() const noexcept { return capacity_; }
  std::size_t size() const noexcept { return size_; }
  bool full() const noexcept { return size_ == capacity_; }
  // Requires: size <= capacity(). New boxes hold what stood there before.
  void resize(std::size_t size) noexcept {
    assert(size <= capacity_);
    size_ = size;
  }
  void clear() noexcept { size_ = 0; }
  // Appends a box of dimension() lower and upper ends. Requires: not full.
  void push_back(const double *lower, const double *upper) noexcept {
    assert(!full());
    for (std::size_t j = 0; j < dimension_; ++j) {
      bounds_[2 * j * capacity_ + size_] = lower[j];
      bounds_[(2 * j + 1) * capacity_ + size_] = upper[j];
    }
    ++size_;
  }

  // Arrays of capacity() doubles.
  double *lower(std::size_t j) noexcept { return bounds_.data() + row(j, 0); }
  double *upper(std::size_t j) noexcept { return bounds_.data() + row(j, 1); }
  const double *lower(std::size_t j) const noexcept { return bounds_.data() + row(j, 0); }
  const double *upper(std::size_t j) const noexcept { return bounds_.data() + row(j, 1); }

  // Each of these sets all boxes from another batch of the same dimension and no more boxes than capacity();
  // `this` may be the argument. They require an open UpwardScope.
  //
  // Enclosures of the exact midpoints.
  void assign_midpoints(const BoxBatch &boxes) noexcept;
  // The boxes moved by h, dimension() numbers, and cut to [0,1]^d. Requires: each moved box meets [0,1]^d.
  void assign_moved(const BoxBatch &boxes, std::span<const double> h) noexcept;
  // The smallest box around boxes i of both batches, which are of the same size.
  void assign_hull(const BoxBatch &a, const BoxBatch &b) noexcept;

private:
  std::size_t row(std::size_t j, std::size_t end) const noexcept {
    assert(j < dimension_);
    return (2 * j + end) * capacity_;
  }

  std::size_t dimension_;
  std::size_t capacity_;
  std::size_t size_ = 0;
  std::vector<double> bounds_;
};

// Enclosures of a function's values and gradients, box by box. Where undefined()[i] is set, the function may
// have no value at some point of box i, and the bounds of box i mean nothing.
class RangeBatch {
public:
  RangeBatch(std::size_t dimension, std::size_t capacity);

  std::size_t capacity() const noexcept { return capacity_; }
  double *value_lower() noexcept { return bounds_.data(); }
  double *value_upper() noexcept { return bounds_.data() + capacity_; }
  double *gradient_lower(std::size_t j) noexcept { return bounds_.data() + row(j, 0); }
  double *gradient_upper(std::size_t j) noexcept { return bounds_.data() + row(j, 1); }
  std::uint8_t *undefined() noexcept { return undefined_.data(); }
  const double *value_lower() const noexcept { return bounds_.data(); }
  const double *value_upper() const noexcept { return bounds_.data() + capacity_; }
  const double *gradient_lower(std::size_t j) const noexcept { return bounds_.data() + row(j, 0); }
  const double *gradient_upper(std::size_t j) const noexcept { return bounds_.data() + row(j, 1); }
  const std::uint8_t *undefined() const noexcept { return undefined_.data(); }

private:
  std::size_t row(std::size_t j, std::size_t end) const noexcept { return (2 * j + 2 + end) * capacity_; }

  std::size_t capacity_;
  std::vector<double> bounds_;
  std::vector<std::uint8_t> undefined_;
};

} // namespace layercert
