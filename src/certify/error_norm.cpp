#include "error_norm.hpp"

#include "cells.hpp"
#include "models.hpp"
#include "table_integrals.hpp"

#include "layercert/certify/smooth_integral.hpp"
#include "layercert/numeric/elementary.hpp"

#include <cmath>

namespace layercert {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Below this gap mean value forms need so many boxes that Taylor forms are faster (bench/integrators_bench.cpp).
constexpr double kSmallGap = 1e-3;
// And they have a try where mean value forms run out of boxes so many times above the wanted gap.
constexpr double kFarFromGap = 2;

} // namespace

ErrorBounds error_of_level(const Setting &setting, int level, const Refinement &refinement) {
  const int d = setting.instance.dimension;
  const std::vector<Interval> &values = setting.values.values[static_cast<std::size_t>(level)];
  ErrorBounds result;
  result.share_upper.assign(values.size(), 0.0);
  double lower = 0;
  double upper = 0;
  double overlap = 0; // measure by which the outward boxes exceed the cube
  if (setting.target.is_table()) {
    const std::vector<IntegralBounds> bounds =
        table_integrals(setting.target.table(), setting.p, setting.instance.N, level, values);
    for (std::size_t k = 0; k < bounds.size(); ++k) {
      lower = add_down(lower, bounds[k].lower);
      upper = add_up(upper, bounds[k].upper);
      result.share_upper[k] = bounds[k].upper;
    }
    result.boxes = bounds.size();
  } else {
    std::vector<Box> cells = cells_of_level(d, setting.instance.N, level);
    double covered = 0;
    for (const Box &cell : cells) {
      covered = add_up(covered, volume(d, cell).upper());
    }
    overlap = std::max(0.0, sub_up(covered, 1.0));
    const auto value_of = [&](const Box &box) { return values[box.cell]; };
    const auto take = [&](const IntegralResult &integral) {
      lower = integral.lower;
      upper = integral.upper;
      result.boxes = integral.boxes.size();
      result.share_upper.assign(values.size(), 0.0);
      for (std::size_t i = 0; i < integral.boxes.size(); ++i) {
        double &share = result.share_upper[integral.boxes[i].cell];
        share = add_up(share, integral.bounds[i].upper);
      }
    };
    bool settled = false;
    if (refinement.relative_gap > kSmallGap) {
      const IntegralResult integral = integrate(
          setting.p, d, cells, function_modeller(setting.target.expression(), d, value_of), refinement);
      take(integral);
      settled = upper - lower <= kFarFromGap * refinement.relative_gap * upper;
    }
    if (!settled) {
      const double coarse_lower = lower;
      const double coarse_upper = refinement.relative_gap > kSmallGap ? upper : kInfinity;
      const IntegralResult integral =
          integrate_smooth(setting.p, setting.target.expression(), d, value_of, std::move(cells), refinement);
      if (!(integral.upper > coarse_upper)) { // or the worst cells would be those of another bound
        take(integral);
      }
      lower = std::max(lower, coarse_lower);
      upper = std::min(upper, coarse_upper);
    }
  }
  // The bad set of levels 1..l has measure at most d l delta (1 - 1/N) < d l delta; everywhere |f - Phi_l| is at most
  // sup |f - Phi_0| + sum A_m.
  double reach = setting.sup_upper;
  for (int m = 1; m <= level; ++m) {
    reach = add_up(reach, setting.parameters.A[static_cast<std::size_t>(m) - 1].abs().to_double_upper());
  }
  double bad = mul_up(static_cast<double>(d * level),
                      Dyadic::power_of_two(-setting.parameters.ramp_exponent).to_double_upper());
  const double peak = reach == 0          ? 0
                      : std::isinf(reach) ? kInfinity
                                          : setting.p.power(Interval(reach)).upper();
  upper = add_up(upper, mul_up(peak, bad));
  bad = add_up(bad, overlap);
  lower = std::max(0.0, sub_down(lower, mul_up(peak, bad)));
  if (!(upper < kInfinity)) {
    upper = kInfinity;
  }
  result.upper = std::isinf(upper) ? kInfinity : setting.p.root(Interval(upper)).upper();
  result.lower = std::isfinite(lower) ? setting.p.root(Interval(lower)).lower() : 0;
  return result;
}

} // namespace layercert
