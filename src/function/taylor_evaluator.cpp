#include "taylor_evaluator.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "node_index.hpp"
#include "numeric/elementary.hpp"
#include "numeric/signs.hpp"
#include "operations.hpp"
#include "removable.hpp"

#include <algorithm>
#include <cassert>

namespace layercert {

namespace {

constexpr std::size_t kNoOrder = ~std::size_t{0};

} // namespace

int default_taylor_degree(std::size_t dimension) {
  return dimension == 1   ? 12
         : dimension == 2 ? 8
         : dimension == 3 ? 6
         : dimension == 4 ? 4
         : dimension == 5 ? 3
                          : 2;
}

TaylorEvaluator::TaylorEvaluator(TaylorEvaluator &&) noexcept = default;
TaylorEvaluator::~TaylorEvaluator() = default;

TaylorEvaluator::TaylorEvaluator(const Expression &expression, std::size_t dimension, int degree,
                                 ExpressionEvaluator::Quotients quotients)
    : expression_(expression), arithmetic_(dimension, degree), count_(monomials().count()),
      low_(monomials().begin_of(degree)), centre_ranges_(expression, dimension, quotients),
      box_ranges_(expression, dimension, quotients) {
  assert(degree >= 1);
  const std::size_t nodes = expression.nodes().size();
  varies_.assign(nodes, 0);
  smooth_.assign(nodes, 0);
  for (std::size_t at = 0; at < nodes; ++at) {
    const Node &node = expression.nodes()[at];
    varies_[at] = node.op == Op::Variable ? 1 : 0;
    for (const std::int32_t argument : node.argument) {
      if (argument >= 0 && varies_[index_of(argument)] != 0) {
        varies_[at] = 1;
      }
    }
  }
  at_centre_.resize(nodes * count_);
  over_box_.resize(nodes * count_);
  scratch_.resize(count_);
  other_scratch_.resize(count_);
  if (box_ranges_.extends()) {
    const UpwardScope upward;
    removable_.resize(nodes);
    for (RemovableQuotient &quotient : RemovableQuotient::find(expression, dimension)) {
      const std::size_t at = quotient.node();
      removable_[at] = std::make_unique<RemovableQuotient>(std::move(quotient));
    }
  }
}

// The quotient that the node is, where its parts' ranges are better left alone.
RemovableQuotient *TaylorEvaluator::quotient_near(std::size_t at, const ExpressionEvaluator &ranges) const {
  if (removable_.empty() || removable_[at] == nullptr) {
    return nullptr;
  }
  const Interval &g = ranges.value(removable_[at]->inner());
  return smooth_[removable_[at]->inner()] != 0 && bounded(g) && removable_[at]->near(g) ? removable_[at].get()
                                                                                        : nullptr;
}

// Q(g) = sum of Q_k (g - g_0)^k.
bool TaylorEvaluator::fill(RemovableQuotient &quotient, std::size_t at, std::vector<Interval> &all,
                           const ExpressionEvaluator &ranges, std::size_t count) {
  std::vector<Interval> coefficients(index_of(&all == &over_box_ ? degree() + 1 : degree()));
  if (coefficients.size() > RemovableQuotient::kMostCoefficients ||
      !quotient.series(ranges.value(quotient.inner()), coefficients)) {
    return false;
  }
  const auto first = all.begin() + static_cast<std::ptrdiff_t>(quotient.inner() * count_);
  const Series step(scratch_.data(), count);
  std::copy(first, first + static_cast<std::ptrdiff_t>(count), step.begin());
  step[0] = Interval(0.0);
  const Series sum(other_scratch_.data(), count);
  const Series h(all.data() + at * count_, count);
  std::fill(h.begin(), h.end(), Interval(0.0));
  for (std::size_t k = coefficients.size(); k-- > 0;) {
    arithmetic_.multiply(h, step, sum);
    sum[0] += coefficients[k];
    std::copy(sum.begin(), sum.end(), h.begin());
  }
  return true;
}

// Is the node smooth on the box? If it is one of its arguments or the negative of one there, that is
// `chosen`; the same branch is then taken at the centre.
bool TaylorEvaluator::choose(std::size_t at, std::size_t &chosen) const {
  const Node &node = expression_.nodes()[at];
  const auto argument = [&](std::size_t i) { return index_of(node.argument[i]); };
  const auto value = [&](std::size_t i) -> const Interval & { return box_ranges_.value(argument(i)); };
  const auto smooth = [&](std::size_t i) { return smooth_[argument(i)] != 0; };
  chosen = kNoOrder;
  if (box_ranges_.undefined(at) || has_nan(box_ranges_.value(at))) {
    return false;
  }
  if (node.op == Op::If) {
    if (!smooth(0)) {
      return false;
    }
    if (without_zero(value(0))) {
      chosen = 1;
    } else if (value(0).lower() == 0 && value(0).upper() == 0) {
      chosen = 2;
    }
    return chosen != kNoOrder && smooth(chosen);
  }
  for (std::size_t i = 0; i < 3 && node.argument[i] >= 0; ++i) {
    if (!smooth(i)) {
      return false;
    }
  }
  if (quotient_near(at, box_ranges_) != nullptr) {
    return true;
  }
  const OperationRules &rules = rules_of(node.op);
  switch (rules.smoothness) {
  case Smoothness::Smooth:
    return true;
  case Smoothness::Inside:
    return rules.inside(value(0), value(node.argument[1] >= 0 ? 1 : 0), box_ranges_.value(at));
  case Smoothness::Jump: // smooth where constant on the box
    return box_ranges_.value(at).lower() == box_ranges_.value(at).upper();
  default:
    break;
  }
  switch (node.op) {
  case Op::PowerInteger:
    return node.integer >= 0 || without_zero(value(0));
  case Op::Abs:
  case Op::Min:
  case Op::Max: {
    if (node.op == Op::Abs) {
      chosen = value(0).lower() >= 0 || value(0).upper() <= 0 ? 0 : kNoOrder;
    } else {
      const bool less = value(0).upper() <= value(1).lower();
      const bool greater = value(1).upper() <= value(0).lower();
      chosen = less ? (node.op == Op::Min ? 0 : 1) : greater ? (node.op == Op::Min ? 1 : 0) : kNoOrder;
    }
    return chosen != kNoOrder;
  }
  default: // nothing is known here
    return false;
  }
}

bool TaylorEvaluator::expand(std::span<const Interval> centre, std::span<const Interval> box) {
  assert_upward();
  box_ranges_.range(box);
  centre_ranges_.range(centre);
  for (std::size_t at = 0; at < smooth_.size(); ++at) {
    std::size_t chosen = kNoOrder;
    smooth_[at] = choose(at, chosen) ? 1 : 0;
    if (smooth_[at] == 0) {
      continue;
    }
    const Node &node = expression_.nodes()[at];
    if (chosen != kNoOrder) {
      const std::size_t from = index_of(node.argument[chosen]) * count_;
      const bool negated = node.op == Op::Abs && box_ranges_.value(index_of(node.argument[0])).lower() < 0;
      for (std::size_t a = 0; a < count_; ++a) {
        over_box_[at * count_ + a] = negated ? -over_box_[from + a] : over_box_[from + a];
      }
      for (std::size_t a = 0; a < low_; ++a) {
        at_centre_[at * count_ + a] = negated ? -at_centre_[from + a] : at_centre_[from + a];
      }
      continue;
    }
    if (RemovableQuotient *quotient = quotient_near(at, box_ranges_)) {
      if (!fill(*quotient, at, over_box_, box_ranges_, count_) ||
          !fill(*quotient, at, at_centre_, centre_ranges_, low_)) {
        smooth_[at] = 0;
      }
      continue;
    }
    if (!fill(at, over_box_, box_ranges_, count_) || !fill(at, at_centre_, centre_ranges_, low_)) {
      smooth_[at] = 0;
    }
  }
  return smooth_.back() != 0 &&
         std::all_of(over_box().begin(), over_box().end(), [](const Interval &x) { return bounded(x); }) &&
         std::all_of(at_centre().begin(), at_centre().end(), [](const Interval &x) { return bounded(x); });
}

// The coefficients of a node of which choose() knows that it is smooth and no mere choice. False where the
// enclosure at the centre is too wide to divide by.
bool TaylorEvaluator::fill(std::size_t at, std::vector<Interval> &all, const ExpressionEvaluator &ranges,
                           std::size_t count) {
  const Node &node = expression_.nodes()[at];
  const Series h(all.data() + at * count_, count);
  const Interval &h_0 = ranges.value(at);
  const bool constant =
      varies_[at] == 0 || is_jump(node.op) || (node.op == Op::PowerInteger && node.integer == 0);
  if (constant || node.op == Op::Variable) {
    std::fill(h.begin(), h.end(), Interval(0.0));
    h[0] = constant ? box_ranges_.value(at) : h_0;
    const std::size_t variable =
        node.op == Op::Variable ? monomials().variable(index_of(node.integer)) : count;
    if (variable < count) {
      h[variable] = Interval(1.0);
    }
    return true;
  }
  const auto series = [&](std::size_t i) {
    return ConstSeries(all.data() + index_of(node.argument[i]) * count_, count);
  };
  const ConstSeries g = series(0);
  const Series w(scratch_.data(), count);
  const Series unused(other_scratch_.data(), count);
  if (node.op == Op::Multiply && node.argument[0] == node.argument[1]) {
    arithmetic_.square(g, h_0, h);
    return true;
  }
  const bool two = node.argument[1] >= 0;
  return rules_of(node.op).series({arithmetic_, g, two ? series(1) : g,
                                   two && varies_[index_of(node.argument[1])] != 0, node.integer, h_0, h, w,
                                   unused});
}

} // namespace layercert
