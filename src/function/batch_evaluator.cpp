#include "batch_evaluator.hpp"

#include "batch_compiler.hpp"
#include "batch_sampler.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "majorant.hpp"
#include "multilinear.hpp"
#include "node_index.hpp"
#include "numeric/stop_request.hpp"
#include "operations.hpp"
#include "removable.hpp"

#include <algorithm>
#include <cassert>
#include <cfenv>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

namespace layercert {

namespace {

using batch::CompiledExpression;
using batch::CompiledPair;
using batch::Program;
using batch::ProgramBuilder;
using batch::Register;

// Results in the order: value's two registers, undefined; then, if asked for, two for each derivative; then
// as at first for the points, if asked for.
struct Compiled {
  Expression expression;
  std::size_t dimension;
  bool with_gradient;
  bool with_points;
  ProgramBuilder builder;
  std::vector<Register> results;
};

std::shared_ptr<const Compiled> compiled(const Expression &expression, std::size_t dimension,
                                         bool with_gradient, bool with_points) {
  const UpwardScope upward;
  prepare_mpfr_thread();
  const auto result =
      std::make_shared<Compiled>(Compiled{expression, dimension, with_gradient, with_points, {}, {}});
  ProgramBuilder &builder = result->builder;
  const CompiledPair compiled = batch::compile(expression, dimension, with_gradient, with_points, builder);
  std::vector<Register> &results = result->results;
  const auto add = [&](const CompiledExpression &part) {
    results.insert(results.end(), {part.value.negated_lower, part.value.upper, part.undefined});
    for (const batch::Enclosure &slope : part.gradient) {
      results.insert(results.end(), {slope.negated_lower, slope.upper});
    }
  };
  add(compiled.boxes);
  if (with_points) {
    add(compiled.points);
  }
  builder.close();
  return result;
}

// A search makes an evaluator for each integral and thread. Those of one long expression share what was
// compiled: the last few are kept.
constexpr std::size_t kLongExpression = 256; // operations; compiling these takes about as long as 1000 boxes
constexpr std::size_t kKept = 6;

Program make_program(const Expression &expression, std::size_t dimension, bool with_gradient,
                     bool with_points, std::size_t capacity) {
  if (expression.nodes().size() < kLongExpression) {
    const auto one = compiled(expression, dimension, with_gradient, with_points);
    return {one->builder, one->results, capacity};
  }
  static std::mutex mutex;
  static std::vector<std::shared_ptr<const Compiled>> kept; // the last used one stands last
  std::shared_ptr<const Compiled> found;
  {
    const std::lock_guard lock(mutex); // while one thread compiles, others would do the same
    const auto at = std::find_if(kept.begin(), kept.end(), [&](const auto &one) {
      return one->dimension == dimension && one->with_gradient == with_gradient &&
             one->with_points == with_points && one->expression.nodes() == expression.nodes() &&
             one->expression.constants() == expression.constants();
    });
    if (at != kept.end()) {
      std::rotate(at, at + 1, kept.end());
    } else {
      if (kept.size() == kKept) {
        kept.erase(kept.begin());
      }
      kept.push_back(compiled(expression, dimension, with_gradient, with_points));
    }
    found = kept.back();
  }
  return {found->builder, found->results, capacity};
}

void store(const double *negated_lower, const double *upper, std::size_t count, double *lower,
           double *out_upper) {
  for (std::size_t i = 0; i < count; ++i) {
    lower[i] = -negated_lower[i];
    out_upper[i] = upper[i];
  }
}

// Results from `at` on: value and undefined.
void store_values(const Program &program, std::size_t at, std::size_t count, RangeBatch &out) {
  assert(count <= out.capacity());
  store(program.result(at), program.result(at + 1), count, out.value_lower(), out.value_upper());
  const double *undefined = program.result(at + 2);
  for (std::size_t i = 0; i < count; ++i) {
    out.undefined()[i] = undefined[i] != 0 ? 1 : 0;
  }
}

// Results from `at` on: the derivatives.
void store_gradient(const Program &program, std::size_t at, std::size_t dimension, std::size_t count,
                    RangeBatch &out) {
  for (std::size_t j = 0; j < dimension; ++j, at += 2) {
    store(program.result(at), program.result(at + 1), count, out.gradient_lower(j), out.gradient_upper(j));
  }
}

void run(Program &program, const BoxBatch &boxes, const BoxBatch &points) {
  assert_upward();
  prepare_mpfr_thread(); // quadrants are found by MPFR where doubles do not decide
  program.run(boxes, points);
}

// The compiled program computes a quotient, a power or a logarithm of its parts' intervals alone. Where these
// say nothing, as of x/x near 0, the box is asked for again: by the evaluator that extends quotients, and
// then by the majorants, which hold almost everywhere on a box. A continuous function is within their bounds
// at every point of the box, too.
class Mender {
public:
  Mender(const Expression &f, std::size_t dimension)
      : majorants_(f, dimension), evaluator_(majorants_.natural()),
        quotients_(RemovableQuotient::find(f, dimension)), box_(dimension), gradient_(box_.size()) {
    for (const RemovableQuotient &quotient : quotients_) {
      inner_.emplace_back(f.subexpression(quotient.inner()), dimension);
    }
    const std::vector<Interval> cube(box_.size(), Interval(0.0, 1.0));
    bounded_ = bounded(majorants_.range(cube));
  }

