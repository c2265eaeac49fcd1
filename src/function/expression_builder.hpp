// Builds the graph of an Expression, sharing equal nodes and folding rational constants.
#pragma once

#include "layercert/function/expression.hpp"

#include <map>
#include <optional>
#include <span>

namespace layercert {

class ExpressionBuilder {
public:
  std::int32_t constant(const mpq_class &value);
  std::int32_t leaf(Op op); // Pi or E
  std::int32_t variable(int index);
  std::int32_t apply(Op op, std::int32_t a, std::int32_t b = -1, std::int32_t c = -1);
  // The product; u times v^-n, or times c/v, as the quotient that it is, whose common zeros are then seen.
  std::int32_t times(std::int32_t a, std::int32_t b);
  std::int32_t power(std::int32_t base, std::int32_t exponent);
  // Requires: 0 < a < 1, b >= 2.
  std::int32_t weierstrass(std::int32_t x, const mpq_class &a, std::int32_t b);

  // A node of another expression whose arguments are known here as values[argument].
  std::int32_t copy(const Expression &from, const Node &node, std::span<const std::int32_t> values);

  std::size_t size() const noexcept { return expression_.nodes_.size(); }

  // Of a node that is one exact number; null for any other.
  const mpq_class *value_of(std::int32_t node) const;

  // Drops what the root does not need.
  Expression finish(std::int32_t root) const;

private:
  std::int32_t add(const Node &node);
  std::int32_t index_of_constant(const mpq_class &value);
  bool divides(std::int32_t node) const;
  std::optional<mpq_class> folded(Op op, std::int32_t a, std::int32_t b) const;

  Expression expression_;
  std::map<Node, std::int32_t> known_nodes_;
  std::map<mpq_class, std::int32_t> known_constants_;
};

} // namespace layercert
