// About how large the functions are whose p-th powers are integrated, so that powers can be taken in a unit
// of that size (Exponent::for_size). Samples, not bounds: a bad guess makes bounds wide and never wrong.
#pragma once

#include "layercert/function/expression.hpp"
#include "layercert/numeric/interval.hpp"

#include <vector>

namespace layercert {

// The largest |f - values[k]| found at some points of the cells k; 0 where no point has a finite value.
double size_on_cells(const Expression &f, std::size_t dimension, int N, int level,
                     const std::vector<Interval> &values);

// The largest |f(x + h) - f(x)| found, likewise.
double size_of_difference(const Expression &f, const std::vector<double> &h);

} // namespace layercert
