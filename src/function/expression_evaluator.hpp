// Rigorous evaluation of an Expression over boxes: natural interval extension in double or MPFR intervals,
// and forward derivatives for mean value forms.
#pragma once

#include "layercert/function/expression.hpp"
#include "layercert/numeric/interval.hpp"
#include "layercert/numeric/mpfr_interval.hpp"

#include <memory>
#include <span>
#include <vector>

namespace layercert {

// An enclosure of f over a box. Where `undefined` is set, f may have no value at some point of the box, and
// `value` means nothing: the caller subdivides, or leaves the cell undecided.
struct Range {
  Interval value;
  bool undefined = false;
};

// The same in MPFR intervals.
struct MpfrRange {
  MpfrInterval value;
  bool undefined = false;
};

class RemovableQuotient; // removable.hpp

// Holds scratch memory: one evaluator per task. The expression must outlive it.
class ExpressionEvaluator {
public:
  // Whether a quotient such as sin(x)/x has the value of its continuous extension where both parts vanish
  // (Lemma 41 of proofs/theorem.md), which is on a null set. That is of range() over Interval boxes and of
  // gradients; MPFR boxes have none.
  enum class Quotients { Extended, AsTheyAre };

  ExpressionEvaluator(const Expression &expression, std::size_t dimension,
                      Quotients quotients = Quotients::Extended);
  ExpressionEvaluator(ExpressionEvaluator &&) noexcept;
  ~ExpressionEvaluator();

  // Requires: box.size() == dimension, an open UpwardScope.
  Range range(std::span<const Interval> box);
  // Of every node of the expression, as the last call of range() over an Interval box found it.
  const Interval &value(std::size_t node) const { return values_[node]; }
  bool undefined(std::size_t node) const { return undefined_[node] != 0; }

  // As range(); gradient[j] encloses the derivative by x_j wherever it exists on the box, and f is Lipschitz
  // there with that derivative almost everywhere (kinks of abs, min and max give the hull of both sides):
  // Lemmas 21 and 22 of proofs/lemmas.md. Where f may jump, or its slope is unbounded, the gradient's bounds
  // are infinite.
  Range range_and_gradient(std::span<const Interval> box, std::span<Interval> gradient);

  // What the last call of range() or range_and_gradient() found of a node, and the gradient after the latter
  // only.
  Range range_at(std::size_t node) const { return {values_[node], undefined_[node] != 0}; }
  std::span<const Interval> gradient_at(std::size_t node) const {
    return std::span<const Interval>(gradients_).subspan(node * dimension_, dimension_);
  }

  MpfrRange range(std::span<const MpfrInterval> box, mpfr_prec_t precision);

  // Whether a quotient was found that is extended.
  bool extends() const { return !removable_.empty(); }
  // Whether the last range() met one of them near its zero, where it knows more of it than its parts say.
  bool extended() const { return extended_; }

  // Plain double arithmetic in whatever rounding mode there is: not a bound. For choosing what to build and
  // try.
  double sample(std::span<const double> point);

private:
  void extend(std::size_t at);
  void differentiate(std::size_t at, std::span<const Interval> box);

  const Expression &expression_;
  std::size_t dimension_;
  std::vector<Interval> constants_;
  std::vector<double> sample_constants_;
  std::vector<Interval> values_;
  std::vector<char> undefined_;
  std::vector<Interval> gradients_; // node * dimension + j
  std::vector<char> has_gradient_;  // does the node depend on x_j at all?
  std::vector<double> samples_;
  std::vector<RemovableQuotient> removable_;
  std::vector<std::int32_t>
      removable_at_; // of each node, its place in removable_, or -1; empty if there are none
  std::vector<Interval>
      slopes_by_inner_; // of each of removable_, by its g; the whole line where nothing is known
  bool extended_ = false;
};

} // namespace layercert
