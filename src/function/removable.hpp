// Quotients u/v of two functions of one part g of an expression that vanish together, as sin(g)/g does: over
// a box they are bounded by Taylor coefficients of u and v (Lemma 41 of proofs/theorem.md).
#pragma once

#include "layercert/function/expression.hpp"
#include "layercert/numeric/interval.hpp"
#include "taylor_evaluator.hpp"

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace layercert {

class RemovableQuotient {
public:
  // All that are found, in the order of their nodes. {g = a zero of v} is a null set for each. Requires: an
  // open UpwardScope.
  static std::vector<RemovableQuotient> find(const Expression &f, std::size_t dimension);

  std::size_t node() const noexcept { return node_; }
  std::size_t inner() const noexcept { return inner_; } // g

  // Whether a zero is so near that over() says more than u/v does.
  bool near(const Interval &g) const;

  // Of the smooth function Q of g that is u/v where v is not 0.
  struct Bounds {
    Interval value;
    Interval slope; // by g
  };
  // Nothing where none is found. Requires: an open UpwardScope; bounded g.
  std::optional<Bounds> over(const Interval &g);
  // The Taylor coefficients of Q at the points of g, of degrees below coefficients.size(). False where none
  // are found. Requires: as over(); at most kMostCoefficients.
  bool series(const Interval &g, std::span<Interval> coefficients);
  static constexpr std::size_t kMostCoefficients = 16;

private:
  struct Zero {
    Interval place; // of one number
    int order;
    std::vector<Interval> u, v;           // Taylor coefficients there, of degrees below the last
    std::vector<Interval> more_u, more_v; // the same, further, once they have been asked for
  };
  // The last coefficients over an interval; nothing where u or v is not known to be smooth.
  using Rest = std::optional<std::array<Interval, 2>>;
  using RestKey =
      std::array<int,
                 4>; // which zero; [place - 2^e, place + 2^e], without what lies below or above the place
  struct Function {  // of g as the only variable
    Expression expression;
    std::unique_ptr<TaylorEvaluator> taylor;
    std::unique_ptr<TaylorEvaluator> longer; // for series(); made when it is first asked for
  };
  RemovableQuotient(const Expression &f, std::size_t node, std::size_t inner);
  void find_zeros(const Interval &range_of_g);
  bool find_zero(const Interval &place, bool proved);
  bool is_common_zero(const Expression &place) const;
  int order_at(const Interval &place, bool proved);
  std::vector<Expression> other_places(const Interval &range_of_g);
  static bool series_of(TaylorEvaluator &w, const std::vector<Interval> &at_zero, const Interval &place,
                        int order, const Interval &g, std::span<Interval> coefficients);
  const Rest &rest(const Zero &zero, const Interval &g);
  static Bounds divided(const std::vector<Interval> &at_zero, const Interval &rest, int order,
                        const Interval &h);
  std::size_t nearest(const Interval &g) const;

  std::size_t node_;
  std::size_t inner_;
  std::unique_ptr<Function> u_, v_;
  std::vector<Zero> zeros_;
  std::map<RestKey, Rest> rests_; // those asked for
};

} // namespace layercert
