// Pieces of texts.
#pragma once

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

namespace layercert::test {

using Pieces = std::initializer_list<std::string_view>;

inline bool holds(std::string_view text, std::string_view piece) {
  return text.find(piece) != std::string_view::npos;
}

inline void holds_all(std::string_view text, Pieces pieces) {
  for (const std::string_view piece : pieces) {
    BOOST_TEST(holds(text, piece), "lacks: " << piece);
  }
}

// How often; occurrences may overlap.
inline std::size_t count(std::string_view text, std::string_view piece) {
  std::size_t found = 0;
  for (std::size_t at = text.find(piece); at != std::string_view::npos; at = text.find(piece, at + 1)) {
    ++found;
  }
  return found;
}

// The text with the first occurrence of `from` replaced.
inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  BOOST_REQUIRE_MESSAGE(at != std::string::npos, from);
  return text.replace(at, from.size(), to);
}

} // namespace layercert::test
