// The ball of shifts { h : |h| <= t }, cut into pieces of cones, each inside the convex hull of a few
// corners.
//
// h and -h give the same norm || f(. + h) - f ||, so the cones over the faces q_a = 1 of the cube [-1,1]^d
// are enough. A piece is
//
//     { h = s q : s >= 0, q_a = 1, lower_j <= q_j <= upper_j for j != a, inner <= |h| <= outer }.
//
// Outer corners: let u be a vector and |u|_* its dual norm. Since u.h <= |u|_* |h|, the piece lies below the
// plane u.h = outer |u|_*, and the outer corners are the points where, or just beyond which, the rays through
// the corners q of the face meet that plane. Inner corners: the points of the same rays with |h| just below
// `inner`. By convexity of the norm no point of their hull is longer. A ray of the piece meets both hulls,
// and its part between inner and outer lies between the two points, so inside the hull of both.
#pragma once

#include "layercert/instance/instance.hpp"
#include "layercert/numeric/interval.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace layercert {

using Shift = std::vector<double>;

// Every q_j keeps its sign, so that of every shift does.
struct ShiftCone {
  std::size_t axis = 0;      // a
  std::vector<double> lower; // of q_j; both are 1 for j = a
  std::vector<double> upper;
  double inner = 0;
  double outer = 0;
};

// Of all h with |h| <= t, up to the sign of h. Requires: 0 < t.
std::vector<ShiftCone> cones_of_ball(std::size_t dimension, double t);

// Cut at the middle along the coordinate q_j, or, for j = axis, along the radius.
std::pair<ShiftCone, ShiftCone> halves(const ShiftCone &cone, std::size_t direction);
// The longest side: the radial one (outer - inner) or an angular one ((upper_j - lower_j) outer).
std::size_t longest_side(const ShiftCone &cone);
// So narrow a side is not to be cut any more, or corners would not be exact.
bool may_be_cut(const ShiftCone &cone, std::size_t direction);

// The corners, exact: 2^d of them, or 2^(d-1) + 1 where inner = 0 and the inner corners are one. Requires: an
// open UpwardScope.
std::vector<Shift> corners_of(const ShiftCone &cone, ShiftNorm norm);

// Encloses |h|. Requires: an open UpwardScope.
Interval norm_of(const Shift &h, ShiftNorm norm);

// h, or where it is longer than t, about t h / |h|: certainly no longer than t. Requires: an open
// UpwardScope; t > 0, |h| > 0.
Shift shortened(Shift h, ShiftNorm norm, double t);

} // namespace layercert
