#include "shown.hpp"

#include <cmath>
#include <cstdio>
#include <limits>

namespace checker {

namespace {

std::string text_of(double x, int digits) {
  char text[40];
  std::snprintf(text, sizeof text, "%.*g", digits, x);
  return text;
}

// The nearest decimal lies on the wrong side of x about every other time; one or two steps of its last digit
// further it does not.
std::string outward(const Arf &x, int digits, bool up) {
  if (!x.finite() || x.zero()) {
    return text_of(x.about(), digits);
  }
  const double last_digit = std::pow(10.0, 1 - digits);
  double near = x.about();
  if (std::isinf(near)) { // beyond the largest double
    near = std::copysign(std::numeric_limits<double>::max(), near);
    if ((near > 0) == up) {
      return text_of(up ? std::numeric_limits<double>::infinity() : -std::numeric_limits<double>::infinity(),
                     digits);
    }
  }
  for (;;) {
    const std::string text = text_of(near, digits);
    if (std::isinf(near)) {
      return text;
    }
    const Interval decimal(exact_number(text));
    if (up ? decimal.lower >= x : decimal.upper <= x) {
      return text;
    }
    const double step = std::fabs(near) * last_digit + std::numeric_limits<double>::denorm_min();
    near = up ? near + step : near - step;
  }
}

} // namespace

std::string shown(const Arf &x) { return text_of(x.about(), 10); }
std::string shown_upper(const Arf &x) { return outward(x, 10, true); }
std::string shown_lower(const Arf &x) { return outward(x, 10, false); }

std::string shown_percent(const Arf &weaker, const Arf &sharper) {
  const Interval part = Interval((weaker - sharper) * Arf(100)) / Interval(sharper);
  return outward(part.upper, 2, true);
}

} // namespace checker
