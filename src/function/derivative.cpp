#include "derivative.hpp"

#include "expression_builder.hpp"

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
    return op != Op::Cantor && op != Op::Takagi && op != Op::Weierstrass && op != Op::Table;
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
  std::int32_t square(std::int32_t a) { return build_.power(a, number(2)); }
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
    case Op::Negate:
      return negative(slope(node, 0));
    case Op::Add:
      return sum(slope(node, 0), slope(node, 1));
    case Op::Subtract:
      return sum(slope(node, 0), negative(slope(node, 1)));
    case Op::Multiply:
      return sum(product(slope(node, 0), value(node, 1)), product(value(node, 0), slope(node, 1)));
    case Op::Divide: // (a' - (a/b) b') / b
      return quotient(sum(slope(node, 0), negative(product(at, slope(node, 1)))), value(node, 1));
    case Op::PowerInteger:
      return product(product(number(node.integer), build_.power(value(node, 0), number(node.integer - 1L))),
                     slope(node, 0));
    case Op::Power: { // a^b (b' log a + b a'/a)
      const std::int32_t base = value(node, 0);
      const std::int32_t exponent = value(node, 1);
      const std::int32_t by_base =
          slope(node, 0) == kZero
              ? kZero
              : product(
                    product(exponent, build_.power(base, build_.apply(Op::Subtract, exponent, number(1)))),
                    slope(node, 0));
      const std::int32_t by_exponent =
          slope(node, 1) == kZero ? kZero : product(product(at, build_.apply(Op::Log, base)), slope(node, 1));
      return sum(by_base, by_exponent);
    }
    case Op::Sqrt:
      return quotient(slope(node, 0), product(number(2), at));
    case Op::Exp:
      return product(at, slope(node, 0));
    case Op::Log:
      return quotient(slope(node, 0), value(node, 0));
    case Op::Sin:
      return slope(node, 0) == kZero ? kZero : product(build_.apply(Op::Cos, value(node, 0)), slope(node, 0));
    case Op::Cos:
      return slope(node, 0) == kZero
                 ? kZero
                 : negative(product(build_.apply(Op::Sin, value(node, 0)), slope(node, 0)));
    case Op::Tan: // 1 + tan^2
      return product(sum(number(1), square(at)), slope(node, 0));
    case Op::Asin:
    case Op::Acos: {
      const std::int32_t root =
          build_.apply(Op::Sqrt, build_.apply(Op::Subtract, number(1), square(value(node, 0))));
      const std::int32_t result = quotient(slope(node, 0), root);
      return node.op == Op::Asin ? result : negative(result);
    }
    case Op::Atan:
      return quotient(slope(node, 0), sum(number(1), square(value(node, 0))));
    case Op::Sinh:
      return slope(node, 0) == kZero ? kZero
                                     : product(build_.apply(Op::Cosh, value(node, 0)), slope(node, 0));
    case Op::Cosh:
      return slope(node, 0) == kZero ? kZero
                                     : product(build_.apply(Op::Sinh, value(node, 0)), slope(node, 0));
    case Op::Tanh: // 1 - tanh^2
      return product(sum(number(1), negative(square(at))), slope(node, 0));
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
      return std::nullopt;
    }
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
