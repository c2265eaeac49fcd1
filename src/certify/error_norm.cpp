#include "error_norm.hpp"

#include "cells.hpp"
#include "singular_models.hpp"
#include "table_integrals.hpp"

#include "layercert/certify/smooth_integral.hpp"
#include "layercert/numeric/elementary.hpp"

#include <cmath>

namespace layercert {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Below this gap mean value forms need so many boxes that Taylor forms are faster (bench/integrators_bench.cpp).
constexpr double kSmallGap = 1e-3;

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
    BoxList cells = cells_of_level(d, setting.instance.N, level);
    double covered = 0;
    for (std::size_t k = 0; k < cells.size(); ++k) {
      covered = add_up(covered, volume(d, cells[k]).upper());
    }
    overlap = std::max(0.0, sub_up(covered, 1.0));
    const auto value_of = [&](const Box &box) { return values[box.cell]; };
    // Taylor forms where much is asked of a bounded target.
    const bool smooth = refinement.relative_gap <= kSmallGap && std::isfinite(setting.sup_upper);
    const IntegralResult integral =
        smooth ? integrate_smooth(setting.p, setting.target.expression(), d, value_of, std::move(cells),
                                  refinement)
               : integrate(setting.p, d, std::move(cells),
                           singular_function_modeller(setting.p, setting.target.expression(), d, value_of),
                           refinement);
    lower = integral.lower;
    upper = integral.upper;
    result.boxes = integral.boxes.size();
    for (std::size_t i = 0; i < integral.boxes.size(); ++i) {
      double &share = result.share_upper[integral.boxes.cell(i)];
      share = add_up(share, integral.bounds[i].upper);
    }
  }
  // The bad set of levels 1..l has measure at most d l delta (1 - 1/N) < d l delta; everywhere |f - Phi_l| is at most
  // sup |f - Phi_0| + sum A_m.
  // Where there is no supremum, small_set_upper bounds the same integrals.
  double amplitudes = 0;
  for (int m = 1; m <= level; ++m) {
    amplitudes =
        add_up(amplitudes, setting.parameters.A[static_cast<std::size_t>(m) - 1].abs().to_double_upper());
  }
  const int q = setting.parameters.ramp_exponent;
  const double reach = add_up(setting.sup_upper, amplitudes);
  if (std::isinf(reach)) {
    const double ramps = small_set_upper(setting.p, setting.tail, amplitudes, d * level, q);
    // No point lies in more than 2^d boxes.
    const double overlaps =
        mul_up(static_cast<double>(1 << d), small_set_upper(setting.p, setting.tail, amplitudes, overlap, 0));
    upper = add_up(upper, ramps);
    lower = std::max(0.0, sub_down(lower, add_up(ramps, overlaps)));
  } else {
    double bad = mul_up(static_cast<double>(d * level), Dyadic::power_of_two(-q).to_double_upper());
    const double peak = reach == 0 ? 0 : setting.p.power(Interval(reach)).upper();
    upper = add_up(upper, mul_up(peak, bad));
    bad = add_up(bad, overlap);
    lower = std::max(0.0, sub_down(lower, mul_up(peak, bad)));
  }
  if (!(upper < kInfinity)) {
    upper = kInfinity;
  }
  result.upper = std::isinf(upper) ? kInfinity : setting.p.root(Interval(upper)).upper();
  result.lower = std::isfinite(lower) ? setting.p.root(Interval(lower)).lower() : 0;
  return result;
}

} // namespace layercert
