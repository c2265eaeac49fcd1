#include "decimal.hpp"

#include <mpfr.h>

#include <array>
#include <cassert>

namespace layercert {

namespace {

std::string decimal(const char *format, double x, int digits) {
  assert(digits >= 1 && digits <= 40);
  MPFR_DECL_INIT(exact, 53);
  mpfr_set_d(exact, x, MPFR_RNDN);
  std::array<char, 64> text{};
  mpfr_snprintf(text.data(), text.size(), format, digits, exact);
  return text.data();
}

} // namespace

std::string decimal_lower(double x, int digits) { return decimal("%.*RDg", x, digits); }
std::string decimal_upper(double x, int digits) { return decimal("%.*RUg", x, digits); }

} // namespace layercert
