// Symmetries of an expression that its normal form shows: as identities of real numbers, wherever both sides
// have a value.
#pragma once

#include "layercert/function/expression.hpp"

#include <vector>

namespace layercert {

// Changes of the coordinates that change f by a constant or a sign at most.
struct Symmetries {
  // Coordinates of the same kind may be exchanged: f with x_i and x_j exchanged is f + c or c - f, for some
  // number c.
  std::vector<int> kind;
  // f with 1 - x_j for x_j is f + c or c - f.
  std::vector<bool> mirrored;
};

// Finds some of them; what it names is one.
Symmetries symmetries_of(const Expression &f, std::size_t dimension);

} // namespace layercert
