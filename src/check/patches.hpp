// Integrals of squares of samples with multilinear interpolation, exact up to rounding: nothing has to be
// listed for p = 2.
#pragma once

#include "network.hpp"

#include "layercert/function/sample_table.hpp"

#include <vector>

namespace checker {

class Patches {
public:
  // Requires: 2 samples or more an axis.
  explicit Patches(const layercert::SampleTable &table);

  // Of (f - c)^2 over the cell at `place` of the grid with `side` cells along each axis; raises `sup` to a
  // bound of |f - Phi_0| there.
  Interval error(const std::vector<ulong> &place, ulong side, const Interval &c, const Arf &Phi_0,
                 Arf &sup) const;
  // Of (f(x + h) - f(x))^2 over all x for which both points lie in the cube; in parallel over the last axis.
  Interval difference(const std::vector<Arf> &h, const ParallelFor &parallel) const;

private:
  // A part of a patch along one axis: the patch, and the middle and half of the length of the part, in
  // patches.
  struct Part {
    slong patch = 0;
    Interval middle, half;
  };
  std::vector<Interval> coefficients(const std::vector<const Part *> &box) const;
  Interval mean_square(const std::vector<Interval> &coefficients) const;

  std::size_t d_;
  std::vector<slong> sides_;
  std::vector<Interval> samples_;
};

} // namespace checker
