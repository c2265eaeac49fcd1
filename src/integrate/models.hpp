// What is known on boxes of the functions whose p-th powers are integrated: f - c, f(. + h) - f and |grad f|,
// for an expression f.
#pragma once

#include "integral.hpp"
#include "layercert/function/expression.hpp"
#include "layercert/instance/instance.hpp"

#include <functional>

namespace layercert {

// f minus a constant for each box. The expression must outlive the modellers.
ModellerFactory function_modeller(const Expression &f, std::size_t dimension,
                                  std::function<Interval(const Box &)> constant);

// f(x + h) - f(x); boxes lie in the domain of the shift, { x : x and x + h in [0,1]^d }.
ModellerFactory difference_modeller(const Expression &f, std::vector<double> h);

// |grad f|_*, the dual norm of the shift's: |f(x + h) - f(x)| <= |h| times its supremum on the way. Infinite
// where f may jump.
ModellerFactory gradient_norm_modeller(const Expression &f, std::size_t dimension, ShiftNorm norm);

} // namespace layercert
