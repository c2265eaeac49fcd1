// How fast the error falls from one level to the next.
#pragma once

#include "layercert/result/certificate.hpp"

#include <optional>

namespace layercert {

struct OrderBounds {
  double lower = 0, upper = 0;
};

// Bounds, rounded outward, of the order s for which the error falls by N^-s from level `before` to level
// `level`, the next one. None where an error may be 0 or infinite. Requires: N >= 2.
std::optional<OrderBounds> observed_order(const LevelCertificate &before, const LevelCertificate &level,
                                          int N);

} // namespace layercert
