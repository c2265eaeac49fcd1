// Constants among the weights: closed expressions of the grammar of targets, such as "1/3" or "pi/7 +
// exp(1)".
#pragma once

#include "layercert/function/expression.hpp"
#include "layercert/network/closed_form.hpp"
#include "layercert/numeric/mpfr_interval.hpp"

#include <string>

namespace layercert {

// Throws std::invalid_argument, which says why, if the text is no expression, has a variable, or has no
// finite value as far as 256 bits show.
Expression parse_closed_constant(const std::string &text);

// Requires: parse_closed_constant accepts the expression's text.
MpfrInterval constant_enclosure(const Expression &constant, mpfr_prec_t precision);

// The constant of a text that parse_closed_constant accepts: dyadic where the text is a dyadic number, such
// as "3/8".
ClosedForm closed_form_of_constant(const std::string &text);

} // namespace layercert
