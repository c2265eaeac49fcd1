#include "decimal_column.hpp"

#include "decimal.hpp"

#include <algorithm>
#include <cmath>

namespace layercert {

namespace {

// Beyond these, zeros before or behind the digits are harder to read than a power of ten.
constexpr double kLeastPlain = 1e-3;
constexpr double kMostPlain = 1e5;

int exponent_of(double size) { return static_cast<int>(std::floor(std::log10(size))); }

} // namespace

void DecimalColumn::add(double x) {
  const double size = std::fabs(x);
  if (std::isfinite(size) && size > 0) {
    least_ = least_ == 0 ? size : std::min(least_, size);
    most_ = std::max(most_, size);
  }
}

bool DecimalColumn::has_powers() const {
  return least_ != 0 && (least_ < kLeastPlain || most_ >= kMostPlain);
}

int DecimalColumn::decimals() const {
  return has_powers() || least_ == 0 ? digits_ - 1 : std::max(0, digits_ - 1 - exponent_of(least_));
}

int DecimalColumn::whole_digits() const { return has_powers() || most_ < 1 ? 1 : exponent_of(most_) + 1; }

int DecimalColumn::exponent_digits() const {
  const int size = least_ == 0 ? 0 : std::max(std::abs(exponent_of(least_)), std::abs(exponent_of(most_)));
  return size >= 100 ? 3 : size >= 10 ? 2 : 1;
}

std::string DecimalColumn::lower(double x) const {
  return has_powers() ? powers_lower(x, digits_ - 1) : fixed_lower(x, decimals());
}
std::string DecimalColumn::upper(double x) const {
  return has_powers() ? powers_upper(x, digits_ - 1) : fixed_upper(x, decimals());
}

} // namespace layercert
