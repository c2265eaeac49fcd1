// Samples at the nodes of the cube, of coordinates i / (sides[j] - 1), multilinear between them.
#pragma once

#include "numbers.hpp"

#include "layercert/function/sample_table.hpp"

#include <vector>

namespace checker {

class Multilinear {
public:
  // The table must outlive this, and have 2 samples or more an axis.
  explicit Multilinear(const layercert::SampleTable &table);

  // Over the part of a box within the cube: bounds of the derivative along every axis of the set `axes` (no
  // axis: of the value) on each of the patches between nodes. `one_patch` says whether there is only one.
  Interval derivative(const std::vector<Interval> &box, ulong axes, bool &one_patch) const;

private:
  struct Patch;
  Interval on_patch(const Patch &patch, ulong axes) const;
  const layercert::SampleTable *table_;
  std::size_t d_;
};

} // namespace checker
