// With u = (g - a)^m U and v = (g - a)^m V, u/v is U/V, and the Taylor coefficients of U are those of u, m
// places on. A zero is known to be one where interval arithmetic gives exactly 0 at it.
#include "removable.hpp"

#include "expression_builder.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "node_index.hpp"
#include "null_levels.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace layercert {

namespace {

constexpr int kDegree = 8;
constexpr int kHighestOrder = 4;
constexpr int kSteps = 8;             // zeros are looked for among the multiples of 1/kSteps
constexpr int kFarthest = 8;          // up to this size
constexpr double kNearPoint = 0x1p-3; // nearer than this, u/v loses digits, and its slope is too wide
constexpr double kNearWidths = 8; // nearer than so many widths, the slope of u/v is much wider than that of Q
constexpr std::size_t kMostParts = 200; // between a quotient and its g
constexpr int kFinest = -60;            // exponent of the smallest interval around a zero

bool is_zero(const Interval &x) { return x.lower() == 0 && x.upper() == 0; }
bool holds_zero(const Interval &x) { return !(x.lower() > 0 || x.upper() < 0); }

// The function of `inner` that the node `at` is.
Expression function_of(const Expression &f, std::size_t at, std::size_t inner) {
  ExpressionBuilder builder;
  std::vector<char> needed(at + 1, 0);
  needed[at] = 1;
  for (std::size_t i = at + 1; i-- > 0;) {
    for (const std::int32_t argument : f.nodes()[i].argument) {
      if (needed[i] != 0 && i != inner && argument >= 0) {
        needed[index_of(argument)] = 1;
      }
    }
  }
  std::vector<std::int32_t> values(at + 1, -1);
  for (std::size_t i = 0; i <= at; ++i) {
    if (needed[i] != 0) {
      values[i] = i == inner ? builder.variable(0) : builder.copy(f, f.nodes()[i], values);
    }
  }
  return builder.finish(values[at]);
}

std::vector<char> varying(const Expression &f) {
  std::vector<char> varies;
  for (const Node &node : f.nodes()) {
    bool any = node.op == Op::Variable || node.op == Op::Table;
    for (const std::int32_t argument : node.argument) {
      any = any || (argument >= 0 && varies[index_of(argument)] != 0);
    }
    varies.push_back(any ? 1 : 0);
  }
  return varies;
}

// The nodes, nearest first, that every way from the quotient to a coordinate goes through.
std::vector<std::size_t> common_parts(const Expression &f, const std::vector<char> &varies,
                                      const Node &quotient) {
  std::set<std::size_t> open;
  std::vector<std::size_t> result;
  const auto add = [&](const Node &node) {
    for (const std::int32_t argument : node.argument) {
      if (argument >= 0 && varies[index_of(argument)] != 0) {
        open.insert(index_of(argument));
      }
    }
  };
  add(quotient);
  for (std::size_t steps = 0; !open.empty() && steps < kMostParts; ++steps) {
    const std::size_t last = *open.rbegin();
    if (open.size() == 1) {
      result.push_back(last);
    }
    const Node &node = f.nodes()[last];
    if (node.op == Op::Variable || node.op == Op::Table) {
      break; // the others do not go through it
    }
    open.erase(last);
    add(node);
  }
  return result;
}

} // namespace

RemovableQuotient::RemovableQuotient(const Expression &f, std::size_t node, std::size_t inner)
    : node_(node), inner_(inner) {
  const auto make = [&](std::size_t part) {
    auto result = std::make_unique<Function>();
    result->expression = function_of(f, index_of(f.nodes()[node].argument[part]), inner);
    result->taylor = std::make_unique<TaylorEvaluator>(result->expression, 1, kDegree);
    return result;
  };
  u_ = make(0);
  v_ = make(1);
}

// The order of the zero of v, if u has one of at least that order; else 0.
int RemovableQuotient::order_at(double place) {
  const std::array<Interval, 1> point{Interval(place)};
  ExpressionEvaluator v(v_->expression, 1, ExpressionEvaluator::Quotients::AsTheyAre);
  const Range value = v.range(point);
  if (value.undefined || !is_zero(value.value) || !u_->taylor->expand(point, point) ||
      !v_->taylor->expand(point, point)) {
    return 0;
  }
  for (int m = 0; m <= kHighestOrder; ++m) {
    if (!is_zero(v_->taylor->at_centre()[index_of(m)])) {
      return holds_zero(v_->taylor->at_centre()[index_of(m)]) ? 0 : m;
    }
    if (!is_zero(u_->taylor->at_centre()[index_of(m)])) {
      return 0;
    }
  }
  return 0;
}

void RemovableQuotient::find_zeros(const Interval &range_of_g) {
  for (int k = -kSteps * kFarthest; k <= kSteps * kFarthest; ++k) {
    const double place = static_cast<double>(k) / kSteps;
    if (place < range_of_g.lower() || place > range_of_g.upper()) {
      continue;
    }
    if (const int order = order_at(place); order > 0) {
      const auto kept = [](const TaylorEvaluator &w) {
        return std::vector<Interval>(w.at_centre().begin(), w.at_centre().begin() + kDegree);
      };
      zeros_.push_back({place, order, kept(*u_->taylor), kept(*v_->taylor)});
    }
  }
}

