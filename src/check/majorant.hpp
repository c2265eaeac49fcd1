// Norms of a target over boxes on which it has no bound (proofs/singularities.md).
#pragma once

#include "expression.hpp"

#include <map>
#include <optional>

namespace checker {

class Majorants {
public:
  Majorants(const Expression &f, std::size_t dimension);

  // At least || |f| + shift ||_q over the box; infinite where nothing is known.
  Arf norm(const std::vector<Interval> &box, const Rational &q, const Arf &shift);
  // Holds f almost everywhere on the box, where it has a value almost everywhere; whole where that is not
  // known.
  Interval range(const std::vector<Interval> &box);

private:
  using Monomial = std::map<std::size_t, Rational>; // prod |g_k|^e_k, the g_k being nodes
  struct Term {
    Arf coefficient;
    Monomial monomial;
  };
  // Almost everywhere on the box.
  struct Bounds {
    bool defined = false; // there is a value; otherwise nothing else counts
    Interval range = Interval::whole();
    std::optional<std::vector<Term>> upper; // |v| <= sum
    std::optional<Term> lower;              // |v| >= term, its coefficient above 0
    std::vector<Term> summands; // each of them is such a bound, too: v is their sum, or a power of it
  };
  struct Pole { // |g|^-e, 0 < e < 1
    const Jet &g;
    Rational e;
  };
  using Box = std::vector<Interval>;

  void evaluate(const Box &box, const Rational &log_exponent);
  Bounds bounds_of(std::size_t at) const;
  Bounds by_rule(const Node &node) const;
  Bounds sum(const Bounds &a, const Bounds &b) const;
  Bounds product(const Bounds &a, const Bounds &b) const;
  Bounds quotient(const Bounds &a, const Bounds &b) const;
  Bounds power(const Bounds &a, const Rational &e, bool even) const;
  Interval size_of(const std::vector<Term> &terms) const;
  Bounds logarithm(const Bounds &a) const;
  Arf norm_of(const Bounds &bounds, const Box &box, const Rational &q, const Arf &shift) const;
  Interval integral(const Monomial &monomial, const Rational &q, const Box &box) const;

  static std::optional<Term> sum_lower(const std::optional<Term> &a, const std::optional<Term> &b);
  static Monomial times(const Monomial &a, const Monomial &b);
  static Monomial raised(const Monomial &a, const Rational &e);
  static std::optional<std::vector<Term>> both(const Bounds &a, const Bounds &b);
  static Interval along_lines(const Pole &pole, const Box &box);
  static Interval by_substitution(const std::vector<Pole> &poles, const Box &box);
  static Interval by_means(const std::vector<Pole> &poles, const Box &box);

  const Expression &f_;
  Evaluator evaluator_;
  std::vector<Bounds> bounds_;
  Rational log_exponent_;
  bool has_log_ = false;
};

} // namespace checker
