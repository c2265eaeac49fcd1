#include "derivative.hpp"

#include "expression_builder.hpp"
#include "operations.hpp"

#include <vector>

namespace layercert {

namespace {

constexpr std::int32_t kZero = -1; // stands for the derivative of a constant

// Forward differentiation: for every node of f, the same node and its derivative in the new graph.
class Differentiation {
public:
  Differentiation(const Expression &f, std::span<const double> h) : f_(f), h_(h) {}

  std::optional<Expression> run() {
    for (const Node &node : f_.nodes()) {
      if (!has_slopes(node.op)) {
        return std::nullopt;
      }
      const std::int32_t value = build_.copy(f_, node, values_);
      values_.push_back(value);
      const std::optional<std::int32_t> slope = slope_of(node, value);
      if (!slope) {
        return std::nullopt;
      }
      slopes_.push_back(*slope);
    }
    const std::int32_t root = slopes_.back();
    return build_.finish(root == kZero ? number(0) : root);
  }

private:
  static bool has_slopes(Op op) {
    const Smoothness smoothness = rules_of(op).smoothness;
    return smoothness != Smoothness::Singular && smoothness != Smoothness::Rough && op != Op::Weierstrass &&
           op != Op::Table;
  }
  std::int32_t number(long value) { return build_.constant(mpq_class(value)); }
  std::int32_t value(const Node &node, std::size_t i) const {
    return values_[static_cast<std::size_t>(node.argument[i])];
  }
  std::int32_t slope(const Node &node, std::size_t i) const {
    return slopes_[static_cast<std::size_t>(node.argument[i])];
  }

  std::int32_t negative(std::int32_t a) { return a == kZero ? kZero : build_.apply(Op::Negate, a); }
  std::int32_t sum(std::int32_t a, std::int32_t b) {
    return a == kZero ? b : b == kZero ? a : build_.apply(Op::Add, a, b);
  }
  std::int32_t product(std::int32_t a, std::int32_t b) {
    return a == kZero || b == kZero ? kZero : build_.apply(Op::Multiply, a, b);
  }
  std::int32_t quotient(std::int32_t a, std::int32_t b) {
    return a == kZero ? kZero : build_.apply(Op::Divide, a, b);
  }
  std::int32_t choice(std::int32_t condition, std::int32_t a, std::int32_t b) {
    return a == kZero && b == kZero
               ? kZero
               : build_.apply(Op::If, condition, a == kZero ? number(0) : a, b == kZero ? number(0) : b);
  }

  // None: not known. `at` is the node itself in the new graph.
  std::optional<std::int32_t> slope_of(const Node &node, std::int32_t at) {
    if (is_jump(node.op)) {
      return kZero; // between the jumps
    }
    switch (node.op) {
    case Op::Constant:
    case Op::Pi:
    case Op::E:
      return kZero;
    case Op::Variable: {
      const double h = h_[static_cast<std::size_t>(node.integer)];
      return h == 0 ? kZero : build_.constant(mpq_class(h));
    }
    case Op::Abs:
      return slope(node, 0) == kZero ? kZero
                                     : product(build_.apply(Op::Sign, value(node, 0)), slope(node, 0));
    case Op::Min:
      return choice(build_.apply(Op::Less, value(node, 0), value(node, 1)), slope(node, 0), slope(node, 1));
    case Op::Max:
      return choice(build_.apply(Op::Less, value(node, 1), value(node, 0)), slope(node, 0), slope(node, 1));
    case Op::If:
      return choice(value(node, 0), slope(node, 1), slope(node, 2));
    default:
      return rules_of(node.op).slope ? std::optional(by_rule(node, at)) : std::nullopt;
    }
  }

  // (+- first a' +- second b') / divisor, where parts that are 0 are left out.
  std::int32_t by_rule(const Node &node, std::int32_t at) {
    const SlopeRule &rule = rules_of(node.op).slope;
    GraphCalculus on{build_};
    const std::int32_t first = value(node, 0);
    const std::int32_t second = node.argument[1] >= 0 ? value(node, 1) : first;
    const SlopeArguments<std::int32_t> of{first, second, at, node.integer};
    const auto part = [&](const SlopeRule::Term &term, std::size_t i) {
      const std::int32_t inner = term.is_there ? slope(node, i) : kZero;
      return inner == kZero || !term.factor ? inner : product(term.factor(on, of), inner);
    };
    const std::int32_t of_first = part(rule.first, 0);
    const std::int32_t of_second = part(rule.second, 1);
    std::int32_t result = sum(of_first, rule.second.negated ? negative(of_second) : of_second);
    if (result != kZero && rule.divisor) {
      result = quotient(result, rule.divisor(on, of));
    }
    return rule.first.negated ? negative(result) : result; // of one argument
  }

  const Expression &f_;
  std::span<const double> h_;
  ExpressionBuilder build_;
  std::vector<std::int32_t> values_;
  std::vector<std::int32_t> slopes_;
};

} // namespace

std::optional<Expression> directional_derivative(const Expression &f, std::span<const double> h) {
  return Differentiation(f, h).run();
}

} // namespace layercert
