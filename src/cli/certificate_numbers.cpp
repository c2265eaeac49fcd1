#include "certificate_numbers.hpp"

#include "layercert/error.hpp"
#include "layercert/numeric/dyadic.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <limits>
#include <stdexcept>

namespace layercert::cli {

double read_bound(const nlohmann::json &level, const char *key, const std::string &name) {
  const nlohmann::json value = level.value(key, nlohmann::json());
  if (value == nlohmann::json("inf")) {
    return std::numeric_limits<double>::infinity();
  }
  try {
    if (value.is_string()) {
      const Dyadic exact = Dyadic::parse(value.get<std::string>());
      if (exact.to_double_lower() == exact.to_double_upper()) {
        return exact.to_double_lower();
      }
    }
  } catch (const std::invalid_argument &) { // said below
  }
  throw InputError(name, 0,
                   fmt::format("\"{}\" of a level: found {}; expected a double as a hexadecimal float", key,
                               value.dump().substr(0, 60)));
}

} // namespace layercert::cli
