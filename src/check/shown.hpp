// Numbers in messages.
#pragma once

#include "numbers.hpp"

#include <string>

namespace checker {

// To nearest, as the copies for people in a certificate are: "%.10g".
std::string shown(const Arf &x);
// Ten digits of a number at least, at most x: what is printed of a bound claims no more than the bound.
std::string shown_upper(const Arf &x);
std::string shown_lower(const Arf &x);
// 100 (weaker / sharper - 1), rounded up to two digits. Requires: 0 < sharper <= weaker, both finite.
std::string shown_percent(const Arf &weaker, const Arf &sharper);

} // namespace checker
