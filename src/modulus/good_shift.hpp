// Better lower bounds of the modulus: the norms of single shifts, next to one that is known to be good.
#pragma once

#include "modulus_problem.hpp"

namespace layercert {

// Climbs from best.lower.shift, coordinate by coordinate with ever smaller steps, and raises best.lower.
// Every norm takes about `boxes` boxes; best.boxes counts them. The same result for any number of threads.
// Requires: an open UpwardScope.
void climb(const ModulusProblem &problem, std::size_t boxes, ModulusBounds &best);

} // namespace layercert
