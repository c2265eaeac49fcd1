// Bounds as certificates have them.
#pragma once

#include <nlohmann/json.hpp>

#include "layercert/numeric/dyadic.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/relative_width.hpp"

#include <cmath>
#include <string>

namespace layercert {

// A bound exactly, as a hexadecimal float, and the same double as a number beside it; "inf" where there is
// none.
inline void put_bound(nlohmann::json &object, const std::string &key, double bound) {
  object[key] = std::isinf(bound) ? std::string("inf") : Dyadic::from_double(bound).to_string();
  object[key + "_decimal"] = std::isinf(bound) ? nlohmann::json("inf") : nlohmann::json(bound);
}

// The relative width, rounded up in whatever mode the thread is: texts are written in round-to-nearest.
inline double width_of(double lower, double upper) {
  const UpwardScope upward;
  return relative_width_upper(lower, upper);
}

} // namespace layercert
