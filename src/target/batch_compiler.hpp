// From an Expression to the operations of a ProgramBuilder: interval extension and forward derivatives.
#pragma once

#include "batch_program.hpp"
#include "layercert/target/expression.hpp"

#include <optional>

namespace layercert::batch {

struct CompiledExpression {
  Enclosure value;
  Register undefined;              // a flag
  std::vector<Enclosure> gradient; // empty, if it is not asked for
};

// Requires an open UpwardScope.
CompiledExpression compile(const Expression &expression, int dimension, bool with_gradient,
                           ProgramBuilder &builder);

} // namespace layercert::batch
