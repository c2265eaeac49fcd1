// Doubles as decimals for people, rounded to the safe side.
#pragma once

#include <string>

namespace layercert {

// The decimal of so many significant digits, as printf's %g writes it, that is at most / at least x; "-inf",
// "inf" or "nan" where there is none. Requires: 1 <= digits <= 40.
std::string decimal_lower(double x, int digits);
std::string decimal_upper(double x, int digits);

// The same with so many digits behind the point, as %f and %e write it. Requires: 0 <= digits <= 40, and |x|
// < 1e20 for the fixed form.
std::string fixed_lower(double x, int digits);
std::string fixed_upper(double x, int digits);
std::string powers_lower(double x, int digits);
std::string powers_upper(double x, int digits);

} // namespace layercert
