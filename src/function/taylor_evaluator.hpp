// Taylor expansions of an Expression with Lagrange's remainder, where it is smooth.
//
// For a convex box B, c in B and f with m continuous derivatives on B, f(c + u) is the sum over |a| < m of
// f_a(c) u^a and over |a| = m of f_a(x) u^a, for an x between c and c + u. Here f_a is the derivative of f
// by a, divided by a!.
#pragma once

#include "expression_evaluator.hpp"
#include "layercert/function/expression.hpp"
#include "series.hpp"

#include <memory>
#include <span>
#include <vector>

namespace layercert {

// A degree that pays in d dimensions: the coefficients are few dozens.
int default_taylor_degree(std::size_t dimension);

// Holds scratch memory: one evaluator per task. The expression must outlive it.
class TaylorEvaluator {
public:
  // Requires: degree >= 1.
  TaylorEvaluator(const Expression &expression, std::size_t dimension, int degree,
                  ExpressionEvaluator::Quotients quotients = ExpressionEvaluator::Quotients::Extended);
  TaylorEvaluator(TaylorEvaluator &&) noexcept;
  TaylorEvaluator &operator=(TaylorEvaluator &&) = delete;
  TaylorEvaluator(const TaylorEvaluator &) = delete;
  TaylorEvaluator &operator=(const TaylorEvaluator &) = delete;
  ~TaylorEvaluator();

  const Monomials &monomials() const noexcept { return arithmetic_.monomials(); }
  SeriesArithmetic &arithmetic() noexcept { return arithmetic_; }
  int degree() const noexcept { return monomials().degree(); }

  // Expands around the point that `centre` encloses, over the box. False where f is not known to be smooth on
  // the box: it may have no value, a jump, a kink or an unbounded derivative somewhere. Requires: the point
  // lies in the box; an open UpwardScope.
  bool expand(std::span<const Interval> centre, std::span<const Interval> box);

  // Of the last expand(), if that was true: enclosures of f_a at the centre for |a| < m, and over the box for
  // |a| <= m.
  ConstSeries at_centre() const { return series_of(at_centre_, expression_.nodes().size() - 1, low_); }
  ConstSeries over_box() const { return series_of(over_box_, expression_.nodes().size() - 1, count_); }

private:
  ConstSeries series_of(const std::vector<Interval> &all, std::size_t node, std::size_t count) const {
    return {all.data() + node * count_, count};
  }
  bool choose(std::size_t at, std::size_t &chosen) const;
  bool fill(std::size_t at, std::vector<Interval> &all, const ExpressionEvaluator &ranges, std::size_t count);

  RemovableQuotient *quotient_near(std::size_t at, const ExpressionEvaluator &ranges) const;
  bool fill(RemovableQuotient &quotient, std::size_t at, std::vector<Interval> &all,
            const ExpressionEvaluator &ranges, std::size_t count);

  const Expression &expression_;
  SeriesArithmetic arithmetic_;
  std::size_t count_; // monomials of degree <= m
  std::size_t low_;   // of degree < m
  ExpressionEvaluator centre_ranges_;
  ExpressionEvaluator box_ranges_;
  std::vector<std::unique_ptr<RemovableQuotient>> removable_; // of each node; empty if there are none
  std::vector<char> varies_;                                  // does the node depend on a variable?
  std::vector<char> smooth_;
  std::vector<Interval> at_centre_; // node * count_ + monomial
  std::vector<Interval> over_box_;
  std::vector<Interval> scratch_;
  std::vector<Interval> other_scratch_;
};

} // namespace layercert
