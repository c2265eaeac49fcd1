// Directional derivatives as expressions, so that they can be evaluated, and differentiated once more, like
// any other.
#pragma once

#include "layercert/function/expression.hpp"

#include <optional>
#include <span>

namespace layercert {

// D_h f = sum_j h_j df/dx_j. It is the derivative of f at almost every point of any box on which f is
// Lipschitz (range_and_gradient gives bounded gradients there): kinks of abs, min and max leave the
// derivative of either side, jumps leave none. So on such a box
//
//     f(x + h) - f(x) = the integral of D_h f(x + s h), s from 0 to 1,
//
// where the way from x to x + h lies in the box and D_h f has a value at almost every s: Lemma 23 of
// proofs/lemmas.md, which also says why ties of min and max on sets of positive measure do not matter. Where
// f is not Lipschitz, D_h f says nothing about f. None for an expression with a function that has no
// derivative of this kind. Requires: finite h_j, one for each coordinate of f.
std::optional<Expression> directional_derivative(const Expression &f, std::span<const double> h);

} // namespace layercert
