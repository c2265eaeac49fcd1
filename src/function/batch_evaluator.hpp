// Rigorous evaluation of an Expression over many boxes at once: the contract of ExpressionEvaluator, at many
// times its speed. The expression is compiled into loops over arrays of bounds; what does not depend on a
// variable is computed then.
#pragma once

#include "box_batch.hpp"
#include "layercert/function/expression.hpp"

#include <memory>
#include <span>

namespace layercert {

// Holds scratch memory: one evaluator per task. It keeps a copy of the expression. The first evaluation of a
// kind compiles; later ones allocate no memory.
class BatchEvaluator {
public:
  // A batch of that many boxes keeps the scratch memory of a usual expression in the second level cache, and
  // a batch is long enough that the choice of the loop to run costs nothing.
  static constexpr std::size_t kUsualCapacity = 128;

  BatchEvaluator(const Expression &expression, std::size_t dimension, std::size_t capacity = kUsualCapacity);
  BatchEvaluator(BatchEvaluator &&) noexcept;
  BatchEvaluator &operator=(BatchEvaluator &&) noexcept;
  ~BatchEvaluator();

  std::size_t dimension() const noexcept;
  std::size_t capacity() const noexcept;

  // As ExpressionEvaluator::range for each of the boxes; fills values and `undefined`. Bounds may be slightly
  // wider, a flag may be set where the scalar evaluator just sees that it need not be.
  // Requires: boxes with finite ends, lower <= upper; boxes.size() <= capacity(), result.capacity(); an open
  // UpwardScope.
  void range(const BoxBatch &boxes, RangeBatch &result);

  // As ExpressionEvaluator::range_and_gradient. Requires: as range().
  void range_and_gradient(const BoxBatch &boxes, RangeBatch &result);

  // As range_and_gradient(boxes, result) and range(points, at_points), for as many points (or thin boxes) as
  // boxes. It takes less time than the two calls where points[i] is near the middle of boxes[i]: elementary
  // functions are evaluated once for both.
  void range_and_gradient(const BoxBatch &boxes, RangeBatch &result, const BoxBatch &points,
                          RangeBatch &at_points);

  // Plain double arithmetic in round-to-nearest: not a bound. points[j] are coordinates j of the points;
  // values.size() many, any number. The rounding mode found on entry comes back on exit.
  void sample(std::span<const double *const> points, std::span<double> values);

private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

} // namespace layercert