std::vector<RemovableQuotient> RemovableQuotient::find(const Expression &f, int dimension) {
  assert_upward();
  std::vector<RemovableQuotient> result;
  if (std::none_of(f.nodes().begin(), f.nodes().end(),
                   [](const Node &node) { return node.op == Op::Divide; })) {
    return result;
  }
  const std::vector<char> varies = varying(f);
  std::vector<bool> null;
  std::optional<ExpressionEvaluator> evaluator;
  const std::vector<Interval> cube(index_of(dimension), Interval(0.0, 1.0));
  for (std::size_t at = 0; at < f.nodes().size(); ++at) {
    const Node &node = f.nodes()[at];
    if (node.op != Op::Divide || varies[index_of(node.argument[0])] == 0 ||
        varies[index_of(node.argument[1])] == 0) {
      continue;
    }
    if (!evaluator) {
      evaluator.emplace(f, dimension, ExpressionEvaluator::Quotients::AsTheyAre);
      evaluator->range(cube);
    }
    if (!holds_zero(evaluator->value(index_of(node.argument[1])))) {
      continue;
    }
    for (const std::size_t inner : common_parts(f, varies, node)) {
      const Interval range = evaluator->undefined(inner) ? whole_line() : evaluator->value(inner);
      RemovableQuotient quotient(f, at, inner);
      quotient.find_zeros(range);
      if (quotient.zeros_.empty()) {
        continue;
      }
      null = null.empty() ? null_levels(f, dimension) : null;
      if (null[inner]) {
        result.push_back(std::move(quotient));
        break;
      }
    }
  }
  return result;
}

const RemovableQuotient::Zero *RemovableQuotient::nearest(const Interval &g) const {
  const Zero *best = nullptr;
  double least = 0;
  for (const Zero &zero : zeros_) {
    const double distance = std::max({g.lower() - zero.place, zero.place - g.upper(), 0.0});
    if (best == nullptr || distance < least) {
      best = &zero;
      least = distance;
    }
  }
  return best;
}

bool RemovableQuotient::near(const Interval &g) const {
  const Zero &zero = *nearest(g);
  const double distance = std::max({g.lower() - zero.place, zero.place - g.upper(), 0.0});
  return distance <= std::max(kNearPoint, kNearWidths * (g.upper() - g.lower()));
}

// W with w = (g - a)^m W, from the coefficients of w at a and the last one over an interval that holds a and
// all g; h = g - a.
RemovableQuotient::Bounds RemovableQuotient::divided(const std::vector<Interval> &at_zero,
                                                     const Interval &rest, int order, const Interval &h) {
  const int last = kDegree - order;
  Bounds result{rest, Interval(static_cast<double>(last)) * rest};
  for (int k = last - 1; k >= 0; --k) {
    const Interval &coefficient = at_zero[index_of(order + k)];
    result.value = coefficient + h * result.value;
    if (k > 0) {
      result.slope = Interval(static_cast<double>(k)) * coefficient + h * result.slope;
    }
  }
  return result;
}

// Boxes come by the thousand and intervals of a power of two around a zero are few: their coefficients are
// kept.
const RemovableQuotient::Rest &RemovableQuotient::rest(const Zero &zero, const Interval &g) {
  const double far = std::max(zero.place - g.lower(), g.upper() - zero.place);
  int exponent = kFinest;
  if (far > std::ldexp(1.0, kFinest)) {
    std::frexp(far, &exponent); // far < 2^exponent
  }
  const bool below = g.lower() < zero.place;
  const bool above = g.upper() > zero.place;
  const RestKey key{static_cast<int>(&zero - zeros_.data()), exponent, below ? 1 : 0, above ? 1 : 0};
  const auto known = rests_.find(key);
  if (known != rests_.end()) {
    return known->second;
  }
  const Interval radius(std::ldexp(1.0, exponent + 1)); // twice as far as needed
  const std::array<Interval, 1> centre{Interval(zero.place)};
  const std::array<Interval, 1> box{Interval(below ? (centre[0] - radius).lower() : zero.place,
                                             above ? (centre[0] + radius).upper() : zero.place)};
  Rest result;
  if (u_->taylor->expand(centre, box) && v_->taylor->expand(centre, box)) {
    result.emplace(std::array<Interval, 2>{u_->taylor->over_box()[index_of(kDegree)],
                                           v_->taylor->over_box()[index_of(kDegree)]});
  }
  return rests_.emplace(key, result).first->second;
}

std::optional<RemovableQuotient::Bounds> RemovableQuotient::over(const Interval &g) {
  assert_upward();
  const Zero &zero = *nearest(g);
  const Interval place(zero.place);
  Rest last = rest(zero, g);
  if (!last) { // the interval of a power of two may leave where u and v are smooth
    const std::array<Interval, 1> centre{place};
    const std::array<Interval, 1> box{hull(g, place)};
    if (!u_->taylor->expand(centre, box) || !v_->taylor->expand(centre, box)) {
      return std::nullopt;
    }
    last.emplace(std::array<Interval, 2>{u_->taylor->over_box()[index_of(kDegree)],
                                         v_->taylor->over_box()[index_of(kDegree)]});
  }
  const Interval h = g - place;
  const Bounds U = divided(zero.u, (*last)[0], zero.order, h);
  const Bounds V = divided(zero.v, (*last)[1], zero.order, h);
  if (has_nan(V.value) || holds_zero(V.value)) {
    return std::nullopt;
  }
  Bounds result;
  result.value = U.value / V.value;
  result.slope = (U.slope - result.value * V.slope) / V.value;
  if (has_nan(result.value) || !bounded(result.value)) {
    return std::nullopt;
  }
  if (has_nan(result.slope)) {
    result.slope = whole_line();
  }
  return result;
}

} // namespace layercert
