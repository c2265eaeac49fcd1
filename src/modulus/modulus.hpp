// Lower and upper bounds of the modulus of continuity omega_p(f, N^-l).
#pragma once

#include "integrate/integral.hpp"
#include "integrate/square_norms.hpp"
#include "layercert/function/expression.hpp"
#include "layercert/instance/instance.hpp"

namespace layercert {

// Shifts h with |h| <= t = N^-l in the instance's norm, in doubles: each axis at full length, and the full
// diagonals.
std::vector<std::vector<double>> candidate_shifts(const Instance &instance, int level);

// The largest double that is not above t = N^-l.
double scale_lower(const Instance &instance, int level);

// The domain Omega_h = {x : x and x + h in [0,1]^d}, cut into about `wanted` boxes; rounded inward, which
// only lowers an integral. Exact where every 1 - |h_j| is a double.
std::vector<Box> domain_of_shift(const std::vector<double> &h, double wanted);

struct ModulusLower {
  double value = 0;
  std::vector<double> shift;
};
// The best || f(. + h) - f || over the candidates; any single one is a lower bound of omega_p.
ModulusLower modulus_lower(const Instance &instance, const Expression &f, const Exponent &p, int level,
                           const Refinement &refinement);

// The same from an expansion of f, for p = 2.
ModulusLower modulus_lower(const Instance &instance, const SquareNorms &expansion, int level);

// An upper bound of || |grad f|_* ||_p over the cube (the dual norm of the shift's), so that omega_p(f, t) <=
// t times it; infinite where f may jump.
double gradient_norm_upper(const Instance &instance, const Expression &f, const Exponent &p);

} // namespace layercert
