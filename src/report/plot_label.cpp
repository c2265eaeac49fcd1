#include "markup.hpp"
#include "plot.hpp"

namespace layercert {

bool is_word(const std::string &text) {
  return !text.empty() && ((text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z'));
}

std::vector<TextPart> parts_of(const std::string &label) {
  std::vector<TextPart> parts;
  std::string plain;
  const auto finish = [&] {
    if (!plain.empty()) {
      parts.push_back({plain, TextStyle::Plain});
    }
    plain.clear();
  };
  for (std::size_t at = 0; at < label.size(); ++at) {
    const char c = label[at];
    const bool braces = (c == '_' || c == '^') && at + 1 < label.size() && label[at + 1] == '{';
    const std::size_t begins = at + (braces ? 2 : 1);
    const std::size_t ends = braces || c == '*' ? label.find(braces ? '}' : '*', begins) : std::string::npos;
    if (ends == std::string::npos) {
      plain += c;
      continue;
    }
    finish();
    parts.push_back({label.substr(begins, ends - begins), c == '*'   ? TextStyle::Italic
                                                          : c == '_' ? TextStyle::Index
                                                                     : TextStyle::Exponent});
    at = ends;
  }
  finish();
  return parts;
}

double characters_of(const std::string &label) {
  double width = 0;
  for (const TextPart &part : parts_of(label)) {
    const auto count = static_cast<double>(count_characters(part.text));
    width += part.style == TextStyle::Plain || part.style == TextStyle::Italic ? count : 0.8 * count;
  }
  return width;
}

} // namespace layercert
