#include "exact_double.hpp"

#include "layercert/numeric/dyadic.hpp"

#include <cmath>
#include <stdexcept>

namespace layercert {

std::optional<double> exact_double(std::string_view text) {
  try {
    const Dyadic value = Dyadic::parse(text);
    const double lower = value.to_double_lower();
    return lower == value.to_double_upper() && std::isfinite(lower) ? std::optional(lower) : std::nullopt;
  } catch (const std::invalid_argument &) {
    return std::nullopt;
  }
}

} // namespace layercert
