#include "layercert/function/expression.hpp"

#include "expression_builder.hpp"
#include "layercert/function/sample_table.hpp"
#include "node_index.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

namespace layercert {

namespace {

// Folding stops at constants of this many bits: beyond, the operation stays in the graph and is enclosed like
// any other.
constexpr std::size_t kLargestFoldedBits = 4096;

std::size_t bits(const mpq_class &value) {
  return mpz_sizeinbase(value.get_num_mpz_t(), 2) + mpz_sizeinbase(value.get_den_mpz_t(), 2);
}

} // namespace

Expression Expression::of_table(std::shared_ptr<const SampleTable> table) {
  assert(table != nullptr && *std::min_element(table->sides.begin(), table->sides.end()) >= 2);
  Expression result;
  result.nodes_.emplace_back();
  result.nodes_.back().op = Op::Table;
  result.table_ = std::move(table);
  return result;
}

int Expression::highest_variable() const noexcept {
  int highest = table_ != nullptr ? static_cast<int>(table_->dimension) - 1 : -1;
  for (const Node &node : nodes_) {
    if (node.op == Op::Variable) {
      highest = std::max(highest, static_cast<int>(node.integer));
    }
  }
  return highest;
}

Expression Expression::subexpression(std::size_t root) const {
  std::vector<char> needed(root + 1, 0);
  needed[root] = 1;
  for (std::size_t at = needed.size(); at-- > 0;) {
    for (const std::int32_t argument : nodes_[at].argument) {
      if (needed[at] != 0 && argument >= 0) {
        needed[static_cast<std::size_t>(argument)] = 1;
      }
    }
  }
  Expression result;
  result.table_ = table_;
  std::vector<std::int32_t> moved(needed.size(), -1);
  for (std::size_t at = 0; at < needed.size(); ++at) {
    if (needed[at] == 0) {
      continue;
    }
    Node node = nodes_[at];
    for (std::int32_t &argument : node.argument) {
      argument = argument >= 0 ? moved[static_cast<std::size_t>(argument)] : -1;
    }
    if (node.constant >= 0) {
      result.constants_.push_back(constants_[static_cast<std::size_t>(node.constant)]);
      node.constant = static_cast<std::int32_t>(result.constants_.size()) - 1;
    }
    moved[at] = static_cast<std::int32_t>(result.nodes_.size());
    result.nodes_.push_back(node);
  }
  return result; // the root was needed and stands last: nothing after it is needed
}

std::int32_t ExpressionBuilder::add(const Node &node) {
  const auto [at, is_new] =
      known_nodes_.try_emplace(node, static_cast<std::int32_t>(expression_.nodes_.size()));
  if (is_new) {
    expression_.nodes_.push_back(node);
  }
  return at->second;
}

std::int32_t ExpressionBuilder::index_of_constant(const mpq_class &value) {
  const auto [at, is_new] =
      known_constants_.try_emplace(value, static_cast<std::int32_t>(expression_.constants_.size()));
  if (is_new) {
    expression_.constants_.push_back(value);
  }
  return at->second;
}

std::int32_t ExpressionBuilder::constant(const mpq_class &value) {
  Node node;
  node.constant = index_of_constant(value);
  return add(node);
}

std::int32_t ExpressionBuilder::weierstrass(std::int32_t x, const mpq_class &a, std::int32_t b) {
  Node node;
  node.op = Op::Weierstrass;
  node.argument[0] = x;
  node.constant = index_of_constant(a);
  node.integer = b;
  return add(node);
}

std::int32_t ExpressionBuilder::leaf(Op op) {
  Node node;
  node.op = op;
  return add(node);
}

std::int32_t ExpressionBuilder::variable(int index) {
  Node node;
  node.op = Op::Variable;
  node.integer = index;
  return add(node);
}

const mpq_class *ExpressionBuilder::value_of(std::int32_t node) const {
  const Node &at = expression_.nodes_[static_cast<std::size_t>(node)];
  return at.op == Op::Constant ? &expression_.constants_[static_cast<std::size_t>(at.constant)] : nullptr;
}

std::optional<mpq_class> ExpressionBuilder::folded(Op op, std::int32_t a, std::int32_t b) const {
  const mpq_class *x = value_of(a);
  const mpq_class *y = b >= 0 ? value_of(b) : nullptr;
  if (x == nullptr || (b >= 0 && y == nullptr)) {
    return std::nullopt;
  }
  mpq_class result;
  switch (op) {
  case Op::Negate:
    result = -*x;
    break;
  case Op::Add:
    result = *x + *y;
    break;
  case Op::Subtract:
    result = *x - *y;
    break;
  case Op::Multiply:
    result = *x * *y;
    break;
  case Op::Divide:
    if (*y == 0) {
      return std::nullopt;
    }
    result = *x / *y;
    break;
  default:
    return std::nullopt;
  }
  return bits(result) <= kLargestFoldedBits ? std::optional(result) : std::nullopt;
}

std::int32_t ExpressionBuilder::apply(Op op, std::int32_t a, std::int32_t b, std::int32_t c) {
  if (const std::optional<mpq_class> value = folded(op, a, b)) {
    return constant(*value);
  }
  Node node;
  node.op = op;
  node.argument = {a, b, c};
  return add(node);
}

// Whether a node is v^-n or c/v with a number c.
bool ExpressionBuilder::divides(std::int32_t node) const {
  const Node &factor = expression_.nodes_[index_of(node)];
  return (factor.op == Op::PowerInteger && factor.integer < 0) ||
         (factor.op == Op::Divide && value_of(factor.argument[0]) != nullptr);
}

std::int32_t ExpressionBuilder::times(std::int32_t a, std::int32_t b) {
  if (divides(a) == divides(b)) {
    return apply(Op::Multiply, a, b);
  }
  const std::int32_t other = divides(a) ? b : a;
  const Node factor = expression_.nodes_[index_of(divides(a) ? a : b)];
  if (value_of(other) != nullptr) {
    return apply(Op::Multiply, a, b);
  }
  if (factor.op == Op::Divide) {
    return apply(Op::Divide, apply(Op::Multiply, factor.argument[0], other), factor.argument[1]);
  }
  const std::int32_t order = constant(-factor.integer);
  return apply(Op::Divide, other, power(factor.argument[0], order));
}

std::int32_t ExpressionBuilder::power(std::int32_t base, std::int32_t exponent) {
  const mpq_class *value = value_of(exponent);
  if (value != nullptr && *value == mpq_class(1, 2)) {
    return apply(Op::Sqrt, base);
  }
  if (value == nullptr || value->get_den() != 1 || !value->get_num().fits_sint_p() ||
      value->get_num() == std::numeric_limits<int>::min()) {
    return apply(Op::Power, base, exponent);
  }
  const int n = static_cast<int>(value->get_num().get_si());
  const mpq_class *x = value_of(base);
  const auto magnitude = static_cast<std::size_t>(n < 0 ? -n : n);
  if (x != nullptr && (*x != 0 || n >= 0) && magnitude <= kLargestFoldedBits &&
      bits(*x) * magnitude <= kLargestFoldedBits) {
    mpq_class result;
    mpz_pow_ui(result.get_num_mpz_t(), x->get_num_mpz_t(), magnitude);
    mpz_pow_ui(result.get_den_mpz_t(), x->get_den_mpz_t(), magnitude);
    return constant(n < 0 ? mpq_class(1 / result) : result);
  }
  Node node;
  node.op = Op::PowerInteger;
  node.argument = {base, -1, -1};
  node.integer = n;
  return add(node);
}

std::int32_t ExpressionBuilder::copy(const Expression &from, const Node &node,
                                     std::span<const std::int32_t> values) {
  std::array<std::int32_t, 3> argument{-1, -1, -1};
  for (std::size_t i = 0; i < argument.size(); ++i) {
    argument[i] = node.argument[i] >= 0 ? values[static_cast<std::size_t>(node.argument[i])] : -1;
  }
  switch (node.op) {
  case Op::Constant:
    return constant(from.constants()[static_cast<std::size_t>(node.constant)]);
  case Op::Pi:
  case Op::E:
    return leaf(node.op);
  case Op::Variable:
    return variable(node.integer);
  case Op::PowerInteger:
    return power(argument[0], constant(node.integer));
  case Op::Weierstrass:
    return weierstrass(argument[0], from.constants()[static_cast<std::size_t>(node.constant)], node.integer);
  default:
    return apply(node.op, argument[0], argument[1], argument[2]);
  }
}

Expression ExpressionBuilder::finish(std::int32_t root) const {
  return expression_.subexpression(static_cast<std::size_t>(root));
}

} // namespace layercert
