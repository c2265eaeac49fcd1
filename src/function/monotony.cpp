#include "monotony.hpp"

#include "expression_evaluator.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/signs.hpp"
#include "operations.hpp"

#include <limits>

namespace layercert {

namespace {

// Of a node along a coordinate. The values as signs: Falls * Falls = Rises, and so on.
enum Trend : int { Falls = -1, Constant = 0, Rises = 1, Unknown = 2 };

Trend turned(Trend trend) { return trend == Unknown ? Unknown : static_cast<Trend>(-trend); }
Trend turned_if(bool turn, Trend trend) { return turn ? turned(trend) : trend; }
// Of a sum, a minimum, or anything else that rises with both.
Trend joined(Trend a, Trend b) { return a == Constant ? b : b == Constant || a == b ? a : Unknown; }

// Of something times a function of the trend given.
Trend times(const Interval &factor, Trend trend) {
  return trend == Constant || nonnegative(factor) ? trend : nonpositive(factor) ? turned(trend) : Unknown;
}

class Analysis {
public:
  Analysis(const Expression &f, std::size_t dimension) : f_(f), evaluator_(f, dimension) {
    evaluator_.range(std::vector<Interval>(dimension, Interval(0.0, 1.0)));
    for (const Node &node : f.nodes()) {
      ranges_.push_back(range_of(node));
    }
  }

  Trend along(int coordinate) {
    trends_.clear();
    for (const Node &node : f_.nodes()) {
      trends_.push_back(trend_of(node, coordinate));
    }
    return trends_.back();
  }

private:
  static std::size_t index(const Node &node, std::size_t i) {
    return static_cast<std::size_t>(node.argument[i]);
  }
  Trend trend(const Node &node, std::size_t i) const { return trends_[index(node, i)]; }
  const Interval &range(const Node &node, std::size_t i) const { return ranges_[index(node, i)]; }

  // Holds the node's values wherever it has one. Where the evaluator saw that it may have none, only signs
  // are known.
  Interval range_of(const Node &node) const {
    const std::size_t at = ranges_.size();
    const Interval &value = evaluator_.value(at);
    if (!evaluator_.undefined(at) && !has_nan(value)) {
      return value;
    }
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const Interval positive(0.0, infinity);
    switch (node.op) {
    case Op::PowerInteger:
      return node.integer % 2 == 0 ? positive : sign_only(range(node, 0));
    case Op::Multiply:
    case Op::Divide:
      return nonnegative(range(node, 0))   ? sign_only(range(node, 1))
             : nonpositive(range(node, 0)) ? -sign_only(range(node, 1))
                                           : whole_line();
    default:
      return rules_of(node.op).nonnegative ? positive : whole_line();
    }
  }
  static Interval sign_only(const Interval &x) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    return nonnegative(x)   ? Interval(0.0, infinity)
           : nonpositive(x) ? Interval(-infinity, 0.0)
                            : whole_line();
  }

  Trend trend_of(const Node &node, int coordinate) const {
    bool varies = node.op == Op::Variable ? node.integer == coordinate : node.op == Op::Table;
    for (std::size_t i = 0; i < node.argument.size(); ++i) {
      varies = varies || (node.argument[i] >= 0 && trend(node, i) != Constant);
    }
    if (!varies) {
      return Constant;
    }
    switch (node.op) {
    case Op::Variable:
      return Rises;
    case Op::Multiply: // u'v' - uv = v'(u' - u) + u (v' - v)
      return joined(times(range(node, 1), trend(node, 0)), times(range(node, 0), trend(node, 1)));
    case Op::Divide: { // 1/v has the sign of v, and falls where v rises, as v keeps to one side of 0
      const Trend reciprocal =
          one_sided(range(node, 1)) || trend(node, 1) == Constant ? turned(trend(node, 1)) : Unknown;
      return joined(times(range(node, 1), trend(node, 0)), times(range(node, 0), reciprocal));
    }
    case Op::PowerInteger:
      return integer_power(node);
    case Op::Power: // for a base >= 0 only, where it has a value
      return trend(node, 1) == Constant ? times(range(node, 1), trend(node, 0)) : Unknown;
    case Op::If:
      return trend(node, 0) == Constant ? joined(trend(node, 1), trend(node, 2)) : Unknown;
    default:
      return by_rule(node);
    }
  }

  Trend by_rule(const Node &node) const {
    const MonotonyRule &rule = rules_of(node.op).monotony;
    if (rule.first == Monotony::Unknown || !within(range(node, 0), rule.from, rule.to)) {
      return Unknown;
    }
    const auto of = [&](Monotony monotony, std::size_t i) {
      switch (monotony) {
      case Monotony::Rises:
        return trend(node, i);
      case Monotony::Falls:
        return turned(trend(node, i));
      case Monotony::RisesWithSize:
        return times(range(node, i), trend(node, i));
      default:
        return Unknown;
      }
    };
    const Trend first = of(rule.first, 0);
    return node.argument[1] >= 0 ? joined(first, of(rule.second, 1)) : first;
  }

  static bool one_sided(const Interval &x) { return nonnegative(x) || nonpositive(x); }
  static bool within(const Interval &x, double lower, double upper) {
    return x.lower() >= lower && x.upper() <= upper;
  }

  Trend integer_power(const Node &node) const {
    const bool even = node.integer % 2 == 0;
    if (node.integer == 0) {
      return Constant;
    }
    if (node.integer > 0) {
      return even ? times(range(node, 0), trend(node, 0)) : trend(node, 0);
    }
    return one_sided(range(node, 0)) ? turned_if(nonnegative(range(node, 0)) || !even, trend(node, 0))
                                     : Unknown;
  }

  const Expression &f_;
  ExpressionEvaluator evaluator_;
  std::vector<Interval> ranges_;
  std::vector<Trend> trends_; // along the coordinate asked for
};

} // namespace

std::optional<std::vector<int>> monotone_directions(const Expression &f, std::size_t dimension) {
  assert_upward();
  Analysis analysis(f, dimension);
  std::vector<int> signs;
  for (std::size_t j = 0; j < dimension; ++j) {
    const Trend trend = analysis.along(static_cast<int>(j));
    if (trend == Unknown) {
      return std::nullopt;
    }
    signs.push_back(trend == Falls ? -1 : 1);
  }
  return signs;
}

} // namespace layercert
