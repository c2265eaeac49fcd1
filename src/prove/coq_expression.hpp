// Targets as Coq terms: the function as people write it, and the expression of proofs/theory/Expression.v
// whose value it is.
#pragma once

#include "layercert/function/expression.hpp"

#include <string>

namespace layercert {

struct CoqExpression {
  std::string function; // of x, over the reals
  std::string term;     // of type expression; its eval is convertible to the function
};

// Throws InputError(name, line, ...) for operations that the theory does not know. Requires: no variable but
// x0.
CoqExpression coq_expression(const Expression &expression, const std::string &name, std::size_t line);

} // namespace layercert
