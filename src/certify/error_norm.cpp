#include "error_norm.hpp"

#include "integrate/cell_integrals.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/elementary.hpp"

#include <cmath>

namespace layercert {

namespace {

// Below this gap mean value forms need so many boxes that Taylor forms are faster (bench/integrators_bench.cpp).
constexpr double kSmallGap = 1e-3;
constexpr double kSmallGapOfPolynomials = 0.04; // for even p their Taylor forms are exact

} // namespace

double amplitudes_upper(const Setting &setting, int level) {
  assert_upward();
  double sum = 0;
  for (int m = 1; m <= level; ++m) {
    sum = add_up(sum, setting.parameters.A[static_cast<std::size_t>(m) - 1].abs().to_double_upper());
  }
  return sum;
}

ErrorBounds error_of_level(const Setting &setting, int level, const Refinement &refinement) {
  assert_upward();
  const int d = setting.instance.dimension;
  const std::vector<Interval> &values = setting.values.values[static_cast<std::size_t>(level)];
  // Taylor forms where much is asked of a bounded target.
  const double small_gap = setting.difference_power ? kSmallGapOfPolynomials : kSmallGap;
  const bool smooth = refinement.relative_gap <= small_gap && std::isfinite(setting.sup_upper);
  CellIntegrals cells =
      cell_integrals(setting.target, setting.p, setting.instance.N, level, values, refinement, smooth);
  ErrorBounds result;
  result.boxes = cells.boxes;
  result.share_upper = std::move(cells.share_upper);
  double lower = cells.lower;
  double upper = cells.upper;
  const double overlap = cells.overlap;
  // The bad set of levels 1..l has measure at most d l delta (1 - 1/N) < d l delta; everywhere |f - Phi_l| is at most
  // sup |f - Phi_0| + sum A_m.
  // Where there is no supremum, small_set_upper bounds the same integrals.
  const double amplitudes = amplitudes_upper(setting, level);
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
    // Where 2^-q is below the least double, that double stands for it (Lemma 31 of proofs/lemmas.md).
    double bad = mul_up(static_cast<double>(d * level), Dyadic::power_of_two(-q).to_double_upper());
    const double peak = reach == 0 ? 0 : setting.p.power_upper(reach);
    upper = add_up(upper, mul_up(peak, bad));
    bad = add_up(bad, overlap);
    lower = std::max(0.0, sub_down(lower, mul_up(peak, bad)));
  }
  result.upper = setting.p.root_upper(upper);
  result.lower = std::isfinite(lower) ? setting.p.root(Interval(lower)).lower() : 0;
  return result;
}

} // namespace layercert
