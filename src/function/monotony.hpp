// In which coordinates an expression rises or falls over the whole cube, from its structure.
#pragma once

#include "layercert/function/expression.hpp"

#include <optional>
#include <vector>

namespace layercert {

// The sign s_j for every coordinate, such that s_j f does not fall along x_j: for any two points of [0,1]^d
// that differ in x_j only and at both of which f has a value. Nothing where the rules do not show that for
// all coordinates. A coordinate that does not matter has the sign 1. Requires: an open UpwardScope.
std::optional<std::vector<int>> monotone_directions(const Expression &f, std::size_t dimension);

} // namespace layercert
