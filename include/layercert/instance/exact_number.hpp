// Numbers as people write them, taken exactly: "0.1" is 1/10 here, never the double beside it.
#pragma once

#include <gmpxx.h>

#include <string_view>

namespace layercert {

// Reads a decimal with optional sign, fraction and exponent ("3.5", "1e-3", "-2") or a fraction of two
// integers ("7/2"), the lower one as a power if wanted ("1/2^30"). Requires: nothing else in `text`, no
// blanks, at least one digit; the exponent is at most 10000 in absolute value, and a denominator has at most
// about 10000 digits, because 10^exponent is formed exactly. Returns the number in lowest terms. Throws
// std::invalid_argument, saying what was found, otherwise.
mpq_class parse_exact_number(std::string_view text);

} // namespace layercert
