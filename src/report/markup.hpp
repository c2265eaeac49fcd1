// Text for XML, HTML and CSV.
#pragma once

#include <string>
#include <string_view>

namespace layercert {

// The text with the characters that mean something in markup written out, for between tags and inside quotes.
// Bytes that are no UTF-8, and controls that no document may hold, become U+FFFD.
std::string escaped(std::string_view text);

// Characters of UTF-8.
std::size_t count_characters(std::string_view text);

// A field of CSV, in quotes where it has to be.
std::string csv_field(const std::string &text);

} // namespace layercert
