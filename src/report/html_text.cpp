#include "html_text.hpp"

#include "decimal.hpp"
#include "digits.hpp"
#include "markup.hpp"
#include "plot.hpp"

#include <fmt/format.h>

namespace layercert {

namespace {

// 1.25e-07 as people write it; exponents are as wide as each other.
std::string typeset(const std::string &decimal) {
  if (decimal == "inf") {
    return "\u221e";
  }
  const std::size_t e = decimal.find('e');
  if (e == std::string::npos) {
    return decimal;
  }
  const int exponent = std::stoi(decimal.substr(e + 1));
  return fmt::format("{}\u00b710<sup class=\"power\">{}{}</sup>", decimal.substr(0, e),
                     exponent < 0 ? "\u2212" : "", exponent < 0 ? -exponent : exponent);
}

} // namespace

std::string lower_text(double x) { return typeset(decimal_lower(x, kDigits)); }
std::string upper_text(double x) { return typeset(decimal_upper(x, kDigits)); }

std::string lower_text(const DecimalColumn &column, double x) { return typeset(column.lower(x)); }
std::string upper_text(const DecimalColumn &column, double x) { return typeset(column.upper(x)); }

std::string enclosure_text(const DecimalColumn &column, double lower, double upper) {
  return lower == 0 && upper == 0
             ? "0"
             : fmt::format("[{}, {}]", lower_text(column, lower), upper_text(column, upper));
}

std::string html_fact(const std::string &name, const std::string &value) {
  return fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", name, value);
}

std::string html_letter(const std::string &letter) {
  return "<i class=\"letter\">" + escaped(letter) + "</i>";
}

std::string html_text_of(const std::string &label) {
  std::string text;
  for (const LabelPart &part : parts_of(label)) {
    const std::string inner = part.italic ? html_letter(part.text) : escaped(part.text);
    text += part.place == LabelPlace::Line    ? inner
            : part.place == LabelPlace::Index ? "<sub>" + inner + "</sub>"
                                              : "<sup>" + inner + "</sup>";
  }
  return text;
}

} // namespace layercert
