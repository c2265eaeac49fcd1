#include "markup.hpp"
#include "plot.hpp"

namespace layercert {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

} // namespace

std::vector<LabelPart> parts_of(const std::string &label) {
  std::vector<LabelPart> parts;
  const auto add = [&](char c, LabelPlace place, bool italic) {
    if (parts.empty() || parts.back().place != place || parts.back().italic != italic) {
      parts.push_back({"", place, italic});
    }
    parts.back().text += c;
  };
  for (std::size_t at = 0; at < label.size(); ++at) {
    const char c = label[at];
    const bool braces = (c == '_' || c == '^') && at + 1 < label.size() && label[at + 1] == '{';
    const std::size_t begins = at + (braces ? 2 : 1);
    const std::size_t ends = braces || c == '*' ? label.find(braces ? '}' : '*', begins) : std::string::npos;
    if (ends == std::string::npos) {
      add(c, LabelPlace::Line, false);
      continue;
    }
    for (std::size_t i = begins; i < ends; ++i) {
      add(label[i],
          c == '*'   ? LabelPlace::Line
          : c == '_' ? LabelPlace::Index
                     : LabelPlace::Exponent,
          c == '*' || is_letter(label[i]));
    }
    at = ends;
  }
  return parts;
}

double characters_of(const std::string &label) {
  double width = 0;
  for (const LabelPart &part : parts_of(label)) {
    const auto count = static_cast<double>(count_characters(part.text));
    width += part.place == LabelPlace::Line ? count : 0.8 * count;
  }
  return width;
}

} // namespace layercert
