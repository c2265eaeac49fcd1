// Two-sided bounds of || f - Phi ||_p for a readout Phi of a network of any layers: the adaptive integrator
// over boxes (integrate/integral.hpp), with f - Phi on a box as a polynomial and a remainder.
//
//   f      its Taylor expansion with Lagrange's remainder where f is smooth on the box; else its mean value form, or its range
//   Phi    its form (layer_forms.hpp)
//
// Let g = P + e, |e| <= R, on a box, with means over the box and norms of means:
//   every p            | || g || - || P_1 || | <= R + sum of the magnitudes of P's terms of degree 2 and more, P_1 its affine part
//   p even             | || g || - || P || | <= R, and the mean of P^p is exact
//   p odd, g of a sign the same, with mean P^p <= mean |P|^p <= mean P^p + 2 R^p; for p = 1, mean P - R <= mean |g| <= mean P + R
#pragma once

#include "layered_network.hpp"

#include "integrate/integral.hpp"
#include "layercert/function/target.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace layercert {

// A part of the cube, lower + [0, side]^d, and at least the integral of |f - Phi|^p over it as a part of the
// whole one's upper bound.
struct PlaceShare {
  std::vector<double> lower;
  double side = 0;
  double share = 0;
};

struct LayerError {
  double lower = 0;
  double upper = 0; // infinite where nothing is known
  std::uint64_t boxes = 0;
  std::vector<PlaceShare> places; // with the largest shares
  std::vector<Halving> halvings;  // of the cube, into the boxes
  bool is_last = false;           // more boxes than these are not tried, whatever is asked for
};

// What is found out once of f and a readout.
class LayerErrors {
public:
  // Requires: the target is an expression; network.dimension is its dimension; an open UpwardScope. Both must
  // outlive it. Throws InputError(name, ...) where the network cannot be evaluated well enough.
  LayerErrors(const Target &target, const mpq_class &p, const LayeredNetwork &network, std::size_t readout,
              const std::string &name);
  ~LayerErrors();

  // Whether weights need more than doubles: then a box takes thousands of times as long.
  bool is_precise() const;
  long bits() const; // that they need; 0: doubles do
  // The most boxes that are tried, whatever is asked for: so many that one bound takes well below a minute.
  std::size_t affordable_boxes() const;

  // || g - Phi ||_p, widened by the target's remainder. Requires: an open UpwardScope.
  LayerError bounds(const Refinement &refinement) const;
  // The essential supremum of |g - Phi| likewise: `relative_gap` is that of its bounds. Without places and
  // halvings.
  LayerError supremum(const Refinement &refinement) const;

private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

} // namespace layercert
