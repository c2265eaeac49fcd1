// Targets and constants as Coq terms: the function as people write it, and the term whose value it is, in
// words that proofs/theory/Expression.v has for functions of a number and proofs/theory/Terms.v for those of
// a point.
#pragma once

#include "layercert/function/expression.hpp"

#include <string>

namespace layercert {

// What a target is a function of: a real number, or a point of the cube. Jumps have terms for points alone.
enum class CoqArgument { Number, Point };

struct CoqExpression {
  std::string function; // of x, over the reals
  std::string term;     // of type expression (Number) or formula (Point)
};

// Does Formula.jumps of proofs/theory hold for the term?
bool jumps_in_coq(const Expression &expression);

// Throws InputError(name, line, ...) for operations that the theory does not know. Requires: no variable but
// x0 in a function of a number.
CoqExpression coq_expression(const Expression &expression, CoqArgument argument, const std::string &name,
                             std::size_t line);

} // namespace layercert
