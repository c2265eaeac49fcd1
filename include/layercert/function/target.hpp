// What is approximated: g, an expression, or a table of samples (piecewise constant on its own grid; one with
// multilinear interpolation is an expression), on [0,1]^d; or any function f with |f - g| <= remainder
// everywhere on [0,1]^d, such as a series of which g is the beginning.
#pragma once

#include "layercert/function/expression.hpp"
#include "layercert/function/sample_table.hpp"
#include "layercert/instance/instance.hpp"
#include "layercert/numeric/dyadic.hpp"

#include <variant>

namespace layercert {

// What is approximated, and how far from it the true target may be.
struct Target {
  std::size_t dimension = 0;
  std::variant<Expression, SampleTable> function; // g
  mpq_class remainder = 0; // >= 0; that of the instance, and what rounding moved the samples by

  bool is_table() const noexcept { return std::holds_alternative<SampleTable>(function); }
  const Expression &expression() const { return std::get<Expression>(function); }
  const SampleTable &table() const { return std::get<SampleTable>(function); }
  // The samples that it was read from; null for the text of an expression.
  const SampleTable *samples() const { return is_table() ? &table() : expression().table().get(); }
  double remainder_upper() const { return rational_to_double_upper(remainder); }
};

// Reads the image or table, or parses the expression, that the instance names. Throws InputError: what is
// wrong with it, and where; also where the sides do not suit N.
Target make_target(const Instance &instance);

} // namespace layercert
