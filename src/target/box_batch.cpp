#include "layercert/target/box_batch.hpp"

#include "layercert/numeric/directed_double.hpp"

#include <algorithm>

namespace layercert {

BoxBatch::BoxBatch(int dimension, std::size_t capacity)
    : dimension_(dimension), capacity_(capacity),
      bounds_(2 * static_cast<std::size_t>(dimension) * capacity) {}

void BoxBatch::assign_midpoints(const BoxBatch &boxes) noexcept {
  assert(boxes.dimension_ == dimension_);
  resize(boxes.size_);
  for (int j = 0; j < dimension_; ++j) {
    for (std::size_t i = 0; i < size_; ++i) {
      const double a = boxes.lower(j)[i];
      const double b = boxes.upper(j)[i];
      lower(j)[i] = mul_down(0.5, add_down(a, b));
      upper(j)[i] = mul_up(0.5, add_up(a, b));
    }
  }
}

void BoxBatch::assign_moved(const BoxBatch &boxes, std::span<const double> h) noexcept {
  assert(boxes.dimension_ == dimension_ && h.size() == static_cast<std::size_t>(dimension_));
  resize(boxes.size_);
  for (int j = 0; j < dimension_; ++j) {
    const double step = h[static_cast<std::size_t>(j)];
    for (std::size_t i = 0; i < size_; ++i) {
      lower(j)[i] = std::max(0.0, add_down(boxes.lower(j)[i], step));
      upper(j)[i] = std::min(1.0, add_up(boxes.upper(j)[i], step));
      assert(lower(j)[i] <= upper(j)[i]);
    }
  }
}

void BoxBatch::assign_hull(const BoxBatch &a, const BoxBatch &b) noexcept {
  assert(a.dimension_ == dimension_ && b.dimension_ == dimension_ && a.size_ == b.size_);
  resize(a.size_);
  for (int j = 0; j < dimension_; ++j) {
    for (std::size_t i = 0; i < size_; ++i) {
      lower(j)[i] = std::min(a.lower(j)[i], b.lower(j)[i]);
      upper(j)[i] = std::max(a.upper(j)[i], b.upper(j)[i]);
    }
  }
}

RangeBatch::RangeBatch(int dimension, std::size_t capacity)
    : capacity_(capacity), bounds_((2 * static_cast<std::size_t>(dimension) + 2) * capacity),
      undefined_(capacity) {}

} // namespace layercert
