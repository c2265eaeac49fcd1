// Adaptive two-sided integration of |g|^p over a list of boxes, with the same result for any number of threads.
#pragma once

#include "layercert/certify/box_bounds.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace layercert {

// What is known of g on many boxes at once: writes models[i] for boxes[i]. Called with an open UpwardScope and at most kModelBatch
// boxes; holds its own scratch memory, so each thread makes one of its own.
using Modeller = std::function<void(std::span<const Box> boxes, std::span<LocalModel> models)>;
using ModellerFactory = std::function<Modeller()>;
inline constexpr std::size_t kModelBatch = 128;
// The modeller that asks `model` for one box after the other.
Modeller one_by_one(std::function<LocalModel(const Box &)> model);

struct Refinement {
  double relative_gap;    // stop where upper - lower is at most this part of upper
  std::size_t most_boxes; // or where so many boxes are in use
};

// Box number `box` was halved along x_direction: it became its lower half, and the upper half the next new box.
struct Halving {
  std::size_t box;
  std::uint8_t direction;
};

struct IntegralResult {
  double lower = 0;
  double upper = 0;
  std::vector<Box> boxes;
  std::vector<IntegralBounds> bounds; // of each box
  std::vector<Halving> halvings;      // in their order: how the boxes came of those that were given
};

// Requires: an open UpwardScope.
IntegralResult integrate(const Exponent &p, int dimension, std::vector<Box> boxes,
                         const ModellerFactory &factory, const Refinement &refinement);

} // namespace layercert
