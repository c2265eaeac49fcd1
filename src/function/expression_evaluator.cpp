#include "expression_evaluator.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "multilinear.hpp"
#include "node_index.hpp"
#include "numeric/elementary.hpp"
#include "numeric/weierstrass.hpp"
#include "operations.hpp"
#include "removable.hpp"
#include "truth.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

namespace layercert {

namespace {

// One node's range from its arguments' ranges. `undefined` holds the arguments' flags on return too, except
// of a branch of `if` that is not taken anywhere on the box.
template <class I, class Leaf>
I node_range(const Node &node, const std::vector<I> &values, const std::vector<char> &flags, const Leaf &leaf,
             bool &undefined) {
  const auto a = [&]() -> const I & { return values[index_of(node.argument[0])]; };
  const auto b = [&]() -> const I & { return values[index_of(node.argument[1])]; };
  const auto c = [&]() -> const I & { return values[index_of(node.argument[2])]; };
  const auto flagged = [&](int i) {
    return flags[index_of(node.argument[static_cast<std::size_t>(i)])] != 0;
  };
  if (node.op == Op::If) {
    const Truth truth = holds(a());
    undefined = flagged(0) || (truth != Truth::No && flagged(1)) || (truth != Truth::Yes && flagged(2));
    return truth == Truth::Yes ? b() : truth == Truth::No ? c() : hull(b(), c());
  }
  for (int i = 0; i < 3 && node.argument[static_cast<std::size_t>(i)] >= 0; ++i) {
    undefined = undefined || flagged(i);
  }
  switch (node.op) {
  case Op::Constant:
  case Op::Pi:
  case Op::E:
  case Op::Variable:
  case Op::Table:
    return leaf(node);
  case Op::PowerInteger:
    return power_range(a(), node.integer, undefined);
  case Op::Multiply:
    return node.argument[0] == node.argument[1] ? power_range(a(), 2, undefined) : a() * b();
  case Op::Weierstrass:
    return weierstrass_range(a(), leaf(node), node.integer);
  default:
    return rules_of(node.op).enclosure(a(), node.argument[1] >= 0 ? b() : a(), undefined);
  }
}

// NaN bounds (inf - inf, 0 * inf) and infinite values say nothing: make them the whole line, and let the
// caller know.
template <class I> void mend(I &value, bool &undefined) {
  if (has_nan(value)) {
    value = I::whole();
    undefined = true;
  }
}

// Small integers, as the jumps have for values, come with few bits; functions of them would have no more.
MpfrInterval at_least(const MpfrInterval &x, mpfr_prec_t precision) {
  const auto longer = [&](const MpfrNumber &bound) {
    MpfrNumber result = MpfrNumber::with_precision(precision);
    mpfr_set(result.get(), bound.get(), MPFR_RNDN); // exact
    return result;
  };
  return {x.lower().precision() < precision ? longer(x.lower()) : x.lower(),
          x.upper().precision() < precision ? longer(x.upper()) : x.upper()};
}

double sample_node(const Node &node, const std::vector<double> &v) {
  const auto value = [&](std::size_t i) { return v[index_of(node.argument[i])]; };
  if (node.op == Op::PowerInteger) {
    return std::pow(value(0), node.integer);
  }
  if (node.op == Op::If) {
    return value(0) != 0 ? value(1) : value(2);
  }
  return rules_of(node.op).sample.one(value(0), node.argument[1] >= 0 ? value(1) : 0);
}

} // namespace

ExpressionEvaluator::ExpressionEvaluator(ExpressionEvaluator &&) noexcept = default;
ExpressionEvaluator::~ExpressionEvaluator() = default;

ExpressionEvaluator::ExpressionEvaluator(const Expression &expression, std::size_t dimension,
                                         Quotients quotients)
    : expression_(expression), dimension_(dimension) {
  const std::size_t nodes = expression.nodes().size();
  for (const mpq_class &constant : expression.constants()) {
    constants_.push_back(enclosure(constant));
    sample_constants_.push_back(constant.get_d());
  }
  values_.resize(nodes);
  undefined_.resize(nodes);
  samples_.resize(nodes);
  gradients_.resize(nodes * dimension_);
  has_gradient_.assign(nodes * dimension_, 0);
  for (std::size_t at = 0; at < nodes; ++at) {
    const Node &node = expression.nodes()[at];
    if (node.op == Op::Variable) {
      has_gradient_[at * dimension_ + index_of(node.integer)] = 1;
    }
    for (std::size_t j = 0; node.op == Op::Table && j < dimension_; ++j) {
      has_gradient_[at * dimension_ + j] = 1;
    }
    for (const std::int32_t argument : node.argument) {
      for (std::size_t j = 0; argument >= 0 && j < dimension_; ++j) {
        has_gradient_[at * dimension_ + j] |= has_gradient_[index_of(argument) * dimension_ + j];
      }
    }
  }
  if (quotients == Quotients::Extended &&
      std::any_of(expression.nodes().begin(), expression.nodes().end(),
                  [](const Node &node) { return node.op == Op::Divide; })) {
    const UpwardScope upward;
    prepare_mpfr_thread();
    removable_ = RemovableQuotient::find(expression, dimension);
  }
  if (!removable_.empty()) {
    removable_at_.assign(nodes, -1);
    for (std::size_t i = 0; i < removable_.size(); ++i) {
      removable_at_[removable_[i].node()] = static_cast<std::int32_t>(i);
    }
    slopes_by_inner_.resize(removable_.size());
  }
}

// The node is a quotient that is known near a zero of both parts.
void ExpressionEvaluator::extend(std::size_t at) {
  const std::size_t i = index_of(removable_at_[at]);
  RemovableQuotient &quotient = removable_[i];
  slopes_by_inner_[i] = whole_line();
  const Interval &g = values_[quotient.inner()];
  if (undefined_[quotient.inner()] != 0 || !bounded(g) || !quotient.near(g)) {
    return;
  }
  if (const std::optional<RemovableQuotient::Bounds> bounds = quotient.over(g)) {
    const bool known = undefined_[at] == 0 && bounded(values_[at]) && overlap(values_[at], bounds->value);
    values_[at] = known ? intersect(values_[at], bounds->value) : bounds->value;
    undefined_[at] = 0;
    slopes_by_inner_[i] = bounds->slope;
    extended_ = true;
  }
}

Range ExpressionEvaluator::range(std::span<const Interval> box) {
  assert_upward();
  assert(box.size() == dimension_);
  const auto leaf = [&](const Node &node) -> Interval {
    switch (node.op) {
    case Op::Constant:
    case Op::Weierstrass:
      return constants_[index_of(node.constant)];
    case Op::Pi:
      return {pi_down(), pi_up()};
    case Op::E:
      return {e_down(), e_up()};
    case Op::Table:
      return multilinear_range(*expression_.table(), box);
    default:
      return box[index_of(node.integer)];
    }
  };
  extended_ = false;
  for (std::size_t at = 0; at < values_.size(); ++at) {
    bool undefined = false;
    values_[at] = node_range(expression_.nodes()[at], values_, undefined_, leaf, undefined);
    mend(values_[at], undefined);
    undefined_[at] = undefined ? 1 : 0;
    if (!removable_at_.empty() && removable_at_[at] >= 0) {
      extend(at);
    }
  }
  return {values_.back(), undefined_.back() != 0};
}

Range ExpressionEvaluator::range_and_gradient(std::span<const Interval> box, std::span<Interval> gradient) {
  assert(gradient.size() == dimension_);
  Range result = range(box);
  for (std::size_t at = 0; at < values_.size(); ++at) {
    differentiate(at, box);
  }
  for (std::size_t j = 0; j < dimension_; ++j) {
    gradient[j] = gradients_[(values_.size() - 1) * dimension_ + j];
  }
  return result;
}

void ExpressionEvaluator::differentiate(std::size_t at, std::span<const Interval> box) {
  const Node &node = expression_.nodes()[at];
  const auto argument = [&](std::size_t i) -> const Interval & {
    return values_[index_of(node.argument[i])];
  };
  // The outer derivatives by the first and second argument; computed once, used for every x_j.
  Interval by_first(0.0);
  Interval by_second(0.0);
  bool singular = false; // here a slope without a bound, not a missing value
  const Interval one(1.0);
  const auto second_varies = [&] { // with any coordinate
    const auto depends =
        std::span(has_gradient_).subspan(index_of(node.argument[1]) * dimension_, dimension_);
    return std::any_of(depends.begin(), depends.end(), [](char does) { return does != 0; });
  };
  const OperationRules &rules = rules_of(node.op);
  switch (node.op) {
  case Op::Constant:
  case Op::Pi:
  case Op::E:
    return;
  case Op::Variable:
    gradients_[at * dimension_ + index_of(node.integer)] = one;
    return;
  case Op::Table:
    multilinear_range_and_gradient(*expression_.table(), box,
                                   std::span(gradients_).subspan(at * dimension_, dimension_));
    return;
  case Op::Abs:
    by_first = argument(0).lower() >= 0 ? one : argument(0).upper() <= 0 ? -one : Interval(-1.0, 1.0);
    break;
  case Op::Weierstrass:
    if (const Interval &a = constants_[index_of(node.constant)]; weierstrass_has_slope(a, node.integer)) {
      by_first = weierstrass_slope_range(argument(0), a, node.integer);
    } else {
      singular = true;
    }
    break;
  default:
    if (rules.slope) {
      IntervalCalculus on;
      const Interval &second = argument(node.argument[1] >= 0 ? 1 : 0);
      const SlopeArguments<Interval> of{argument(0), second, values_[at], node.integer};
      by_first = rules.slope.by(rules.slope.first, on, of);
      if (rules.slope.second.is_there && second_varies()) {
        by_second = rules.slope.by(rules.slope.second, on, of);
      }
      singular = on.singular;
    } else if (rules.smoothness == Smoothness::Jump || rules.smoothness == Smoothness::Singular) {
      singular = values_[at].lower() != values_[at].upper(); // flat where it is constant on the box
    } else {
      singular = rules.smoothness == Smoothness::Rough; // else the gradients below, not a sum
    }
  }
  for (std::size_t j = 0; j < dimension_; ++j) {
    Interval &out = gradients_[at * dimension_ + j];
    if (has_gradient_[at * dimension_ + j] == 0) {
      out = Interval(0.0);
      continue;
    }
    const auto inner = [&](std::size_t i) { return gradients_[index_of(node.argument[i]) * dimension_ + j]; };
    const auto varies = [&](std::size_t i) {
      return has_gradient_[index_of(node.argument[i]) * dimension_ + j] != 0;
    };
    if (singular) {
      out = whole_line();
    } else if (node.op == Op::If) {
      const Truth truth = holds(argument(0));
      out = truth == Truth::Yes ? inner(1) : truth == Truth::No ? inner(2) : whole_line();
    } else if (node.op == Op::Min || node.op == Op::Max) {
      const bool first_only = node.op == Op::Min ? argument(0).upper() < argument(1).lower()
                                                 : argument(0).lower() > argument(1).upper();
      const bool second_only = node.op == Op::Min ? argument(1).upper() < argument(0).lower()
                                                  : argument(1).lower() > argument(0).upper();
      out = first_only ? inner(0) : second_only ? inner(1) : hull(inner(0), inner(1));
    } else if (node.op == Op::Multiply && node.argument[0] == node.argument[1]) {
      out = Interval(2.0) * argument(0) * inner(0);
    } else {
      out = Interval(0.0);
      if (varies(0)) {
        out = by_first * inner(0);
      }
      if (node.argument[1] >= 0 && varies(1)) {
        out += by_second * inner(1);
      }
    }
    if (has_nan(out)) {
      out = whole_line();
    }
    if (!removable_at_.empty() && removable_at_[at] >= 0) {
      const RemovableQuotient &quotient = removable_[index_of(removable_at_[at])];
      const Interval slope =
          slopes_by_inner_[index_of(removable_at_[at])] * gradients_[quotient.inner() * dimension_ + j];
      if (!has_nan(slope) && bounded(slope)) { // both hold the slope of Q where v has no zero
        const bool known =
            bounded(out) && (argument(1).lower() > 0 || argument(1).upper() < 0) && overlap(out, slope);
        out = known ? intersect(out, slope) : slope;
      }
    }
  }
}

MpfrRange ExpressionEvaluator::range(std::span<const MpfrInterval> box, mpfr_prec_t precision) {
  assert(box.size() == dimension_);
  const auto leaf = [&](const Node &node) -> MpfrInterval {
    switch (node.op) {
    case Op::Constant:
    case Op::Weierstrass:
      return mpfr_enclosure(expression_.constants()[index_of(node.constant)], precision);
    case Op::Pi:
      return mpfr_pi(precision);
    case Op::E:
      return exp_range(mpfr_enclosure(1.0, precision));
    case Op::Table:
      return multilinear_range(*expression_.table(), box, precision);
    default:
      return box[index_of(node.integer)];
    }
  };
  std::vector<MpfrInterval> values(expression_.nodes().size());
  std::vector<char> flags(values.size());
  for (std::size_t at = 0; at < values.size(); ++at) {
    bool undefined = false;
    values[at] = node_range(expression_.nodes()[at], values, flags, leaf, undefined);
    mend(values[at], undefined);
    values[at] = at_least(values[at], precision);
    flags[at] = undefined ? 1 : 0;
  }
  return {values.back(), flags.back() != 0};
}

double ExpressionEvaluator::sample(std::span<const double> point) {
  for (std::size_t at = 0; at < samples_.size(); ++at) {
    const Node &node = expression_.nodes()[at];
    switch (node.op) {
    case Op::Constant:
      samples_[at] = sample_constants_[index_of(node.constant)];
      break;
    case Op::Pi:
      samples_[at] = std::numbers::pi;
      break;
    case Op::E:
      samples_[at] = std::numbers::e;
      break;
    case Op::Variable:
      samples_[at] = point[index_of(node.integer)];
      break;
    case Op::Table:
      samples_[at] = multilinear_sample(*expression_.table(), point);
      break;
    case Op::Weierstrass:
      samples_[at] = weierstrass_sample(samples_[index_of(node.argument[0])],
                                        sample_constants_[index_of(node.constant)], node.integer);
      break;
    default:
      samples_[at] = sample_node(node, samples_);
    }
  }
  return samples_.back();
}

} // namespace layercert
