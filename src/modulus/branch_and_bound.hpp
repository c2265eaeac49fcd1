// Branch and bound over pieces of shifts. Every piece has an upper bound of || f(. + h) - f ||_p for its
// shifts; the largest of them all is one of the modulus. A strategy says how a piece is bounded and cut, and
// the engine which pieces are looked at.
#pragma once

#include "modulus_problem.hpp"

#include "layercert/numeric/directed_double.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/bounds.hpp"
#include "numeric/stop_request.hpp"

#include <utility>
#include <vector>

namespace layercert {

// What every strategy for an expression keeps: the problem, its limits, and the
// bounds found so far, at first those known.
class ModulusStrategy {
public:
  ModulusStrategy(const ModulusProblem &problem, const ModulusBounds &known, const SearchLimits &limits)
      : problem_(problem), limits_(limits), best_{known.upper, known.lower, 0} {}

  const ModulusBounds &best() const noexcept { return best_; }
  // A piece with at most this upper bound needs no more cutting.
  double goal() const { return mul_down(1 + limits_.relative_gap, best_.lower.value); }

protected:
  const ModulusProblem &problem_;
  SearchLimits limits_;
  ModulusBounds best_; // `boxes`: of this search
};

// A Strategy has
//   best()       the bounds found so far; `upper` need not be the least
//   goal()       a piece with at most this upper bound needs no more cutting
//   pieces()     pieces, each with a member `upper`, that cover all shifts of the problem
//   may_bound()  whether the limits let these pieces be bounded
//   bound()      lowers their `upper`, and may raise best().lower
//   may_cut()    whether the limits let those be cut that are above the goal
//   cut()        parts that cover the pieces, with upper bounds
//   finish()     the last that is done for pieces above the goal
// The same result for any number of threads, if the strategy's own is. Requires: an open UpwardScope.
template <class Strategy> ModulusBounds branch_and_bound(Strategy &strategy) {
  assert_upward();
  auto open = strategy.pieces();
  double settled = 0; // the largest bound of the pieces that need no more cutting
  while (!open.empty() && strategy.may_bound(open)) {
    throw_if_stopped();
    strategy.bound(open);
    const double goal = strategy.goal();
    std::erase_if(open, [&](const auto &piece) {
      settled = piece.upper <= goal ? largest_upper(settled, piece.upper) : settled;
      return piece.upper <= goal;
    });
    if (!strategy.may_cut(open)) {
      break;
    }
    open = strategy.cut(std::move(open));
  }
  if (!open.empty()) {
    strategy.finish(open);
  }
  for (const auto &piece : open) {
    settled = largest_upper(settled, piece.upper);
  }
  ModulusBounds found = strategy.best();
  found.upper = least_upper(found.upper, settled);
  return found;
}

} // namespace layercert
