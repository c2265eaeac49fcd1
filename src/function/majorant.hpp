// Bounds of an expression where it is unbounded: over a box, |f| <= sum_i c_i prod_k |g_ik|^e_ik almost
// everywhere, with poles of functions g that the expression shows; from it an upper bound of the L^q norm
// over the box, and sometimes the proof that there is none.
//
// What is recognised, anywhere in the expression: negative powers, quotients, square roots and logarithms of
// products, powers, absolute values, maxima and sums (of terms of one sign) of functions g with a partial
// derivative bounded away from 0 on the box. Powers need rational exponents. For sums, t_1 + t_2 >= (t_1/v)^v
// (t_2/w)^w, v + w = 1. Nothing is assumed of the target: a node that no rule covers has no bound.
#pragma once

#include "expression_evaluator.hpp"
#include "singular_monomial.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace layercert {

// Holds scratch memory: one evaluator per task. The expression must outlive it.
// Requires, for every call: box.size() == dimension, finite ends, lower <= upper; q >= 1; an open
// UpwardScope.
class MajorantEvaluator {
public:
  MajorantEvaluator(const Expression &expression, std::size_t dimension);

  // At least || |f| + shift ||_{L^q(box)}, shift >= 0; infinite where no bound is found, or where f may have
  // no value on a set of positive measure.
  double norm_upper(std::span<const Interval> box, const mpq_class &q, double shift);

  // Holds f almost everywhere on the box; the whole line where nothing is found, or where f may have no value
  // on a set of positive measure. Requires: lower < upper in every coordinate.
  Interval range(std::span<const Interval> box);

  // The same for the box of the last call of norm_upper().
  Interval last_range() const { return bounds_.back().defined ? bounds_.back().range : whole_line(); }

  // The points where constant + the sum of multiples of parts, by their texts, is above 0.
  struct Side {
    mpq_class constant;
    std::map<std::string, mpq_class> terms;
    static Side of(const Expression &f, std::int32_t part,
                   int sign); // sign * part > 0; without terms where nothing can be said
  };

  // Is it proven that the integral of |f|^q over the box, or over its part on that side, is infinite?
  // Requires: a box with lower < upper.
  bool diverges(std::span<const Interval> box, const mpq_class &q, const Side *side = nullptr);

  // The evaluator of plain enclosures, for whoever asks both. A call of either ends what the other knows.
  ExpressionEvaluator &natural() noexcept { return natural_; }

private:
  struct Term {
    double coefficient = 0;
    Monomial monomial;
  };
  // All of it holds almost everywhere on the box. The range may be infinite.
  struct Bounds {
    bool defined = false; // has a value; otherwise nothing else says anything
    Interval range = whole_line();
    std::optional<std::vector<Term>> upper; // |v| <= sum
    std::optional<Term> lower;              // |v| >= term, coefficient > 0
    std::vector<Term> other_lower;          // more of these
  };

  void evaluate(std::span<const Interval> box, const mpq_class &log_exponent);
  Bounds bounds_of(std::size_t at) const;
  Bounds structural(const Node &node) const;
  Bounds sum(const Bounds &a, const Bounds &b, bool subtract) const;
  Bounds product(const Bounds &a, const Bounds &b) const;
  Bounds quotient(const Bounds &a, const Bounds &b) const;
  Bounds power(const Bounds &a, const mpq_class &e, bool even) const;
  Bounds variable_power(const Bounds &a, const Bounds &b) const;
  Bounds logarithm(const Bounds &a) const;
  double largest(const std::vector<Term> &terms) const;
  double smallest(const Term &term) const;
  bool vanishes_on_null_set_only(std::size_t at) const;
  double norm_of(const Bounds &bounds, std::span<const Interval> box, const mpq_class &q, double shift) const;

  static std::vector<Term> lowers_of(const Bounds &a);
  static std::optional<Term> sum_lower(const std::optional<Term> &a, const std::optional<Term> &b);
  static std::optional<std::vector<Term>> collected(std::vector<Term> terms);
  static std::optional<Term> reciprocal_of_upper(const Bounds &a);

  bool node_diverges(std::size_t at, std::span<const Interval> box, const mpq_class &q);
  bool crosses_zero(std::size_t base, std::span<const Interval> box);
  int sign_on_side(std::size_t base) const;
  mpq_class order_of(std::size_t at, std::size_t corner) const;
  mpq_class pole_order_of(std::size_t at, std::size_t corner) const;

  const Expression &expression_;
  std::size_t dimension_;
  bool has_log_ = false;
  ExpressionEvaluator natural_;
  ExpressionEvaluator probe_; // at faces and corners
  std::vector<Bounds> bounds_;
  mpq_class log_exponent_;
  // Of diverges(), for every node; by node * corners + corner where a corner of the box is meant.
  const Side *side_ = nullptr; // null: the whole box
  std::size_t corners_ = 0;
  std::vector<char> zero_at_corner_;
  std::vector<mpq_class> orders_, pole_orders_;
  std::vector<char> diverges_;
};

} // namespace layercert
