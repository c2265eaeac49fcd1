// The rules of Lemma 40 of proofs/theorem.md, node by node. Nothing is said of a node that no rule covers.
#include "null_levels.hpp"

#include "expression_builder.hpp"
#include "expression_evaluator.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "node_index.hpp"
#include "operations.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace layercert {

namespace {

constexpr std::size_t kProbes = 3;
constexpr std::array<double, 5> kSteps = {0.6180339887, 0.4142135623, 0.7320508075, 0.2360679774,
                                          0.6457513110};

// u(t) = c has countably many solutions t for every c: analytic and not constant on every interval of its
// domain.
bool has_countable_levels(Op op) {
  switch (op) {
  case Op::Negate:
  case Op::Sqrt:
  case Op::Exp:
  case Op::Log:
  case Op::Sin:
  case Op::Cos:
  case Op::Tan:
  case Op::Asin:
  case Op::Acos:
  case Op::Atan:
  case Op::Sinh:
  case Op::Cosh:
  case Op::Tanh:
  case Op::Abs:
  case Op::Cbrt:
  case Op::Erf:
    return true;
  default:
    return false;
  }
}

class Levels {
public:
  Levels(const Expression &f, std::size_t dimension)
      : f_(f), evaluator_(f, dimension, ExpressionEvaluator::Quotients::AsTheyAre) {
    const std::vector<Interval> cube(dimension, Interval(0.0, 1.0));
    evaluator_.range(cube);
    for (std::size_t at = 0; at < f.nodes().size(); ++at) {
      analytic_.push_back(analytic(at));
      std::uint64_t set =
          f.nodes()[at].op == Op::Variable ? std::uint64_t{1} << f.nodes()[at].integer % 64 : 0;
      set = f.nodes()[at].op == Op::Table ? ~std::uint64_t{0} : set;
      for (const std::int32_t argument : f.nodes()[at].argument) {
        set |= argument < 0 ? 0 : variables_[index_of(argument)];
      }
      variables_.push_back(set);
    }
    find_varying(dimension);
    for (std::size_t at = 0; at < f.nodes().size(); ++at) {
      null_.push_back((analytic_[at] && varies_[at]) || by_rule(at));
    }
  }
  std::vector<bool> take() && { return std::move(null_); }

private:
  std::size_t argument(std::size_t at, std::size_t i) const { return index_of(f_.nodes()[at].argument[i]); }

  // On an open set around the closed cube.
  bool analytic(std::size_t at) const {
    const Node &node = f_.nodes()[at];
    for (std::size_t i = 0; i < 3 && node.argument[i] >= 0; ++i) {
      if (!analytic_[argument(at, i)]) {
        return false;
      }
    }
    const Interval &value = evaluator_.value(at);
    if (evaluator_.undefined(at) || !bounded(value)) {
      return false;
    }
    const auto of = [&](std::size_t i) -> const Interval & {
      return evaluator_.value(argument(at, node.argument[i] >= 0 ? i : 0));
    };
    const OperationRules &rules = rules_of(node.op);
    if (rules.smoothness == Smoothness::Smooth) {
      return true;
    }
    if (rules.smoothness == Smoothness::Inside) {
      return rules.inside(of(0), of(1), value);
    }
    return node.op == Op::PowerInteger && (node.integer >= 0 || of(0).lower() > 0 || of(0).upper() < 0);
  }

  // Which nodes have two values that differ.
  void find_varying(std::size_t dimension) {
    varies_.assign(f_.nodes().size(), false);
    std::vector<Interval> first;
    std::vector<Interval> point(dimension);
    for (std::size_t probe = 0; probe < kProbes; ++probe) {
      for (std::size_t j = 0; j < point.size(); ++j) {
        const double place =
            static_cast<double>(probe + 1) * kSteps[j % kSteps.size()] + 0.01 * static_cast<double>(j);
        point[j] = Interval(place - std::floor(place));
      }
      evaluator_.range(point);
      for (std::size_t at = 0; at < varies_.size(); ++at) {
        const Interval value = evaluator_.undefined(at) ? whole_line() : evaluator_.value(at);
        if (probe == 0) {
          first.push_back(value);
        } else if (value.upper() < first[at].lower() || first[at].upper() < value.lower()) {
          varies_[at] = true;
        }
      }
    }
  }

  bool by_rule(std::size_t at) const {
    const Node &node = f_.nodes()[at];
    const auto null = [&](std::size_t i) { return static_cast<bool>(null_[argument(at, i)]); };
    const auto set = [&](std::size_t i) { return variables_[argument(at, i)]; };
    const auto number = [&](std::size_t i) { // a constant other than 0
      const Node &constant = f_.nodes()[argument(at, i)];
      return constant.op == Op::Pi || constant.op == Op::E ||
             (constant.op == Op::Constant && f_.constants()[index_of(constant.constant)] != 0);
    };
    switch (node.op) {
    case Op::Variable:
      return true;
    case Op::PowerInteger:
      return node.integer != 0 && null(0);
    case Op::Add:
    case Op::Subtract:
      return (set(0) & set(1)) == 0 && (null(0) || null(1));
    case Op::Multiply:
    case Op::Divide:
      return (null(0) && number(1)) || (null(1) && number(0)) ||
             ((set(0) & set(1)) == 0 && null(0) && null(1));
    case Op::Power:
      return null(0) && number(1);
    case Op::Min:
    case Op::Max:
      return null(0) && null(1);
    default:
      return has_countable_levels(node.op) && null(0);
    }
  }

  const Expression &f_;
  ExpressionEvaluator evaluator_;
  std::vector<bool> analytic_, varies_, null_;
  std::vector<std::uint64_t> variables_; // as sets of bits, modulo 64: what is disjoint here is disjoint
};

} // namespace

std::vector<bool> null_levels(const Expression &f, std::size_t dimension) {
  assert_upward();
  return Levels(f, dimension).take();
}

bool difference_has_null_levels(const Expression &f, std::int32_t a, std::int32_t b, std::size_t dimension) {
  ExpressionBuilder builder;
  std::vector<std::int32_t> values;
  for (const Node &node : f.nodes()) {
    if (static_cast<std::int32_t>(values.size()) > std::max(a, b)) {
      break;
    }
    values.push_back(builder.copy(f, node, values));
  }
  const Expression difference =
      builder.finish(builder.apply(Op::Subtract, values[index_of(a)], values[index_of(b)]));
  return null_levels(difference, dimension).back();
}

} // namespace layercert
