// An Expression as text.
#pragma once

#include "layercert/function/expression.hpp"

#include <string>

namespace layercert {

// The text that parse_expression takes for this expression. What several parts share is written out for each
// of them. Throws InputError if the text would be longer, or more deeply nested, than the parser allows.
// Requires: no Table.
std::string text_of(const Expression &expression);

} // namespace layercert
