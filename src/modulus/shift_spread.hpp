// How far || kappa(., h) ||_p may be, for all shifts h of a cone, from its values at the cone's corners: the
// integrands e and R of modulus_search.hpp, box by box.
#pragma once

#include "shift_cones.hpp"

#include "integrate/box_bounds.hpp"
#include "layercert/function/expression.hpp"

#include <array>
#include <limits>
#include <memory>
#include <span>
#include <vector>

namespace layercert {

// What is known of kappa on a box Y of y, for all shifts of a cone.
struct Spread {
  double bend = std::numeric_limits<double>::infinity();  // e, at least
  double reach = std::numeric_limits<double>::infinity(); // R, at least
  // Where R is infinite: an upper bound of the integral of |kappa(., h)|^p over Y, for every h; by the p-th
  // powers of f itself.
  double integral = std::numeric_limits<double>::infinity();
  // How much of it is due to each h_j, and to the width of Y along y_j, about; infinite where the slope is.
  std::array<double, kMaxDimension> share{};
  // How far x or x + h moves along coordinate j while y stands still, whichever lies where f has no slope;
  // else the width of the hull. Boxes that are much narrower gain nothing. Near a pole at the border of the
  // cube, x moves little: y (1 - a) = 0 for y = 0.
  std::array<double, kMaxDimension> moves{};
};

// The hull of the cone's corners, by coordinates.
struct Hull {
  std::vector<double> lower;
  std::vector<double> upper;
};

Hull hull_of(const std::vector<Shift> &corners);

// Holds scratch memory: one per task. f and p must outlive it. Requires: an open UpwardScope, for
// construction and use.
class SpreadEvaluator {
public:
  SpreadEvaluator(const Expression &f, std::size_t dimension, const Exponent &p);
  SpreadEvaluator(SpreadEvaluator &&) noexcept;
  ~SpreadEvaluator();

  // For boxes of y. Requires: every h_j keeps its sign on the hull, and |h_j| < 1; at most kModelBatch boxes.
  void run(const Hull &hull, std::span<const Box> boxes, std::span<Spread> spreads);

private:
  class Parts;
  std::unique_ptr<Parts> parts_;
};

} // namespace layercert
