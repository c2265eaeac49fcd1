#include "html_text.hpp"

#include "decimal.hpp"

#include <fmt/format.h>

namespace layercert {

namespace {

constexpr int kDigits = 5;

// 1.25e-07 as people write it.
std::string typeset(const std::string &decimal) {
  if (decimal == "inf") {
    return "\u221e";
  }
  const std::size_t e = decimal.find('e');
  if (e == std::string::npos) {
    return decimal;
  }
  const int exponent = std::stoi(decimal.substr(e + 1));
  return fmt::format("{}\u00b710<sup>{}{}</sup>", decimal.substr(0, e), exponent < 0 ? "\u2212" : "",
                     exponent < 0 ? -exponent : exponent);
}

} // namespace

std::string lower_text(double x) { return typeset(decimal_lower(x, kDigits)); }
std::string upper_text(double x) { return typeset(decimal_upper(x, kDigits)); }

std::string enclosure_text(double lower, double upper) {
  return lower == upper
             ? fmt::format("{}", lower == 0 ? "0" : "[" + lower_text(lower) + ", " + upper_text(upper) + "]")
             : fmt::format("[{}, {}]", lower_text(lower), upper_text(upper));
}

} // namespace layercert
