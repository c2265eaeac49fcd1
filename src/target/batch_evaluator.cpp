#include "layercert/target/batch_evaluator.hpp"

#include "batch_compiler.hpp"
#include "batch_sampler.hpp"
#include "layercert/numeric/rounding_scope.hpp"

#include <algorithm>
#include <cassert>
#include <cfenv>

namespace layercert {

namespace {

using batch::CompiledExpression;
using batch::Program;
using batch::ProgramBuilder;
using batch::Register;

// Results in the order: value's two registers, undefined, then two for each derivative.
Program make_program(const Expression &expression, int dimension, bool with_gradient, std::size_t capacity) {
  const UpwardScope upward;
  prepare_mpfr_thread();
  ProgramBuilder builder;
  const CompiledExpression compiled = batch::compile(expression, dimension, with_gradient, builder);
  std::vector<Register> results{compiled.value.negated_lower, compiled.value.upper, compiled.undefined};
  for (const batch::Enclosure &slope : compiled.gradient) {
    results.push_back(slope.negated_lower);
    results.push_back(slope.upper);
  }
  return {builder, results, capacity};
}

void store(const double *negated_lower, const double *upper, std::size_t count, double *lower,
           double *out_upper) {
  for (std::size_t i = 0; i < count; ++i) {
    lower[i] = -negated_lower[i];
    out_upper[i] = upper[i];
  }
}

void run(Program &program, const BoxBatch &boxes, RangeBatch &result) {
  assert(std::fegetround() == FE_UPWARD);
  assert(boxes.size() <= result.capacity());
  program.run(boxes);
  store(program.result(0), program.result(1), boxes.size(), result.value_lower(), result.value_upper());
  const double *undefined = program.result(2);
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    result.undefined()[i] = undefined[i] != 0 ? 1 : 0;
  }
}

} // namespace

struct BatchEvaluator::Parts {
  Parts(const Expression &expression, int dim, std::size_t boxes)
      : dimension(dim), capacity(boxes), range(make_program(expression, dim, false, boxes)),
        with_gradient(make_program(expression, dim, true, boxes)), sampler(expression, boxes) {}

  int dimension;
  std::size_t capacity;
  Program range;
  Program with_gradient;
  batch::Sampler sampler;
};

BatchEvaluator::BatchEvaluator(const Expression &expression, int dimension, std::size_t capacity)
    : parts_(std::make_unique<Parts>(expression, dimension, capacity)) {}

BatchEvaluator::BatchEvaluator(BatchEvaluator &&) noexcept = default;
BatchEvaluator &BatchEvaluator::operator=(BatchEvaluator &&) noexcept = default;
BatchEvaluator::~BatchEvaluator() = default;

int BatchEvaluator::dimension() const noexcept { return parts_->dimension; }
std::size_t BatchEvaluator::capacity() const noexcept { return parts_->capacity; }

void BatchEvaluator::range(const BoxBatch &boxes, RangeBatch &result) {
  assert(boxes.dimension() == parts_->dimension && boxes.size() <= parts_->capacity);
  run(parts_->range, boxes, result);
}

void BatchEvaluator::range_and_gradient(const BoxBatch &boxes, RangeBatch &result) {
  assert(boxes.dimension() == parts_->dimension && boxes.size() <= parts_->capacity);
  Program &program = parts_->with_gradient;
  run(program, boxes, result);
  for (int j = 0; j < parts_->dimension; ++j) {
    const std::size_t at = 3 + 2 * static_cast<std::size_t>(j);
    store(program.result(at), program.result(at + 1), boxes.size(), result.gradient_lower(j),
          result.gradient_upper(j));
  }
}

void BatchEvaluator::sample(std::span<const double *const> points, std::span<double> values) {
  assert(points.size() == static_cast<std::size_t>(parts_->dimension));
  const NearestScope nearest;
  parts_->sampler.sample(points, values);
}

} // namespace layercert
