#include "many_coordinates.hpp"

#include "shift_cones.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"
#include "numeric/stop_request.hpp"

#include <algorithm>
#include <cmath>

namespace layercert {

namespace {

constexpr double kFirstClimbStep = 0.5; // of t
constexpr double kLastClimbStep = 1.0 / 128;
constexpr int kClimbRounds = 8; // with one step

} // namespace

ModulusBounds search_many_coordinates(const ModulusProblem &problem, const ModulusBounds &known,
                                      const SquareNorms &expansion) {
  assert_upward();
  ModulusBounds best = known;
  best.boxes = 0;
  const auto d = problem.dimension;
  const auto consider = [&](Shift h) {
    if (std::all_of(h.begin(), h.end(), [](double x) { return x == 0; })) {
      return false;
    }
    h = shortened(std::move(h), problem.norm, problem.t_lower);
    if (std::any_of(h.begin(), h.end(), [](double x) { return std::fabs(x) >= 1; })) {
      return false;
    }
    best.boxes += expansion.cost();
    const double value = expansion.difference_norm(h).lower();
    if (!(value > best.lower.value)) {
      return false;
    }
    best.lower = {value, std::move(h)};
    return true;
  };
  if (best.lower.shift.size() != d) {
    best.lower = {0, Shift(d, 0.0)};
  }
  // Signs first: along the diagonal that rises most.
  Shift diagonal(d, problem.t_lower);
  for (std::size_t j = 0; j < d; ++j) {
    consider(diagonal);
    Shift other = diagonal;
    other[j] = -other[j];
    if (consider(other)) {
      diagonal = other;
    }
  }
  for (double step = kFirstClimbStep * problem.t_lower; step >= kLastClimbStep * problem.t_lower; step /= 2) {
    for (int round = 0; round < kClimbRounds; ++round) {
      throw_if_stopped();
      bool better = false;
      for (std::size_t j = 0; j < d; ++j) {
        for (const double sign : {1.0, -1.0}) {
          Shift moved = best.lower.shift;
          moved[j] += sign * step;
          better = consider(std::move(moved)) || better;
        }
      }
      if (!better) {
        break;
      }
    }
  }
  // Of the length of a shift in the Euclidean norm.
  const double longest = problem.norm == ShiftNorm::Max
                             ? mul_up(sqrt_up(static_cast<double>(problem.dimension)), problem.t_upper)
                             : problem.t_upper;
  const double upper =
      add_up(mul_up(longest, expansion.steepest_upper()), mul_up(2.0, expansion.distance_upper()));
  best.upper = least_upper(best.upper, upper);
  return best;
}

} // namespace layercert
