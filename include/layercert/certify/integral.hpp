// Adaptive two-sided integration of |g|^p over a list of boxes, with the same result for any number of threads.
#pragma once

#include "layercert/certify/box_bounds.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace layercert {

// Makes, for one task, a function from a box to what is known of g there. Called with an open UpwardScope.
using Modeller = std::function<LocalModel(const Box &)>;
using ModellerFactory = std::function<Modeller()>;

struct Refinement {
  double relative_gap;    // stop where upper - lower is at most this part of upper
  std::size_t most_boxes; // or where so many boxes are in use
};

struct IntegralResult {
  double lower = 0;
  double upper = 0;
  std::vector<Box> boxes;
  std::vector<IntegralBounds> bounds; // of each box
};

// Requires: an open UpwardScope.
IntegralResult integrate(const Exponent &p, int dimension, std::vector<Box> boxes,
                         const ModellerFactory &factory, const Refinement &refinement);

} // namespace layercert
