// The searches over shifts, one after the other, each where it applies.
#pragma once

#include "integrate/ridge.hpp"
#include "integrate/square_norms.hpp"
#include "multilinear_modulus.hpp"
#include "polynomial_modulus.hpp"
#include "trigonometric_modulus.hpp"

#include <memory>
#include <optional>

namespace layercert {

// Forms of f that some strategies need, found once for all levels.
struct ModulusForms {
  bool bounded = false;                                   // f has a bound on the cube
  std::optional<DifferencePower> difference_power = {};   // of a polynomial, for even p
  std::optional<TrigonometricDifference> difference = {}; // of a sum of sines, for d = 1 and p = 2
  std::optional<MultilinearDifference> samples = {};      // with multilinear interpolation, for p = 2
  std::optional<Ridge> ridge = {};                        // f as one, where no smooth expansion says more
  std::unique_ptr<const SquareNorms> expansion = {};      // of a smooth or separable f, for p = 2
};

// Makes `modulus` sharper until it is within limits.relative_gap or the searches have taken their boxes.
// Requires: an open UpwardScope.
void sharpen_modulus(const ModulusProblem &problem, const ModulusForms &forms, const SearchLimits &limits,
                     ModulusBounds &modulus);

} // namespace layercert
