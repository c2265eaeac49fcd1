// Bounds of int_X |g|^p over a box X on which f has a single undecided jump, for g = f - c and g = f(. + h) -
// f.
//
// With c the argument of the jump, let g be g_0 where c < 0 and g_1 where c > 0, and { c = 0 } a null set.
// Let the part of X on which c < 0 lie in M (half_space.hpp), and |g_i| in R_i on X. Then the mean of |g|^p
// over X lies between the least, over mu in M, of mu (inf R_0)^p + (1 - mu) (inf R_1)^p and the greatest of
// mu (sup R_0)^p + (1 - mu) (sup R_1)^p, both at an end of M. The width of M is of first order in the size of
// X where the hypersurface { c = 0 } is curved, that of R_i where the branches are not constant; plain ranges
// leave the whole jump.
#pragma once

#include "jump_branches.hpp"

#include "integral.hpp"

#include <functional>

namespace layercert {

// As mean_value_bounder() with singular_function_modeller() and singular_difference_modeller()
// (singular_models.hpp), and sharper where f jumps. The expression and the exponent must outlive the
// bounders.
BounderFactory jump_function_bounder(const Exponent &p, const Expression &f, std::size_t dimension,
                                     std::function<Interval(const Box &)> constant);
BounderFactory jump_difference_bounder(const Exponent &p, const Expression &f, std::vector<double> h);

} // namespace layercert
