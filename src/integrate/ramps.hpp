// What sets of small measure, such as the ramps (Lemma 4 of proofs/theorem.md), add to the error of a target
// without a bound.
#pragma once

#include "integral.hpp"
#include "layercert/function/expression.hpp"

#include <limits>

namespace layercert {

// || f - Phi_0 ||_(p s) for one s > 1.
struct TailNorm {
  mpq_class s = 2;
  double norm_upper = std::numeric_limits<double>::infinity();
};

// With the largest of a few s for which a finite bound is found. `size`: of f - Phi_0, about. Requires: an
// open UpwardScope.
TailNorm tail_norm(const mpq_class &p, const Expression &f, std::size_t dimension, const Interval &phi_0,
                   double size = 1);

// With the s of `like`, by the suprema on these boxes and, where there are none, by the singularities' own
// bounds: what a checker finds that knows no other boxes. Requires: an open UpwardScope.
TailNorm tail_norm_over(const BoxList &boxes, const TailNorm &like, const mpq_class &p, const Expression &f,
                        std::size_t dimension, const Interval &phi_0, double size = 1);

// At least the integral of |f - Phi_l|^p, in the unit of p, over any set B of measure up to count
// 2^-halvings, with |Phi_l - Phi_0| <= reach: by Minkowski and Hoelder (|| f - Phi_0 ||_(p s) |B|^((1 -
// 1/s)/p) + reach |B|^(1/p))^p. Requires: an open UpwardScope.
double small_set_upper(const Exponent &p, const TailNorm &tail, double reach, double count, int halvings);

} // namespace layercert
