// The slow path: a network's value and slopes over one box in MPFR intervals, by mean value forms at every
// unit. It serves networks whose weights need more bits than a double has, such as the construction's own,
// and it is what the fast path (layer_forms.hpp) is tested against.
#pragma once

#include "layered_network.hpp"

#include "integrate/box_bounds.hpp"
#include "layercert/numeric/mpfr_interval.hpp"

#include <span>
#include <vector>

namespace layercert {

// Holds enclosures of all weights: one object per task. The network must outlive it.
class PreciseLayers {
public:
  // What `slot` depends on. Requires: precision >= 2.
  PreciseLayers(const LayeredNetwork &network, Slot slot, mpfr_prec_t precision);

  // Range, value at the midpoint, and slopes of the slot over the box. Requires: an open UpwardScope.
  LocalModel model(const Box &box) const;
  // An enclosure of the value at a point of doubles.
  MpfrInterval value(std::span<const double> point) const;

private:
  struct Step {
    std::size_t unit;
    std::size_t at;
    MpfrInterval bias;
    std::vector<MpfrInterval> weights;
    std::vector<std::size_t> sources;
    std::size_t factor = 0;
  };

  const LayeredNetwork &network_;
  mpfr_prec_t precision_;
  std::vector<Step> steps_;
  std::size_t places_ = 0;
  std::size_t result_ = 0;
};

// The least precision of 64, 128, 256, ... at which the value at some points of the cube is known to 2^-40 of
// its size (or of 2^-24); 0 if 2^20 bits do not suffice. Requires: an open UpwardScope.
mpfr_prec_t sufficient_precision(const LayeredNetwork &network, Slot slot);

} // namespace layercert
