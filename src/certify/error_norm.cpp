#include "error_norm.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/elementary.hpp"

#include <cmath>

namespace layercert {

double amplitudes_upper(const NetworkParameters &parameters, int level) {
  assert_upward();
  double sum = 0;
  for (int m = 1; m <= level; ++m) {
    sum = add_up(sum, parameters.A[static_cast<std::size_t>(m) - 1].abs().to_double_upper());
  }
  return sum;
}

ErrorBounds error_with_ramps(const Setting &setting, const Height &height, int level, CellIntegrals cells) {
  assert_upward();
  const int d = setting.instance.dimension;
  ErrorBounds result;
  result.boxes = cells.boxes;
  result.share_upper = std::move(cells.share_upper);
  double lower = cells.lower;
  double upper = cells.upper;
  const double overlap = cells.overlap;
  // The bad set of levels 1..l has measure at most d l delta (1 - 1/N) < d l delta; everywhere |f - Phi_l| is at most
  // sup |f - Phi_0| + sum A_m.
  // Where there is no supremum, small_set_upper bounds the same integrals.
  const double amplitudes = amplitudes_upper(setting.parameters, level);
  const int q = setting.parameters.ramp_exponent;
  const double reach = add_up(height.sup_upper, amplitudes);
  if (std::isinf(reach)) {
    const double ramps = small_set_upper(setting.p, height.tail, amplitudes, d * level, q);
    // No point lies in more than 2^d boxes.
    const double overlaps =
        mul_up(static_cast<double>(1 << d), small_set_upper(setting.p, height.tail, amplitudes, overlap, 0));
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
