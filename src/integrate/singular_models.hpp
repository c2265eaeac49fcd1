// The modellers of models.hpp with a bound of the integral on boxes where f is unbounded or has no value,
// from its majorant there.
#pragma once

#include "models.hpp"

#include "box_bounds.hpp"
#include "function/majorant.hpp"

namespace layercert {

// As function_modeller; || f - c ||_p on the box is at most || |f| + |c| ||_p. The exponent must outlive the
// modellers.
ModellerFactory singular_function_modeller(const Exponent &p, const Expression &f, std::size_t dimension,
                                           std::function<Interval(const Box &)> constant);

// As difference_modeller; || f(. + h) - f ||_p on the box is at most the sum of || f ||_p over the box and
// over the moved one.
ModellerFactory singular_difference_modeller(const Exponent &p, const Expression &f, std::vector<double> h);

// A box of the list on which the integral of |f|^p, or that over its part on the side, is proven infinite, or
// nothing. Requires: an open UpwardScope.
std::optional<Box> box_without_integral(const Exponent &p, const Expression &f, std::size_t dimension,
                                        const BoxList &boxes, std::span<const IntegralBounds> bounds,
                                        const MajorantEvaluator::Side *side = nullptr);

} // namespace layercert
