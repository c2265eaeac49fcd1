#include "tex_text.hpp"

#include <fmt/format.h>

namespace layercert {

std::string tex_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\textbackslash{}";
    } else if (c == '^' || c == '~') {
      out += fmt::format("\\{}{{}}", c);
    } else if (std::string_view("#$%&_{}").find(c) != std::string_view::npos) {
      out += fmt::format("\\{}", c);
    } else if (c == '-' || c == '<' || c == '>' || c == '\'' || c == '`') { // no ligatures
      out += fmt::format("{{{}}}", c);
    } else if (c == '\n' || c == '\t') {
      out += ' ';
    } else if (c >= ' ' && c <= '~') {
      out += c;
    } else if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) {
      out += '?';
    }
  }
  return out;
}

// 1.25e-07 in mathematics.
std::string tex_number(const std::string &decimal) {
  const std::size_t e = decimal.find('e');
  return decimal == "inf" ? "$\\infty$"
         : e == std::string::npos
             ? fmt::format("${}$", decimal)
             : fmt::format("${}\\cdot 10^{{{}}}$", decimal.substr(0, e), std::stoi(decimal.substr(e + 1)));
}

} // namespace layercert
