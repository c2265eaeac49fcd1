// Numbers in HTML, rounded to the safe side.
#pragma once

#include <string>

namespace layercert {

std::string lower_text(double x); // at most x
std::string upper_text(double x); // at least x
std::string enclosure_text(double lower, double upper);

} // namespace layercert
