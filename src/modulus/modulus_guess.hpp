// Where || f(. + h) - f ||_p is about how large: sampled in plain doubles, so no bound. It only says what is
// worth a rigorous look.
#pragma once

#include "shift_cones.hpp"

#include "function/batch_evaluator.hpp"
#include "integrate/box_bounds.hpp"

#include <vector>

namespace layercert {

// Holds scratch memory: one per task.
class ModulusGuess {
public:
  // p only as a double. About `points` points are looked at for each shift.
  ModulusGuess(const Expression &f, std::size_t dimension, double p, std::size_t points);

  // About || f(. + h) - f ||_p; NaN where f has no value at a point. Requires: |h_j| < 1.
  double norm(const Shift &h);

  // A shift with |h| <= t (to within rounding) where it is about largest: the best of a fan of directions and
  // lengths, improved by small steps.
  Shift best(ShiftNorm norm, double t);

private:
  std::size_t dimension_;
  double p_;
  BatchEvaluator evaluator_;
  std::size_t side_;         // points along an axis
  std::size_t count_ = 1;    // points
  std::vector<double> grid_; // coordinate j of point i at j * count_ + i
  std::vector<double> here_;
  std::vector<double> there_;
  std::vector<double> at_here_;
  std::vector<double> at_there_;
};

// |h|, about.
double length_about(const Shift &h, ShiftNorm norm);

} // namespace layercert
