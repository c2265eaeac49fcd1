// Numbers and labels in HTML, numbers rounded to the safe side.
#pragma once

#include "decimal_column.hpp"

#include <string>

namespace layercert {

std::string lower_text(double x); // at most x
std::string upper_text(double x); // at least x

// In a column: aligned if the cells are.
std::string lower_text(const DecimalColumn &column, double x);
std::string upper_text(const DecimalColumn &column, double x);
std::string enclosure_text(const DecimalColumn &column, double lower, double upper);

// Of a label as plot.hpp has them.
std::string html_text_of(const std::string &label);

// An italic letter, of one kind everywhere: "l" and "\u03a6" are the names that reports use.
std::string html_letter(const std::string &letter);

// One of a list of facts; both are markup.
std::string html_fact(const std::string &name, const std::string &value);

} // namespace layercert
