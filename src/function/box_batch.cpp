#include "box_batch.hpp"

#include "layercert/numeric/directed_double.hpp"
#include "layercert/numeric/rounding_scope.hpp"

#include <algorithm>

namespace layercert {

BoxBatch::BoxBatch(std::size_t dimension, std::size_t capacity)
    : dimension_(dimension), capacity_(capacity), bounds_(2 * dimension * capacity) {}

void BoxBatch::assign_midpoints(const BoxBatch &boxes) noexcept {
  assert_upward();
  assert(boxes.dimension_ == dimension_);
  resize(boxes.size_);
  for (std::size_t j = 0; j < dimension_; ++j) {
    const double *a = boxes.lower(j);
    const double *b = boxes.upper(j);
    double *out_lower = lower(j);
    double *out_upper = upper(j);
    for (std::size_t i = 0; i < size_; ++i) {
      const double least = mul_down(0.5, add_down(a[i], b[i])); // before a[i] may be overwritten
      const double greatest = mul_up(0.5, add_up(a[i], b[i]));
      out_lower[i] = least;
      out_upper[i] = greatest;
    }
  }
}

void BoxBatch::assign_moved(const BoxBatch &boxes, std::span<const double> h) noexcept {
  assert_upward();
  assert(boxes.dimension_ == dimension_ && h.size() == dimension_);
  resize(boxes.size_);
  for (std::size_t j = 0; j < dimension_; ++j) {
    const double step = h[j];
    const double *a = boxes.lower(j);
    const double *b = boxes.upper(j);
    double *out_lower = lower(j);
    double *out_upper = upper(j);
    for (std::size_t i = 0; i < size_; ++i) {
      out_lower[i] = std::max(0.0, add_down(a[i], step));
      out_upper[i] = std::min(1.0, add_up(b[i], step));
      assert(out_lower[i] <= out_upper[i]);
    }
  }
}

void BoxBatch::assign_hull(const BoxBatch &a, const BoxBatch &b) noexcept {
  assert(a.dimension_ == dimension_ && b.dimension_ == dimension_ && a.size_ == b.size_);
  resize(a.size_);
  for (std::size_t j = 0; j < dimension_; ++j) {
    std::transform(a.lower(j), a.lower(j) + size_, b.lower(j), lower(j),
                   [](double x, double y) { return std::min(x, y); });
    std::transform(a.upper(j), a.upper(j) + size_, b.upper(j), upper(j),
                   [](double x, double y) { return std::max(x, y); });
  }
}

RangeBatch::RangeBatch(std::size_t dimension, std::size_t capacity)
    : capacity_(capacity), bounds_((2 * dimension + 2) * capacity), undefined_(capacity) {}

} // namespace layercert
