#include "taylor_evaluator.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "node_index.hpp"
#include "numeric/elementary.hpp"

#include <algorithm>
#include <cassert>

namespace layercert {

namespace {

constexpr std::size_t kNone = ~std::size_t{0};

bool positive(const Interval &x) { return x.lower() > 0; }
bool without_zero(const Interval &x) { return x.lower() > 0 || x.upper() < 0; }

} // namespace

int default_taylor_degree(int dimension) {
  return dimension == 1   ? 12
         : dimension == 2 ? 8
         : dimension == 3 ? 6
         : dimension == 4 ? 4
         : dimension == 5 ? 3
                          : 2;
}

TaylorEvaluator::TaylorEvaluator(const Expression &expression, int dimension, int degree)
    : expression_(expression), arithmetic_(dimension, degree), count_(monomials().count()),
      low_(monomials().begin_of(degree)), centre_ranges_(expression, dimension),
      box_ranges_(expression, dimension) {
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
}

// Is the node smooth on the box? If it is one of its arguments or the negative of one there, that is `chosen`; the same branch is then
// taken at the centre.
bool TaylorEvaluator::choose(std::size_t at, std::size_t &chosen) const {
  const Node &node = expression_.nodes()[at];
  const auto argument = [&](std::size_t i) { return index_of(node.argument[i]); };
  const auto value = [&](std::size_t i) -> const Interval & { return box_ranges_.value(argument(i)); };
  const auto smooth = [&](std::size_t i) { return smooth_[argument(i)] != 0; };
  chosen = kNone;
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
    return chosen != kNone && smooth(chosen);
  }
  for (std::size_t i = 0; i < 3 && node.argument[i] >= 0; ++i) {
    if (!smooth(i)) {
      return false;
    }
  }
  if (is_smooth(node.op)) {
    return true;
  }
  switch (node.op) {
  case Op::Tan: // defined: no pole
    return true;
  case Op::Divide:
    return without_zero(value(1));
  case Op::PowerInteger:
    return node.integer >= 0 || without_zero(value(0));
  case Op::Power:
  case Op::Log:
    return positive(value(0));
  case Op::Sqrt:
    return positive(value(0)) && positive(box_ranges_.value(at));
  case Op::Asin:
  case Op::Acos:
    return value(0).lower() > -1 && value(0).upper() < 1;
  case Op::Abs:
  case Op::Min:
  case Op::Max: {
    if (node.op == Op::Abs) {
      chosen = value(0).lower() >= 0 || value(0).upper() <= 0 ? 0 : kNone;
    } else {
      const bool less = value(0).upper() <= value(1).lower();
      const bool greater = value(1).upper() <= value(0).lower();
      chosen = less ? (node.op == Op::Min ? 0 : 1) : greater ? (node.op == Op::Min ? 1 : 0) : kNone;
    }
    return chosen != kNone;
  }
  default: // jumps: smooth where constant on the box; of any other operation nothing is known here
    return is_jump(node.op) && box_ranges_.value(at).lower() == box_ranges_.value(at).upper();
  }
}

