#include "equal_forms.hpp"

#include "expression_builder.hpp"
#include "operations.hpp"

#include <cassert>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace layercert {

namespace {

// Differences of arguments up to here are called small.
const mpq_class kSmall(1, 64);
constexpr std::size_t kMostTerms = 8; // of an argument as a sum of multiples

std::size_t index(std::int32_t node) { return static_cast<std::size_t>(node); }

// Whether each node has a value for all real coordinates.
std::vector<char> total_nodes(const Expression &f) {
  std::vector<char> total;
  for (const Node &node : f.nodes()) {
    bool all = true;
    for (const std::int32_t argument : node.argument) {
      all = all && (argument < 0 || total[index(argument)] != 0);
    }
    switch (node.op) {
    case Op::Divide: {
      const Node &divisor = f.nodes()[index(node.argument[1])];
      all = all && divisor.op == Op::Constant && f.constants()[index(divisor.constant)] != 0;
      break;
    }
    case Op::PowerInteger:
      all = all && node.integer >= 0;
      break;
    default:
      all = all && rules_of(node.op).total;
    }
    total.push_back(all ? 1 : 0);
  }
  return total;
}

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

// constant + the sum of multiples of nodes that are no such sums.
struct Linear {
  mpq_class constant;
  std::map<std::int32_t, mpq_class> terms;
};

void add(Linear &sum, const Linear &other, const mpq_class &factor) {
  sum.constant += factor * other.constant;
  for (const auto &[node, coefficient] : other.terms) {
    mpq_class &entry = sum.terms[node];
    entry += factor * coefficient;
    if (entry == 0) {
      sum.terms.erase(node);
    }
  }
}

std::vector<Linear> linear_forms(const Expression &f) {
  std::vector<Linear> forms;
  for (std::size_t at = 0; at < f.nodes().size(); ++at) {
    const Node &node = f.nodes()[at];
    const auto argument = [&](std::size_t i) -> const Linear & { return forms[index(node.argument[i])]; };
    Linear form;
    bool known = true;
    switch (node.op) {
    case Op::Constant:
      form.constant = f.constants()[index(node.constant)];
      break;
    case Op::Negate:
      add(form, argument(0), -1);
      break;
    case Op::Add:
    case Op::Subtract:
      add(form, argument(0), 1);
      add(form, argument(1), node.op == Op::Add ? 1 : -1);
      break;
    case Op::Multiply:
      if (argument(0).terms.empty()) {
        add(form, argument(1), argument(0).constant);
      } else if (argument(1).terms.empty()) {
        add(form, argument(0), argument(1).constant);
      } else {
        known = false;
      }
      break;
    case Op::Divide:
      known = argument(1).terms.empty() && argument(1).constant != 0;
      if (known) {
        add(form, argument(0), 1 / argument(1).constant);
      }
      break;
    default:
      known = false;
    }
    if (!known || form.terms.size() > kMostTerms) {
      form = Linear{0, {{static_cast<std::int32_t>(at), 1}}};
    }
    forms.push_back(std::move(form));
  }
  return forms;
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

} // namespace

Expression with_decided_comparisons(const Expression &f) {
  const std::vector<char> total = total_nodes(f);
  return rebuilt(f,
                 [&](std::size_t at, ExpressionBuilder &builder,
                     const std::vector<std::int32_t> &values) -> std::optional<std::int32_t> {
                   const Node &node = f.nodes()[at];
                   const bool compares = node.op == Op::Less || node.op == Op::LessEqual ||
                                         node.op == Op::Equal || node.op == Op::NotEqual;
                   if (!compares || total[at] == 0 ||
                       values[index(node.argument[0])] != values[index(node.argument[1])]) {
                     return std::nullopt;
                   }
                   return builder.constant(node.op == Op::Equal || node.op == Op::LessEqual ? 1 : 0);
                 });
}

Expression with_differences_as_products(const Expression &f) {
  const std::vector<Linear> forms = linear_forms(f);
  return rebuilt(f,
                 [&](std::size_t at, ExpressionBuilder &builder,
                     const std::vector<std::int32_t> &values) -> std::optional<std::int32_t> {
                   const Node &node = f.nodes()[at];
                   if (node.op != Op::Add && node.op != Op::Subtract) {
                     return std::nullopt;
                   }
                   // p - q, or p + (-q) in either order.
                   std::int32_t p = node.argument[0];
                   std::int32_t q = node.argument[1];
                   if (node.op == Op::Add) {
                     if (f.nodes()[index(p)].op == Op::Negate) {
                       std::swap(p, q);
                     }
                     if (f.nodes()[index(q)].op != Op::Negate) {
                       return std::nullopt;
                     }
                     q = f.nodes()[index(q)].argument[0];
                   }
                   const Node &first = f.nodes()[index(p)];
                   const Node &second = f.nodes()[index(q)];
                   for (const Rule &rule : kRules) {
                     if (first.op != rule.g || second.op != rule.g) {
                       continue;
                     }
                     const Linear &u = forms[index(first.argument[0])];
                     const Linear &v = forms[index(second.argument[0])];
                     const mpq_class c = v.constant - u.constant;
                     if (u.terms != v.terms || abs(c) > kSmall) {
                       return std::nullopt;
                     }
                     const std::int32_t half = builder.constant(c / 2);
                     const std::int32_t between =
                         builder.apply(Op::Add, values[index(first.argument[0])], half);
                     const std::int32_t factor = builder.apply(Op::Multiply, builder.constant(rule.factor),
                                                               builder.apply(rule.outer, half));
                     return builder.apply(Op::Multiply, factor, builder.apply(rule.inner, between));
                   }
                   return std::nullopt;
                 });
}

} // namespace layercert
