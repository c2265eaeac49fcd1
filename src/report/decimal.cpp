#include "decimal.hpp"

#include <mpfr.h>

#include <array>
#include <cassert>

namespace layercert {

namespace {

std::string decimal(const char *format, double x, int digits) {
  assert(digits >= 0 && digits <= 40);
  MPFR_DECL_INIT(exact, 53);
  mpfr_set_d(exact, x, MPFR_RNDN);
  std::array<char, 80> text{};
  mpfr_snprintf(text.data(), text.size(), format, digits, exact);
  return text.data();
}

} // namespace

std::string decimal_lower(double x, int digits) { return decimal("%.*RDg", x, digits); }
std::string decimal_upper(double x, int digits) { return decimal("%.*RUg", x, digits); }

std::string fixed_lower(double x, int digits) { return decimal("%.*RDf", x, digits); }
std::string fixed_upper(double x, int digits) { return decimal("%.*RUf", x, digits); }
std::string powers_lower(double x, int digits) { return decimal("%.*RDe", x, digits); }
std::string powers_upper(double x, int digits) { return decimal("%.*RUe", x, digits); }

} // namespace layercert
