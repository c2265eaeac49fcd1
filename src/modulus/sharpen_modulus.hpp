// The searches over shifts, one after the other, each where it applies.
#pragma once

#include "polynomial_modulus.hpp"
#include "shift_sector.hpp"
#include "trigonometric_modulus.hpp"

#include <optional>

namespace layercert {

// What is known of f once for all levels.
struct ModulusForms {
  bool bounded = false;                                   // f has a bound on the cube
  ShiftSector sector;                                     // shifts that are enough
  std::optional<DifferencePower> difference_power = {};   // of a polynomial, for even p
  std::optional<TrigonometricDifference> difference = {}; // of a sum of sines, for d = 1 and p = 2
};

// Makes `modulus` sharper until it is within limits.relative_gap or the searches have taken their boxes. Requires: an open UpwardScope;
// t_lower <= t <= t_upper.
void sharpen_modulus(const Expression &f, int dimension, const Exponent &p, ShiftNorm norm,
                     const ModulusForms &forms, double t_lower, double t_upper, const SearchLimits &limits,
                     ModulusBounds &modulus);

} // namespace layercert