  // Whether anything of f can be mended at all.
  static bool serves(const Expression &f) {
    return f.table() == nullptr && std::any_of(f.nodes().begin(), f.nodes().end(), [](const Node &node) {
             return node.op == Op::Divide || (node.op == Op::PowerInteger && node.integer < 0) ||
                    !rules_of(node.op).total;
           });
  }

  void mend(const BoxBatch &boxes, bool with_gradient, RangeBatch &out) {
    const bool any = std::any_of(out.undefined(), out.undefined() + boxes.size(),
                                 [](std::uint8_t undefined) { return undefined != 0; });
    if (quotients_.empty() && (!any || !bounded_)) {
      return;
    }
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      bool thick = true;
      for (std::size_t j = 0; j < box_.size(); ++j) {
        box_[j] = Interval(boxes.lower(j)[i], boxes.upper(j)[i]);
        thick = thick && box_[j].lower() < box_[j].upper();
      }
      const bool undefined = out.undefined()[i] != 0;
      if (!undefined && !may_extend()) {
        continue;
      }
      const Range range =
          with_gradient ? evaluator_.range_and_gradient(box_, gradient_) : evaluator_.range(box_);
      if (!range.undefined && bounded(range.value)) {
        if (undefined || evaluator_.extended()) {
          store(i, range.value, with_gradient, out);
        }
      } else if (undefined && thick && bounded_) {
        const Interval value = majorants_.range(box_);
        if (bounded(value)) {
          std::fill(gradient_.begin(), gradient_.end(), whole_line());
          store(i, value, with_gradient, out);
        }
      }
    }
  }

private:
  // Whether a quotient may be near its zero in box_.
  bool may_extend() {
    for (std::size_t i = 0; i < quotients_.size(); ++i) {
      const Range g = inner_[i].evaluator.range(box_);
      if (g.undefined || !bounded(g.value) || quotients_[i].near(g.value)) {
        return true;
      }
    }
    return false;
  }

  void store(std::size_t i, const Interval &value, bool with_gradient, RangeBatch &out) const {
    out.value_lower()[i] = value.lower();
    out.value_upper()[i] = value.upper();
    out.undefined()[i] = 0;
    for (std::size_t j = 0; with_gradient && j < box_.size(); ++j) {
      out.gradient_lower(j)[i] = gradient_[j].lower();
      out.gradient_upper(j)[i] = gradient_[j].upper();
    }
  }

  struct Part {
    Part(Expression part, std::size_t dimension)
        : expression(std::move(part)),
          evaluator(expression, dimension, ExpressionEvaluator::Quotients::AsTheyAre) {}
    Expression expression;
    ExpressionEvaluator evaluator;
  };

  MajorantEvaluator majorants_;
  bool bounded_ =
      false; // f over the cube, by majorants: else these are asked for nothing on box after box at a pole
  ExpressionEvaluator &evaluator_; // of the majorants
  std::vector<RemovableQuotient> quotients_;
  std::deque<Part> inner_; // the g of each of them; they stay where they are
  std::vector<Interval> box_, gradient_;
};

// A table's boxes, one after the other.
void range_of_table(const SampleTable &table, const BoxBatch &boxes, bool with_gradient, RangeBatch &out) {
  assert(boxes.size() <= out.capacity());
  std::vector<Interval> box(boxes.dimension());
  std::vector<Interval> gradient(box.size());
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    throw_if_stopped(); // a box may meet very many patches
    for (std::size_t j = 0; j < boxes.dimension(); ++j) {
      box[j] = Interval(boxes.lower(j)[i], boxes.upper(j)[i]);
    }
    const Interval value =
        with_gradient ? multilinear_range_and_gradient(table, box, gradient) : multilinear_range(table, box);
    out.value_lower()[i] = value.lower();
    out.value_upper()[i] = value.upper();
    out.undefined()[i] = 0;
    for (std::size_t j = 0; with_gradient && j < boxes.dimension(); ++j) {
      out.gradient_lower(j)[i] = gradient[j].lower();
      out.gradient_upper(j)[i] = gradient[j].upper();
    }
  }
}

} // namespace

