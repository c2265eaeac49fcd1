#include "error_norm.hpp"

#include "function/singular_monomial.hpp"
#include "integrate/cell_blocks.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/bounds.hpp"
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

namespace {

constexpr int kLeastNormal = 1022; // 2^-1022 is the least normal double

// At least (reach (count 2^-q)^(1/p))^p, which often is a double where reach^p or count 2^-q is none.
double power_over_ramps_upper(const Exponent &p, double reach, int count, int q) {
  const mpq_class inverse = 1 / p.exact();
  const double part = mul_up(rational_power_upper(static_cast<double>(count), inverse),
                             rational_power_upper(2.0, mpq_class(-inverse * q)));
  return p.power_upper(mul_up(reach, part));
}

} // namespace

ErrorBounds error_with_ramps(const Setting &setting, const Exponent &p, const Height &height, int level,
                             CellIntegrals cells) {
  assert_upward();
  const std::size_t d = setting.instance.dimension;
  ErrorBounds result;
  result.boxes = cells.boxes;
  double lower = cells.lower;
  double upper = cells.upper;
  const double overlap = cells.overlap;
  // The bad set of levels 1..l has measure at most d l delta (1 - 1/N) < d l delta; everywhere |f - Phi_l| is
  // at most sup |f - Phi_0| + sum A_m.
  // Where there is no supremum, small_set_upper bounds the same integrals.
  const double amplitudes = amplitudes_upper(setting.parameters, level);
  const int q = setting.parameters.ramp_exponent;
  const int digits = setting.parameters.digits(level); // d l
  const double reach = add_up(height.sup_upper, amplitudes);
  if (std::isinf(reach)) {
    const double ramps = small_set_upper(p, height.tail, amplitudes, digits, q);
    // No point lies in more than 2^d boxes.
    const double overlaps =
        mul_up(static_cast<double>(1 << d), small_set_upper(p, height.tail, amplitudes, overlap, 0));
    upper = add_up(upper, ramps);
    lower = std::max(0.0, sub_down(lower, add_up(ramps, overlaps)));
  } else {
    // Where 2^-q is below the least double, that double stands for it (Lemma 31 of proofs/lemmas.md).
    const double bad = mul_up(digits, Dyadic::power_of_two(-q).to_double_upper());
    const double peak = reach == 0 ? 0 : p.power_upper(reach);
    double ramps = mul_up(peak, bad);
    double loss = mul_up(peak, add_up(bad, overlap));
    if (reach > 0 && (q > kLeastNormal || std::isinf(peak))) {
      ramps = least_upper(ramps, power_over_ramps_upper(p, reach, digits, q));
      loss = least_upper(loss, overlap == 0 ? ramps : add_up(ramps, mul_up(peak, overlap)));
    }
    loss = least_upper(loss, add_up(ramps, cells.overlap_integral_upper));
    upper = add_up(upper, ramps);
    lower = largest_lower(0.0, sub_down(lower, loss));
  }
  std::vector<ShareOfCell> largest =
      cells.largest.empty() ? largest_shares(cells.share_upper) : largest_shares(std::move(cells.largest));
  const Exponent plain = p.for_size(1);
  for (const ShareOfCell &share : largest) {
    const bool as_it_is = p.unit() == 1 || share.upper == 0 || std::isinf(share.upper);
    // By the norm, for the power of the unit alone may be infinite.
    result.worst_cells.push_back(
        {share.cell, as_it_is ? share.upper : plain.power_upper(p.root_upper(share.upper))});
  }
  result.upper = p.root_upper(upper);
  result.lower = std::isfinite(lower) ? p.root(Interval(lower)).lower() : 0;
  return result;
}

} // namespace layercert
