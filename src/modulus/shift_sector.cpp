#include "shift_sector.hpp"

#include "function/monotony.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace layercert {

namespace {

// Of |q_j| in a piece, in which every q_j keeps its sign.
double least(const ShiftCone &cone, std::size_t j) {
  return std::min(std::fabs(cone.lower[j]), std::fabs(cone.upper[j]));
}
double most(const ShiftCone &cone, std::size_t j) {
  return std::max(std::fabs(cone.lower[j]), std::fabs(cone.upper[j]));
}
int sign_of(const ShiftCone &cone, std::size_t j) { return cone.lower[j] < 0 ? -1 : 1; }

} // namespace

ShiftSector::ShiftSector(std::size_t dimension)
    : symmetries_{std::vector<int>(dimension), std::vector<bool>(dimension, false)} {
  std::iota(symmetries_.kind.begin(), symmetries_.kind.end(), 0);
}

ShiftSector::ShiftSector(const Expression &f, std::size_t dimension)
    : symmetries_(symmetries_of(f, dimension)), directions_(monotone_directions(f, dimension)) {}

bool ShiftSector::meets(const ShiftCone &cone) const {
  const auto first_of_kind =
      std::find(symmetries_.kind.begin(), symmetries_.kind.end(), symmetries_.kind[cone.axis]);
  if (static_cast<std::size_t>(first_of_kind - symmetries_.kind.begin()) != cone.axis) {
    return false; // with h in order, the first of the largest |h_j| is the first of its kind
  }
  for (std::size_t i = 0; i < cone.lower.size(); ++i) {
    for (std::size_t j = i + 1; j < cone.lower.size(); ++j) {
      if (symmetries_.kind[i] == symmetries_.kind[j] && most(cone, i) < least(cone, j)) {
        return false;
      }
    }
  }
  return signs_meet(cone);
}

std::vector<ShiftCone> ShiftSector::cones_of_ball(double t) const {
  return that_meet(layercert::cones_of_ball(static_cast<int>(symmetries_.kind.size()), t));
}

std::vector<ShiftCone> ShiftSector::halves(const ShiftCone &cone, std::size_t direction) const {
  auto [first, second] = layercert::halves(cone, direction);
  return that_meet({std::move(first), std::move(second)});
}

std::vector<ShiftCone> ShiftSector::that_meet(std::vector<ShiftCone> cones) const {
  std::erase_if(cones, [&](const ShiftCone &cone) { return !meets(cone); });
  return cones;
}

// Up to the sign of h, which a piece gives by h_axis > 0. Where h_axis may change its sign alone, another is
// free to choose.
bool ShiftSector::signs_meet(const ShiftCone &cone) const {
  bool choice = !directions_ && symmetries_.mirrored[cone.axis];
  for (std::size_t j = 0; j < cone.lower.size(); ++j) {
    if (j == cone.axis) {
      continue;
    }
    if (directions_ && sign_of(cone, j) != (*directions_)[j] * (*directions_)[cone.axis]) {
      return false;
    }
    const bool wanted = !directions_ && (symmetries_.mirrored[j] || choice);
    if (wanted && sign_of(cone, j) < 0) {
      return false;
    }
    choice = choice && symmetries_.mirrored[j];
  }
  return true;
}

} // namespace layercert
