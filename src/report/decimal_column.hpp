// Bounds below each other, all written alike: the same number of decimals, trailing zeros kept, or the same
// form with a power of ten.
#pragma once

#include <string>

namespace layercert {

class DecimalColumn {
public:
  // The least of the numbers has so many significant digits, or the power of ten stands behind so many.
  explicit DecimalColumn(int digits) : digits_(digits) {}

  void add(double x); // ignores what is not finite

  // At most / at least x, as printf's %f or %e; "inf", "-inf" or "nan" where there is no decimal.
  std::string lower(double x) const;
  std::string upper(double x) const;

  bool has_powers() const;
  int decimals() const;     // behind the point
  int whole_digits() const; // before it, of the longest number; one if there are powers
  int exponent_digits() const;

private:
  int digits_;
  double least_ = 0, most_ = 0; // of the sizes other than 0; 0: there is none
};

} // namespace layercert
