// Adaptive two-sided integration of |f - c|^p for a small gap: Taylor forms where f is smooth, mean value
// forms elsewhere.
#pragma once

#include "integral.hpp"
#include "layercert/function/expression.hpp"

#include <functional>

namespace layercert {

// As integrate() of f minus a constant for each box; the bounds of each box are the better ones of both
// forms. A box that changes f's sign in two dimensions or more, or holds a kink, a jump or an end of f's
// domain, is halved towards it with mean value forms alone. `degree` of the expansions: 0 takes the one that
// suits dimension and gap; else at least 2.
// Requires: an open UpwardScope.
IntegralResult integrate_smooth(const Exponent &p, const Expression &f, std::size_t dimension,
                                const std::function<Interval(const Box &)> &constant, BoxList boxes,
                                const Refinement &refinement, int degree = 0);

} // namespace layercert
