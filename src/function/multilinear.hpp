// A table of samples as a continuous function: the sample of index (c0, .., c(d-1)) is the value at the node
// (.., c_j / (sides[j] - 1), ..), and on every patch between 2^d neighbouring nodes f is the multilinear
// interpolation of their values.
//
// On a box inside one patch the extremes of f, and of each of its derivatives, are those at the corners of
// the box.
#pragma once

#include "layercert/function/sample_table.hpp"
#include "layercert/numeric/interval.hpp"
#include "layercert/numeric/mpfr_interval.hpp"

#include <span>

namespace layercert {

// An enclosure of f over the box, cut to [0,1]^d. Where the box meets few patches, the hull of the exact
// extremes on its part of each; where it meets many, the hull of the values at all nodes of these, at the
// cost of one look at each.
// Requires: table.sides[j] >= 2; an open UpwardScope for doubles; box.size() == table.dimension, no NaN.
Interval multilinear_range(const SampleTable &table, std::span<const Interval> box);
MpfrInterval multilinear_range(const SampleTable &table, std::span<const MpfrInterval> box,
                               mpfr_prec_t precision);

// The same, and enclosures of the derivatives on all patches that the box meets: f is Lipschitz with them.
// Requires: as above.
Interval multilinear_range_and_gradient(const SampleTable &table, std::span<const Interval> box,
                                        std::span<Interval> gradient);

// f at a point of [0,1]^d, in plain doubles: not a bound.
double multilinear_sample(const SampleTable &table, std::span<const double> point);

} // namespace layercert
