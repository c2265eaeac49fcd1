#include "equal_forms.hpp"

#include "expression_builder.hpp"
#include "linear_form.hpp"
#include "node_index.hpp"
#include "operations.hpp"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace layercert {

namespace {

// Differences of arguments up to here are called small.
const mpq_class kSmall(1, 64);

// Rewrites node by node: `rewritten` gives another form of a node, or nothing.
template <class F> Expression rebuilt(const Expression &f, const F &rewritten) {
  if (f.table() != nullptr) {
    return f;
  }
  ExpressionBuilder builder;
  std::vector<std::int32_t> values;
  for (std::size_t at = 0; at < f.nodes().size(); ++at) {
    const std::optional<std::int32_t> other = rewritten(at, builder, values);
    values.push_back(other ? *other : builder.copy(f, f.nodes()[at], values));
  }
  return builder.finish(values.back());
}

// g and what goes with it: g(u) - g(u + c) = factor * outer(c/2) * inner(u + c/2).
struct Rule {
  Op g;
  int factor;
  Op outer;
  Op inner;
};
constexpr Rule kRules[] = {{Op::Sin, -2, Op::Sin, Op::Cos},
                           {Op::Cos, 2, Op::Sin, Op::Sin},
                           {Op::Exp, -2, Op::Sinh, Op::Exp},
                           {Op::Sinh, -2, Op::Sinh, Op::Cosh},
                           {Op::Cosh, -2, Op::Sinh, Op::Sinh}};

// The other differences g(u) - g(u + c), c not 0, each where both values exist and nowhere else; nothing of
// any other g.
//     tanh u - tanh(u + c) = -sinh c / (cosh u cosh(u + c))
//     atan u - atan(u + c) = -atan(c / (1 + u (u + c))): 1 + u (u + c) >= 1 - c^2 / 4 > 0, and both sides are within c of 0
//     sqrt u - sqrt(u + c) = -c / (sqrt u + sqrt(u + c)): the divisor is at least sqrt |c|
std::optional<std::int32_t> by_quotient(ExpressionBuilder &builder, Op g, std::int32_t u, std::int32_t v,
                                        const mpq_class &c) {
  const auto apply = [&](Op op, std::int32_t a, std::int32_t b = -1) { return builder.apply(op, a, b); };
  const std::int32_t number = builder.constant(c);
  switch (g) {
  case Op::Tanh:
    return apply(Op::Divide, apply(Op::Negate, apply(Op::Sinh, number)),
                 apply(Op::Multiply, apply(Op::Cosh, u), apply(Op::Cosh, v)));
  case Op::Atan: {
    const std::int32_t divisor = apply(Op::Add, builder.constant(1), apply(Op::Multiply, u, v));
    return apply(Op::Negate, apply(Op::Atan, apply(Op::Divide, number, divisor)));
  }
  case Op::Sqrt:
    return apply(Op::Divide, builder.constant(-c), apply(Op::Add, apply(Op::Sqrt, u), apply(Op::Sqrt, v)));
  default:
    return std::nullopt;
  }
}

// The nodes p and q of a node p - q, or p + (-q) in either order.
struct Difference {
  std::int32_t p;
  std::int32_t q;
};
std::optional<Difference> difference(const Expression &f, const Node &node) {
  const auto [a, b, none] = node.argument;
  const auto negated = [&](std::int32_t at) { return f.nodes()[index_of(at)].op == Op::Negate; };
  const auto inside = [&](std::int32_t at) { return f.nodes()[index_of(at)].argument[0]; };
  if (node.op == Op::Subtract) {
    return Difference{a, b};
  }
  if (node.op == Op::Add && (negated(a) || negated(b))) {
    return negated(b) ? Difference{a, inside(b)} : Difference{b, inside(a)};
  }
  return std::nullopt;
}

using Values = std::vector<std::int32_t>; // of the nodes so far, in the new expression

std::optional<std::int32_t> decided(const Expression &f, const std::vector<char> &total, std::size_t at,
                                    ExpressionBuilder &builder, const Values &values) {
  const Node &node = f.nodes()[at];
  const bool compares =
      node.op == Op::Less || node.op == Op::LessEqual || node.op == Op::Equal || node.op == Op::NotEqual;
  if (!compares || total[at] == 0 ||
      values[index_of(node.argument[0])] != values[index_of(node.argument[1])]) {
    return std::nullopt;
  }
  return builder.constant(node.op == Op::Equal || node.op == Op::LessEqual ? 1 : 0);
}

std::optional<std::int32_t> as_product(const Expression &f, const std::vector<Linear> &forms, std::size_t at,
                                       ExpressionBuilder &builder, const Values &values) {
  const std::optional<Difference> parts = difference(f, f.nodes()[at]);
  if (!parts) {
    return std::nullopt;
  }
  const Node &first = f.nodes()[index_of(parts->p)];
  const Node &second = f.nodes()[index_of(parts->q)];
  if (first.op != second.op || first.argument[0] < 0) {
    return std::nullopt;
  }
  const Linear &u = forms[index_of(first.argument[0])];
  const Linear &v = forms[index_of(second.argument[0])];
  const mpq_class c = v.constant - u.constant;
  if (u.terms != v.terms || abs(c) > kSmall) {
    return std::nullopt;
  }
  const std::int32_t at_u = values[index_of(first.argument[0])];
  for (const Rule &rule : kRules) {
    if (first.op == rule.g) {
      const std::int32_t half = builder.constant(c / 2);
      const std::int32_t factor =
          builder.apply(Op::Multiply, builder.constant(rule.factor), builder.apply(rule.outer, half));
      return builder.apply(Op::Multiply, factor,
                           builder.apply(rule.inner, builder.apply(Op::Add, at_u, half)));
    }
  }
  return c != 0 ? by_quotient(builder, first.op, at_u, values[index_of(second.argument[0])], c)
                : std::nullopt;
}

} // namespace

Expression with_decided_comparisons(const Expression &f) {
  const std::vector<char> total = total_nodes(f);
  return rebuilt(f, [&](std::size_t at, ExpressionBuilder &builder, const Values &values) {
    return decided(f, total, at, builder, values);
  });
}

Expression with_differences_as_products(const Expression &f) {
  const std::vector<Linear> forms = linear_forms(f);
  return rebuilt(f, [&](std::size_t at, ExpressionBuilder &builder, const Values &values) {
    return as_product(f, forms, at, builder, values);
  });
}

} // namespace layercert
