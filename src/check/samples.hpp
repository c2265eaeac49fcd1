// A target that is constant on each sample of an image or a table.
#pragma once

#include "integral.hpp"

#include "layercert/function/sample_table.hpp"

namespace checker {

using layercert::SampleTable;

Interval sample(const SampleTable &table, std::size_t i);

// The integral of |f - c|^p over the cell of 1/side that has this place along each axis; raises `sup` to a
// bound of |f - Phi_0| there. The table may have any number of samples along each axis.
Interval error_of_samples(const SampleTable &table, const Exponent &p, const std::vector<ulong> &place,
                          ulong side, const Interval &c, const Arf &Phi_0, Arf &sup);
// The integral of |f(x + h) - f(x)|^p over all x for which both points lie in the cube.
Interval difference_of_samples(const SampleTable &table, const Exponent &p, const std::vector<Arf> &h);

} // namespace checker
