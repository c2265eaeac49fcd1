// Targets and constants as Coq terms: the function as people write it, and the term whose value it is, in the words that
// proofs/theory/Expression.v has for constants and proofs/theory/Terms.v for formulas.
#pragma once

#include "layercert/function/expression.hpp"

#include <string>

namespace layercert {

struct CoqExpression {
  std::string function; // of the point x, over the reals
  std::string term;     // of type formula, or of type expression if it has no variable
  bool jumps = false;   // Formula.jumps of it
};

// Throws InputError(name, line, ...) for operations that the theory does not know.
CoqExpression coq_expression(const Expression &expression, const std::string &name, std::size_t line);

} // namespace layercert
