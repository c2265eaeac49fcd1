#include "certificate_numbers.hpp"

#include "layercert/error.hpp"
#include "layercert/numeric/exact_double.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <limits>

namespace layercert::cli {

double read_bound(const nlohmann::json &level, const char *key, const std::string &name) {
  const nlohmann::json value = level.value(key, nlohmann::json());
  if (value == nlohmann::json("inf")) {
    return std::numeric_limits<double>::infinity();
  }
  if (value.is_string()) {
    if (const std::optional<double> exact = exact_double(value.get<std::string>())) {
      return *exact;
    }
  }
  throw InputError(name, 0,
                   fmt::format("\"{}\" of a level: found {}; expected a double as a hexadecimal float", key,
                               value.dump().substr(0, 60)));
}

} // namespace layercert::cli
