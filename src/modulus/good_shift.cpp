#include "good_shift.hpp"

#include "integrate/in_parallel.hpp"
#include "integrate/singular_models.hpp"
#include "shift_cones.hpp"

#include <algorithm>
#include <cmath>

namespace layercert {

namespace {

constexpr double kFirstStep = 0.5; // of t
constexpr double kLastStep = 0.1;  // the norm is flat about a maximum
constexpr int kRounds = 2;         // with one step
constexpr double kPieces = 256;    // of a domain, to begin with
constexpr double kGap = 2e-3;      // of an integral

} // namespace

void climb(const ModulusProblem &problem, std::size_t boxes, ModulusBounds &best) {
  assert_upward();
  const auto d = problem.dimension;
  if (best.lower.shift.size() != d) {
    return;
  }
  const auto value_of = [&](const Shift &h) {
    if (std::all_of(h.begin(), h.end(), [](double x) { return x == 0; }) ||
        std::any_of(h.begin(), h.end(), [](double x) { return std::fabs(x) >= 1; })) {
      return 0.0;
    }
    const IntegralResult result =
        integrate(problem.p, problem.dimension, domain_of_shift(h, kPieces),
                  singular_difference_modeller(problem.p, problem.f, h), {kGap, boxes});
    return problem.p.root(Interval(result.lower)).lower();
  };
  for (double step = kFirstStep; step >= kLastStep; step /= 2) {
    for (int round = 0; round < kRounds; ++round) {
      std::vector<Shift> others;
      for (std::size_t j = 0; j < d; ++j) {
        for (const double sign : {1.0, -1.0}) {
          Shift moved = best.lower.shift;
          moved[j] += sign * step * problem.t_lower;
          others.push_back(shortened(std::move(moved), problem.norm, problem.t_lower));
        }
      }
      std::vector<double> values(others.size());
      in_parallel(others.size(), [&](std::size_t i) { values[i] = value_of(others[i]); });
      best.boxes += others.size() * boxes;
      const auto most =
          static_cast<std::size_t>(std::max_element(values.begin(), values.end()) - values.begin());
      if (!(values[most] > best.lower.value)) {
        break;
      }
      best.lower = {values[most], others[most]};
    }
  }
}

} // namespace layercert