struct BatchEvaluator::Parts {
  Parts(const Expression &f, int dim, std::size_t boxes)
      : expression(f), dimension(dim), capacity(boxes), table(f.table()), mends(Mender::serves(f)) {}

  void mend(const BoxBatch &boxes, bool gradient, RangeBatch &out) {
    if (mends) {
      mender = mender ? std::move(mender) : std::make_unique<Mender>(expression, dimension);
      mender->mend(boxes, gradient, out);
    }
  }

  // Each is made when it is first asked for.
  Program &program(std::optional<Program> &which, bool gradient, bool points) const {
    if (!which) {
      which = make_program(expression, dimension, gradient, points, capacity);
    }
    return *which;
  }

  Expression expression;
  std::size_t dimension;
  std::size_t capacity;
  std::shared_ptr<const SampleTable> table; // instead of the programs
  bool mends;
  std::unique_ptr<Mender> mender;
  std::optional<Program> range;
  std::optional<Program> with_gradient;
  std::optional<Program> with_points;
  std::optional<batch::Sampler> sampler;
};

BatchEvaluator::BatchEvaluator(const Expression &expression, std::size_t dimension, std::size_t capacity)
    : parts_(std::make_unique<Parts>(expression, dimension, capacity)) {}

BatchEvaluator::BatchEvaluator(BatchEvaluator &&) noexcept = default;
BatchEvaluator &BatchEvaluator::operator=(BatchEvaluator &&) noexcept = default;
BatchEvaluator::~BatchEvaluator() = default;

std::size_t BatchEvaluator::dimension() const noexcept { return parts_->dimension; }
std::size_t BatchEvaluator::capacity() const noexcept { return parts_->capacity; }

void BatchEvaluator::range(const BoxBatch &boxes, RangeBatch &result) {
  assert(boxes.dimension() == parts_->dimension && boxes.size() <= parts_->capacity);
  if (parts_->table != nullptr) {
    range_of_table(*parts_->table, boxes, false, result);
    return;
  }
  Program &program = parts_->program(parts_->range, false, false);
  run(program, boxes, boxes);
  store_values(program, 0, boxes.size(), result);
  parts_->mend(boxes, false, result);
}

void BatchEvaluator::range_and_gradient(const BoxBatch &boxes, RangeBatch &result) {
  assert(boxes.dimension() == parts_->dimension && boxes.size() <= parts_->capacity);
  if (parts_->table != nullptr) {
    range_of_table(*parts_->table, boxes, true, result);
    return;
  }
  Program &program = parts_->program(parts_->with_gradient, true, false);
  run(program, boxes, boxes);
  store_values(program, 0, boxes.size(), result);
  store_gradient(program, 3, parts_->dimension, boxes.size(), result);
  parts_->mend(boxes, true, result);
}

void BatchEvaluator::range_and_gradient(const BoxBatch &boxes, RangeBatch &result, const BoxBatch &points,
                                        RangeBatch &at_points) {
  assert(boxes.dimension() == parts_->dimension && boxes.size() <= parts_->capacity);
  assert(points.dimension() == parts_->dimension && points.size() == boxes.size());
  if (parts_->table != nullptr) {
    range_of_table(*parts_->table, boxes, true, result);
    range_of_table(*parts_->table, points, false, at_points);
    return;
  }
  Program &program = parts_->program(parts_->with_points, true, true);
  run(program, boxes, points);
  store_values(program, 0, boxes.size(), result);
  store_gradient(program, 3, parts_->dimension, boxes.size(), result);
  store_values(program, 3 + 2 * parts_->dimension, boxes.size(), at_points);
  parts_->mend(boxes, true, result);
  parts_->mend(points, false, at_points);
}

void BatchEvaluator::sample(std::span<const double *const> points, std::span<double> values) {
  assert(points.size() == parts_->dimension);
  const NearestScope nearest;
  if (!parts_->sampler) {
    parts_->sampler.emplace(parts_->expression, parts_->capacity);
  }
  parts_->sampler->sample(points, values);
}

} // namespace layercert
