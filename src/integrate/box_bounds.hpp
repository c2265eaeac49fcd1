// Two-sided bounds of the integral of |g|^p over one box, from a mean value form of g.
#pragma once

#include "exponent.hpp"

#include "layercert/numeric/interval.hpp"

#include <array>
#include <limits>
#include <optional>
#include <span>

namespace layercert {

inline constexpr int kMaxDimension = 10;

// A box with double ends. `cell` names the cell of the grid that it is a part of.
struct Box {
  std::array<double, kMaxDimension> lower{};
  std::array<double, kMaxDimension> upper{};
  std::uint64_t cell = 0;
};

// What is known of g on a box. Without `differentiable`, the gradient only says along which coordinates g may
// jump: where it is unbounded.
struct LocalModel {
  Interval range;       // of g over the box
  Interval at_midpoint; // g at the exact midpoint
  std::array<Interval, kMaxDimension> gradient;
  bool differentiable = false;
  // At least the integral of |g|^p over the box, known some other way where g has no bound.
  double integral_upper = std::numeric_limits<double>::infinity();
};

// Bounds of an integral over one box.
struct IntegralBounds {
  double lower = 0; // at most the integral
  double upper = 0; // at least the integral; infinite where nothing is known
};

// The same with a weight between these, which is at least 0; a weight of 0 leaves nothing of what has no bound.
// Requires: an open UpwardScope.
inline IntegralBounds weighted(const IntegralBounds &bounds, const Interval &weight) {
  return {weight.lower() == 0 ? 0 : mul_down(bounds.lower, weight.lower()),
          weight.upper() == 0 ? 0 : mul_up(bounds.upper, weight.upper())};
}

// Requires: an open UpwardScope; box.lower < box.upper in every coordinate.
IntegralBounds integral_of_power(const Exponent &p, std::size_t dimension, const Box &box,
                                 const LocalModel &model);

// The volume of the box.
Interval volume(std::size_t dimension, const Box &box);

} // namespace layercert
