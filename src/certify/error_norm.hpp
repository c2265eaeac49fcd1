// || f - Phi_l ||_p: the cells' integrals, and the ramps, by Lemma 4 and Theorem 17 of proofs/theorem.md.
#pragma once

#include "integrate/ramps.hpp"
#include "modulus/polynomial_modulus.hpp"
#include "modulus/shift_sector.hpp"
#include "modulus/table_modulus.hpp"
#include "modulus/trigonometric_modulus.hpp"

#include "integrate/integral.hpp"
#include "layercert/function/target.hpp"
#include "layercert/instance/instance.hpp"
#include "layercert/network/construction.hpp"
#include "layercert/network/level_values.hpp"

#include <limits>
#include <memory>

namespace layercert {

// What all levels share.
struct Setting {
  const Instance &instance;
  const Target &target;
  const NetworkParameters &parameters;
  const LevelValues &values;
  Exponent p;
  double sup_upper = std::numeric_limits<double>::infinity(); // sup |f - Phi_0|
  double unbounded_part = 0; // of the boxes of the cube, those on which f has no bound
  TailNorm tail = {};        // where that is infinite
  double gradient_upper = std::numeric_limits<double>::infinity(); // || |grad f|_* ||_p
  double norm_upper = std::numeric_limits<double>::infinity();     // || f - c ||_p for a constant c
  std::unique_ptr<TableModulus> table_modulus = nullptr;           // of a table
  std::unique_ptr<ShiftSector> sector = nullptr;                   // of an expression: shifts that are enough
  std::optional<DifferencePower> difference_power = {};            // of a polynomial, for even p
  std::optional<TrigonometricDifference> difference = {};          // of a sum of sines, for d = 1 and p = 2
  const Expression *as_written = nullptr; // the target's expression as a checker has it; of an expression
  bool target_is_phi_0 = false; // the target is a constant, Phi_0 is that constant, and no level adds to it
  std::string not_in_lp = {};   // why f - Phi_0 has no norm, where that is proven
};

struct ErrorBounds {
  double lower = 0;
  double upper = std::numeric_limits<double>::infinity();
  std::uint64_t boxes = 0;
  std::vector<double> share_upper; // of each cell
};

// At least sum of A_m, m <= level, which bounds |Phi_l - Phi_0|. Requires: an open UpwardScope.
double amplitudes_upper(const Setting &setting, int level);

// Requires: an open UpwardScope.
ErrorBounds error_of_level(const Setting &setting, int level, const Refinement &refinement);

} // namespace layercert
