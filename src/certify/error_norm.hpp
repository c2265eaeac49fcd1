// || f - Phi_l ||_p: the cells' integrals, and the ramps, by Lemma 4 and Theorem 17 of proofs/theorem.md.
#pragma once

#include "integrate/cell_integrals.hpp"
#include "integrate/cells.hpp"
#include "integrate/ramps.hpp"

#include "layercert/instance/instance.hpp"
#include "layercert/network/construction.hpp"
#include "layercert/network/level_values.hpp"
#include "layercert/result/certificate.hpp"

#include <cstdint>
#include <limits>
#include <vector>

namespace layercert {

// What all levels share.
struct Setting {
  const Instance &instance;
  const NetworkParameters &parameters;
  const LevelValues &values; // enclosures of the readouts on the cells
  Exponent p;                // its unit is 1

  std::uint64_t cells(int level) const { return cells_in_cube(instance.dimension, instance.N, level); }
};

// How far f may lie from Phi_0.
struct Height {
  double sup_upper = std::numeric_limits<double>::infinity(); // of |f - Phi_0| over the cube
  TailNorm tail = {};                                         // where that is infinite
};

struct ErrorBounds {
  double lower = 0;
  double upper = std::numeric_limits<double>::infinity();
  std::uint64_t boxes = 0;
  std::vector<CellShare> worst_cells; // with the largest shares; empty where the level needs none
};

// At least sum of A_m, m <= level, which bounds |Phi_l - Phi_0|. Requires: an open UpwardScope.
double amplitudes_upper(const NetworkParameters &parameters, int level);

// The norm from the integrals over the good parts of the cells, in the unit of p, with what the ramps may
// add. Requires: an open UpwardScope.
ErrorBounds error_with_ramps(const Setting &setting, const Exponent &p, const Height &height, int level,
                             CellIntegrals cells);

} // namespace layercert
