// The cube cut into boxes on which it is known how f changes: by slopes, by one jump, or by no more than its
// range.
#pragma once

#include "integral.hpp"
#include "layercert/function/expression.hpp"

#include <array>
#include <vector>

namespace layercert {

// f is Lipschitz on a resolved box, or jumps where c = 0 and is Lipschitz on either side (jump_branches.hpp).
struct JumpPiece {
  Box box;
  bool resolved = false;
  bool jumps = false;
  Interval range;        // of f
  double jump_upper = 0; // of the size of the jump; or sup f - inf f where unresolved
  std::array<std::array<Interval, kMaxDimension>, 2> gradient; // of f on either side
  // These only where it jumps: the slopes of c, and the area of { c < 0 } on the upper face across x_j less
  // that on the lower one.
  std::array<Interval, kMaxDimension> c_gradient;
  std::array<Interval, kMaxDimension> crossings;
};

// phi(jump) = omega^p - (omega - jump)_+^p, at least.
double jump_power_upper(const Exponent &p, double omega, double jump);

// The area of the face across x_axis, and whether it lies in the border of the cube.
Interval face_of(std::size_t dimension, const Box &box, std::size_t axis);
bool at_border(const Box &box, std::size_t axis);

// Cut until what smaller boxes might spare in sums such as those of jump_variation.hpp, for shifts of length
// t, is `relative_gap` of the whole, or until there are so many boxes. Requires: an open UpwardScope.
std::vector<JumpPiece> jump_partition(const Expression &f, std::size_t dimension, const Exponent &p, double t,
                                      const Refinement &refinement);

} // namespace layercert
