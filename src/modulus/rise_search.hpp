// The modulus for p = 2 of a target that rises, or falls, along every coordinate and is expanded: steps,
// poles and roots, alone or in sums of products.
//
// Only shifts in the direction in which f rises count (shift_sector.hpp, 3). For these, f(x + h) - f(x) grows
// with every |h_j|, and a piece's bound is one integral: that of (f(P(x + b)) - f(x))^2 over Omega_a, where a
// and b are the ends of its shifts and P(y) is the point of the cube next to y (Lemma 47 of
// proofs/theorem.md). It is off by the first order in b - a, whatever f is at a pole or a jump.
#pragma once

#include "modulus_problem.hpp"

#include "integrate/square_norms.hpp"

namespace layercert {

// Requires: p = 2; `expansion` is one of problem.f; an open UpwardScope.
ModulusBounds search_by_rise(const ModulusProblem &problem, const ModulusBounds &known,
                             const SearchLimits &limits, const SquareNorms &expansion);

} // namespace layercert
