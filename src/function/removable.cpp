// With u = (g - a)^m U and v = (g - a)^m V, u/v is U/V, and the Taylor coefficients of U are those of u, m
// places on. A zero is known to be one where interval arithmetic gives exactly 0 at it.
#include "removable.hpp"

#include "expression_builder.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "node_index.hpp"
#include "normal_form.hpp"
#include "null_levels.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"
#include "numeric/signs.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <numbers>
#include <set>
#include <utility>

namespace layercert {

namespace {

constexpr int kDegree = 8;
constexpr int kHighestOrder = 4;
constexpr int kBisections = 8;        // zeros are looked for among the multiples of 1/kBisections
constexpr int kFarthest = 8;          // up to this size
constexpr double kNearPoint = 0x1p-3; // nearer than this, u/v loses digits, and its slope is too wide
constexpr double kNearWidths = 8; // nearer than so many widths, the slope of u/v is much wider than that of Q
constexpr std::size_t kMostQuotientParts = 200; // between a quotient and its g
constexpr int kFinest = -60;                    // exponent of the smallest interval around a zero
constexpr int kLongDegree =
    26; // of the expansions for series(): 15 coefficients and what makes them sharp up to kNearPoint
constexpr int kSamples = 128; // of v, between which zeros are looked for
constexpr int kHalvings = 60;
constexpr long kMostDenominator = 1000;
constexpr int kConvergents = 20;
constexpr double kNarrow = 1e-11; // the zeros that samples show are known so well

bool holds_zero(const Interval &x) { return !(x.lower() > 0 || x.upper() < 0); }

double distance(const Interval &g, const Interval &place) {
  return std::max({g.lower() - place.upper(), place.lower() - g.upper(), 0.0});
}

// w at the number that a closed expression is.
Expression composed(const Expression &w, const Expression &number) {
  ExpressionBuilder builder;
  const auto copied = [&](const Expression &f, std::int32_t variable) {
    std::vector<std::int32_t> values;
    for (const Node &node : f.nodes()) {
      values.push_back(node.op == Op::Variable ? variable : builder.copy(f, node, values));
    }
    return values.back();
  };
  const std::int32_t place = copied(number, -1);
  return builder.finish(copied(w, place));
}

// The closed part c, where w is g - c, c - g, g + c or c + g.
std::vector<Expression> compared_with(const Expression &w) {
  const Node &root = w.nodes().back();
  if (root.op != Op::Subtract && root.op != Op::Add) {
    return {};
  }
  const std::size_t first = index_of(root.argument[0]);
  const std::size_t second = index_of(root.argument[1]);
  const bool first_is_g = w.nodes()[first].op == Op::Variable;
  Expression other = w.subexpression(first_is_g ? second : first);
  if ((!first_is_g && w.nodes()[second].op != Op::Variable) || other.highest_variable() >= 0) {
    return {};
  }
  ExpressionBuilder builder;
  std::vector<std::int32_t> values;
  for (const Node &node : other.nodes()) {
    values.push_back(builder.copy(other, node, values));
  }
  return {builder.finish(root.op == Op::Subtract ? values.back() : builder.apply(Op::Negate, values.back()))};
}

// The fraction of least denominator, up to kMostDenominator, that is next to x; by the convergents of its
// continued fraction.
std::optional<mpq_class> fraction_near(double x) {
  double rest = std::fabs(x);
  long p = 1;
  long q = 0;
  long last_p = 0;
  long last_q = 1;
  for (int i = 0; i < kConvergents && rest < kMostDenominator; ++i) {
    const double whole = std::floor(rest);
    const long a = static_cast<long>(whole);
    last_p = std::exchange(p, a * p + last_p);
    last_q = std::exchange(q, a * q + last_q);
    if (q > kMostDenominator) {
      return std::nullopt;
    }
    if (std::fabs(std::fabs(x) - static_cast<double>(p) / static_cast<double>(q)) < kNarrow) {
      mpq_class result(x < 0 ? -p : p, q);
      result.canonicalize();
      return result;
    }
    if (rest == whole) {
      return std::nullopt;
    }
    rest = 1 / (rest - whole);
  }
  return std::nullopt;
}

// Guesses: q, q pi, and the root of q, next to x.
std::vector<Expression> numbers_near(double x) {
  std::vector<Expression> result;
  if (const std::optional<mpq_class> q = fraction_near(x)) {
    ExpressionBuilder builder;
    result.push_back(builder.finish(builder.constant(*q)));
  }
  if (const std::optional<mpq_class> q = fraction_near(x / std::numbers::pi); q && *q != 0) {
    ExpressionBuilder builder;
    result.push_back(builder.finish(builder.apply(Op::Multiply, builder.constant(*q), builder.leaf(Op::Pi))));
  }
  if (const std::optional<mpq_class> q = fraction_near(x * x); q && *q != 0) {
    ExpressionBuilder builder;
    const std::int32_t root = builder.apply(Op::Sqrt, builder.constant(*q));
    result.push_back(builder.finish(x < 0 ? builder.apply(Op::Negate, root) : root));
  }
  return result;
}

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
  for (std::size_t steps = 0; !open.empty() && steps < kMostQuotientParts; ++steps) {
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
    result->taylor = std::make_unique<TaylorEvaluator>(result->expression, 1, kDegree,
                                                       ExpressionEvaluator::Quotients::AsTheyAre);
    return result;
  };
  u_ = make(0);
  v_ = make(1);
}

// The order of the zero of v, if u has one of at least that order; else 0. `proved`: both are known to be 0
// there, of which enclosures of a place that is no double say nothing.
int RemovableQuotient::order_at(const Interval &place, bool proved) {
  const std::array<Interval, 1> point{place};
  ExpressionEvaluator v(v_->expression, 1, ExpressionEvaluator::Quotients::AsTheyAre);
  const Range value = v.range(point);
  if (value.undefined || !(proved || is_zero(value.value)) || !u_->taylor->expand(point, point) ||
      !v_->taylor->expand(point, point)) {
    return 0;
  }
  if (proved) {
    return holds_zero(v_->taylor->at_centre()[1]) ? 0 : 1;
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

bool RemovableQuotient::find_zero(const Interval &place, bool proved) {
  const int order = order_at(place, proved);
  if (order > 0) {
    const auto kept = [](const TaylorEvaluator &w) {
      return std::vector<Interval>(w.at_centre().begin(), w.at_centre().begin() + kDegree);
    };
    zeros_.push_back({place, order, kept(*u_->taylor), kept(*v_->taylor), {}, {}});
  }
  return order > 0;
}

// Whether u and v are 0 at the number that a closed expression is: their normal forms say so.
bool RemovableQuotient::is_common_zero(const Expression &place) const {
  const auto vanishes = [&](const Expression &w) {
    return normal::constant_almost_everywhere(composed(w, place), 1) == "0";
  };
  return vanishes(v_->expression) && vanishes(u_->expression);
}

// Numbers with a short text next to the zeros of v that samples show, and the number that v itself compares g
// with.
std::vector<Expression> RemovableQuotient::other_places(const Interval &range_of_g) {
  std::vector<Expression> result = compared_with(v_->expression);
  ExpressionEvaluator v(v_->expression, 1, ExpressionEvaluator::Quotients::AsTheyAre);
  const double from = std::max(range_of_g.lower(), -static_cast<double>(kFarthest));
  const double to = std::min(range_of_g.upper(), static_cast<double>(kFarthest));
  const NearestScope nearest;
  const auto at = [&](double g) {
    const std::array<double, 1> point{g};
    return v.sample(point);
  };
  const double step = (to - from) / kSamples;
  for (int i = 0; i < kSamples && step > 0; ++i) {
    double a = from + i * step;
    double b = i + 1 == kSamples ? to : a + step;
    if (!(at(a) * at(b) <= 0)) { // nor for NaN
      continue;
    }
    for (int halving = 0; halving < kHalvings; ++halving) {
      const double middle = a + (b - a) / 2;
      (at(a) * at(middle) <= 0 ? b : a) = middle;
    }
    for (Expression &place : numbers_near(at(a) == 0 ? a : b)) {
      result.push_back(std::move(place));
    }
  }
  return result;
}

void RemovableQuotient::find_zeros(const Interval &range_of_g) {
  for (int k = -kBisections * kFarthest; k <= kBisections * kFarthest; ++k) {
    const double place = static_cast<double>(k) / kBisections;
    if (place >= range_of_g.lower() && place <= range_of_g.upper()) {
      find_zero(Interval(place), false);
    }
  }
  if (!zeros_.empty()) {
    return;
  }
  for (const Expression &place : other_places(range_of_g)) {
    ExpressionEvaluator evaluator(place, 1, ExpressionEvaluator::Quotients::AsTheyAre);
    const Range value = evaluator.range(std::array<Interval, 1>{Interval(0.0)});
    const bool inside =
        !value.undefined && bounded(value.value) && value.value.upper() - value.value.lower() < kNarrow &&
        value.value.lower() <= range_of_g.upper() && value.value.upper() >= range_of_g.lower();
    const bool known = std::any_of(zeros_.begin(), zeros_.end(),
                                   [&](const Zero &zero) { return overlap(zero.place, value.value); });
    if (inside && !known && is_common_zero(place)) {
      find_zero(value.value, true);
    }
  }
}

std::vector<RemovableQuotient> RemovableQuotient::find(const Expression &f, std::size_t dimension) {
  assert_upward();
  std::vector<RemovableQuotient> result;
  if (std::none_of(f.nodes().begin(), f.nodes().end(),
                   [](const Node &node) { return node.op == Op::Divide; })) {
    return result;
  }
  const std::vector<char> varies = varying(f);
  std::vector<bool> null;
  std::optional<ExpressionEvaluator> evaluator;
  const std::vector<Interval> cube(dimension, Interval(0.0, 1.0));
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

std::size_t RemovableQuotient::nearest(const Interval &g) const {
  std::size_t best = 0;
  for (std::size_t i = 1; i < zeros_.size(); ++i) {
    best = distance(g, zeros_[i].place) < distance(g, zeros_[best].place) ? i : best;
  }
  return best;
}

bool RemovableQuotient::near(const Interval &g) const {
  return distance(g, zeros_[nearest(g)].place) <= std::max(kNearPoint, kNearWidths * (g.upper() - g.lower()));
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
  const double far = std::max(zero.place.upper() - g.lower(), g.upper() - zero.place.lower());
  int exponent = kFinest;
  if (far > std::ldexp(1.0, kFinest)) {
    std::frexp(far, &exponent); // far < 2^exponent
  }
  const bool below = g.lower() < zero.place.upper();
  const bool above = g.upper() > zero.place.lower();
  const RestKey key{static_cast<int>(&zero - zeros_.data()), exponent, below ? 1 : 0, above ? 1 : 0};
  const auto known = rests_.find(key);
  if (known != rests_.end()) {
    return known->second;
  }
  const Interval radius(std::ldexp(1.0, exponent + 1)); // twice as far as needed
  const std::array<Interval, 1> centre{zero.place};
  const std::array<Interval, 1> box{Interval(below ? (zero.place - radius).lower() : zero.place.lower(),
                                             above ? (zero.place + radius).upper() : zero.place.upper())};
  Rest result;
  if (u_->taylor->expand(centre, box) && v_->taylor->expand(centre, box)) {
    result.emplace(std::array<Interval, 2>{u_->taylor->over_box()[index_of(kDegree)],
                                           v_->taylor->over_box()[index_of(kDegree)]});
  }
  return rests_.emplace(key, result).first->second;
}

std::optional<RemovableQuotient::Bounds> RemovableQuotient::over(const Interval &g) {
  assert_upward();
  const Zero &zero = zeros_[nearest(g)];
  const Interval &place = zero.place;
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

// Of W at the points of g: that of degree k is the sum over i of binomial(k + i, k) w_(m+k+i) h^i, the last w
// over the hull of a and g.
bool RemovableQuotient::series_of(TaylorEvaluator &w, const std::vector<Interval> &at_zero,
                                  const Interval &place, int order, const Interval &g,
                                  std::span<Interval> coefficients) {
  const std::array<Interval, 1> centre{place};
  const std::array<Interval, 1> box{hull(g, place)};
  if (!w.expand(centre, box)) {
    return false;
  }
  const Interval h = g - place;
  const int last = kLongDegree - order;
  for (int k = 0; k < static_cast<int>(coefficients.size()); ++k) {
    double binomial = 1; // of (j, k) for j = last; exact
    for (int i = 1; i <= k; ++i) {
      binomial = binomial * (last - k + i) / i;
    }
    Interval sum = Interval(binomial) * w.over_box()[index_of(kLongDegree)];
    for (int j = last - 1; j >= k; --j) {
      binomial = binomial * (j + 1 - k) / (j + 1);
      sum = Interval(binomial) * at_zero[index_of(order + j)] + h * sum;
    }
    coefficients[index_of(k)] = sum;
  }
  return true;
}

bool RemovableQuotient::series(const Interval &g, std::span<Interval> coefficients) {
  assert_upward();
  assert(coefficients.size() <= kMostCoefficients);
  Zero &zero = zeros_[nearest(g)];
  const auto expansion = [&](Function &w, std::vector<Interval> &at_zero) {
    if (!w.longer) {
      w.longer = std::make_unique<TaylorEvaluator>(w.expression, 1, kLongDegree,
                                                   ExpressionEvaluator::Quotients::AsTheyAre);
    }
    const std::array<Interval, 1> centre{zero.place};
    if (at_zero.empty() && w.longer->expand(centre, centre)) {
      at_zero.assign(w.longer->at_centre().begin(), w.longer->at_centre().end());
    }
    return !at_zero.empty();
  };
  std::array<Interval, kMostCoefficients> U;
  std::array<Interval, kMostCoefficients> V;
  const std::size_t count = coefficients.size();
  if (!expansion(*u_, zero.more_u) || !expansion(*v_, zero.more_v) ||
      !series_of(*u_->longer, zero.more_u, zero.place, zero.order, g, std::span(U).first(count)) ||
      !series_of(*v_->longer, zero.more_v, zero.place, zero.order, g, std::span(V).first(count)) ||
      has_nan(V[0]) || holds_zero(V[0])) {
    return false;
  }
  for (std::size_t k = 0; k < count; ++k) { // U = Q V
    Interval rest = U[k];
    for (std::size_t j = 0; j < k; ++j) {
      rest -= coefficients[j] * V[k - j];
    }
    coefficients[k] = rest / V[0];
    if (has_nan(coefficients[k]) || !bounded(coefficients[k])) {
      return false;
    }
  }
  return true;
}

} // namespace layercert
