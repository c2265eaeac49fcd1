// The modulus of f(x) = g(a.x), where all a_j that are not 0 have one size, for any p: a search over lengths
// alone. Among the shifts with one a.h the norm is largest where every a_j h_j is the same (Lemma 51 of
// proofs/theorem.md), so that with t from 0 to 1 along a.x, |h_j| = c and w_c the density of t on Omega_h,
//
//     omega_p(f, r)^p = sup over c of the integral of |g(t + c) - g(t)|^p w_c(t) dt,    |(c, .., c)| <= r.
//
// If g is monotone, f depends on one coordinate, and c is at most 1/2, the largest c is the best one (Lemma 52).
#pragma once

#include "modulus_problem.hpp"

#include "integrate/ridge.hpp"

namespace layercert {

// Whether the search applies to the ridge.
bool is_diagonal(const Ridge &ridge);

// The best of a few shifts of these. Requires, as what follows: f is this ridge, which is diagonal; an open
// UpwardScope.
ModulusLower diagonal_lower(const Ridge &ridge, const ModulusProblem &problem, const Refinement &refinement);

ModulusBounds search_diagonal(const Ridge &ridge, const ModulusProblem &problem, const ModulusBounds &known,
                              const SearchLimits &limits);

} // namespace layercert
