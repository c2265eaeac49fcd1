// From an Expression to the operations of a ProgramBuilder: interval extension and forward derivatives.
#pragma once

#include "batch_program.hpp"
#include "layercert/function/expression.hpp"

#include <optional>

namespace layercert::batch {

struct CompiledExpression {
  Enclosure value;
  Register undefined;              // a flag
  std::vector<Enclosure> gradient; // empty, if it is not asked for
};

// The expression over the boxes of the first batch and, if `with_points`, over those of the second, without
// gradient. Sines and exponentials of the second go by way of the first where they are near. Requires an open
// UpwardScope.
struct CompiledPair {
  CompiledExpression boxes;
  CompiledExpression points;
};
CompiledPair compile(const Expression &expression, std::size_t dimension, bool with_gradient,
                     bool with_points, ProgramBuilder &builder);

} // namespace layercert::batch
