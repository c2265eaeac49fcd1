// Adaptive two-sided integration of |g|^p over a list of boxes, with the same result for any number of
// threads.
#pragma once

#include "box_bounds.hpp"
#include "box_list.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace layercert {

// What is known of g on many boxes at once: writes models[i] for boxes[i]. Called with an open UpwardScope
// and at most kModelBatch boxes; holds its own scratch memory, so each thread makes one of its own.
using Modeller = std::function<void(std::span<const Box> boxes, std::span<LocalModel> models)>;
using ModellerFactory = std::function<Modeller()>;
inline constexpr std::size_t kModelBatch = 128;
// The modeller that asks `model` for one box after the other.
Modeller one_by_one(std::function<LocalModel(const Box &)> model);

// When to stop.
struct Refinement {
  double relative_gap;    // stop where upper - lower is at most this part of upper
  std::size_t most_boxes; // or where so many boxes are in use
};

// Box number `box` was halved along x_direction: it became its lower half, and the upper half the next new
// box.
struct Halving {
  std::size_t box;
  std::uint8_t direction;
};

// Bounds of an integral, and the boxes that they come from.
struct IntegralResult {
  double lower = 0;
  double upper = 0;
  BoxList boxes;
  std::vector<IntegralBounds> bounds; // of each box
  std::vector<Halving> halvings;      // in their order: how the boxes came of those that were given
};

// Bounds of the integrals over many boxes at once, and for each box the coordinate along which halving it
// would help most. Called as a Modeller is, with at most as many boxes as integrate_by() is told.
using Bounder = std::function<void(std::span<const Box> boxes, std::span<IntegralBounds> bounds,
                                   std::span<std::uint8_t> directions)>;
using BounderFactory = std::function<Bounder()>;

// Requires: an open UpwardScope; batch >= 1.
IntegralResult integrate_by(BoxList boxes, const BounderFactory &factory, std::size_t batch,
                            const Refinement &refinement);

// The bounds from mean value forms (box_bounds.hpp).
BounderFactory mean_value_bounder(const Exponent &p, std::size_t dimension, const ModellerFactory &factory);

// integrate_by() with these. Requires: an open UpwardScope.
IntegralResult integrate(const Exponent &p, std::size_t dimension, BoxList boxes,
                         const ModellerFactory &factory, const Refinement &refinement);
IntegralResult integrate(const Exponent &p, std::size_t dimension, const std::vector<Box> &boxes,
                         const ModellerFactory &factory, const Refinement &refinement);

} // namespace layercert