bool TaylorEvaluator::expand(std::span<const Interval> centre, std::span<const Interval> box) {
  assert_upward();
  box_ranges_.range(box);
  centre_ranges_.range(centre);
  for (std::size_t at = 0; at < smooth_.size(); ++at) {
    std::size_t chosen = kNone;
    smooth_[at] = choose(at, chosen) ? 1 : 0;
    if (smooth_[at] == 0) {
      continue;
    }
    const Node &node = expression_.nodes()[at];
    if (chosen != kNone) {
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
    if (!fill(at, over_box_, box_ranges_, count_) || !fill(at, at_centre_, centre_ranges_, low_)) {
      smooth_[at] = 0;
    }
  }
  return smooth_.back() != 0 &&
         std::all_of(over_box().begin(), over_box().end(), [](const Interval &x) { return bounded(x); }) &&
         std::all_of(at_centre().begin(), at_centre().end(), [](const Interval &x) { return bounded(x); });
}

// The coefficients of a node of which choose() knows that it is smooth and no mere choice. False where the enclosure at the centre is
// too wide to divide by.
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
  bool undefined = false;
  switch (node.op) {
  case Op::Negate:
    std::transform(g.begin(), g.end(), h.begin(), [](const Interval &x) { return -x; });
    return true;
  case Op::Add:
    std::transform(g.begin(), g.end(), series(1).begin(), h.begin(),
                   [](const Interval &x, const Interval &y) { return x + y; });
    return true;
  case Op::Subtract:
    std::transform(g.begin(), g.end(), series(1).begin(), h.begin(),
                   [](const Interval &x, const Interval &y) { return x - y; });
    return true;
  case Op::Multiply:
    if (node.argument[0] == node.argument[1]) {
      arithmetic_.square(g, h_0, h);
    } else {
      arithmetic_.multiply(g, series(1), h);
    }
    return true;
  case Op::Divide:
    arithmetic_.divide(g, series(1), h_0, h);
    return without_zero(series(1)[0]);
  case Op::PowerInteger:
    if (node.integer > 0) {
      arithmetic_.power(g, node.integer, h_0, h);
      return true;
    }
    arithmetic_.power(g, Interval(static_cast<double>(node.integer)), h_0, h);
    return without_zero(g[0]);
  case Op::Power:
    if (!positive(g[0])) {
      return false;
    }
    if (varies_[index_of(node.argument[1])] == 0) {
      arithmetic_.power(g, series(1)[0], h_0, h);
      return true;
    }
    arithmetic_.primitive(g, g, log_range(g[0], undefined), w);
    arithmetic_.multiply(series(1), w, unused);
    arithmetic_.exp(unused, h_0, h);
    return true;
  case Op::Sqrt:
    arithmetic_.sqrt(g, h_0, h);
    return positive(h_0);
  case Op::Exp:
    arithmetic_.exp(g, h_0, h);
    return true;
  case Op::Log:
    arithmetic_.primitive(g, g, h_0, h);
    return positive(g[0]);
  case Op::Sin:
    arithmetic_.sine_and_cosine(g, -1, h_0, cos_range(g[0]), h, unused);
    return true;
  case Op::Cos:
    arithmetic_.sine_and_cosine(g, -1, sin_range(g[0]), h_0, unused, h);
    return true;
  case Op::Sinh:
    arithmetic_.sine_and_cosine(g, 1, h_0, cosh_range(g[0]), h, unused);
    return true;
  case Op::Cosh:
    arithmetic_.sine_and_cosine(g, 1, sinh_range(g[0]), h_0, unused, h);
    return true;
  case Op::Tan:
    arithmetic_.tangent(g, 1, h_0, h);
    return true;
  case Op::Tanh:
    arithmetic_.tangent(g, -1, h_0, h);
    return true;
  case Op::Atan:
    arithmetic_.square(g, power_range(g[0], 2, undefined), w);
    w[0] += 1.0;
    arithmetic_.primitive(g, w, h_0, h);
    return true;
  case Op::Asin:
  case Op::Acos: {
    arithmetic_.square(g, power_range(g[0], 2, undefined), w);
    std::transform(w.begin(), w.end(), w.begin(), [](const Interval &x) { return -x; });
    w[0] += 1.0;
    arithmetic_.sqrt(w, sqrt_range(w[0], undefined), unused);
    arithmetic_.primitive(g, unused, node.op == Op::Asin ? h_0 : -h_0, h);
    if (node.op == Op::Acos) {
      std::transform(h.begin(), h.end(), h.begin(), [](const Interval &x) { return -x; });
    }
    return positive(w[0]) && positive(unused[0]);
  }
  default:
    assert(false);
    return false;
  }
}

} // namespace layercert
