// An upper bound of omega_p(f, t) from covers (shift_cover.hpp): for functions on which the search over
// shifts by values at corners stays wide.
//
// Pieces of cones of shifts are bounded each by its cover, and the worst are cut, until all are below the
// goal or the effort is spent.
#pragma once

#include "modulus_problem.hpp"

namespace layercert {

// At least omega_p(f, t), at most known.upper; `boxes` is what it took. The same result for any number of
// threads. Requires: as search_modulus().
ModulusBounds search_by_covers(const ModulusProblem &problem, const ModulusBounds &known,
                               const SearchLimits &limits);

} // namespace layercert
