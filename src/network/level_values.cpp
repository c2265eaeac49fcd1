// The readouts on the cells, level by level. The weights are the decoder's own, so a phase is frac(m nu_k)
// and nothing else.
#include "layercert/network/level_values.hpp"

#include "layercert/error.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/arb_point.hpp"
#include "numeric/elementary.hpp"
#include "numeric/stop_request.hpp"
#include "weight_enclosure.hpp"

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <stdexcept>

namespace layercert {

namespace {

// sin of the decoded phase. Requires: an open UpwardScope.
Interval sine_of_turns(Turns turns) {
  // [u - below, u + above] 2^-64 turns, as a number in [-1/2, 1/2]: the conversion of a 64-bit integer to
  // double rounds, so widen by one unit in the last place of 2^63.
  const auto centred = static_cast<double>(static_cast<std::int64_t>(turns));
  const Interval units = Interval(centred) + Interval(-1024.0 - kPhaseBelow, 1024.0 + kPhaseAbove);
  const Interval two_pi = Interval(2.0) * Interval(pi_down(), pi_up());
  const Interval angle = two_pi * (units * Interval(0x1p-64));
  // At one point of the angle; the sine's slope is at most 1.
  const double middle = angle.lower() / 2 + angle.upper() / 2;
  const double reach = std::max(sub_up(angle.upper(), middle), sub_up(middle, angle.lower()));
  PointEnclosure sine{};
  PointEnclosure cosine{};
  {
    const NearestScope nearest;
    arb_sin_cos_at(middle, sine, cosine);
  }
  const double radius = add_up(sine.radius, reach);
  return {std::max(-1.0, sub_down(sine.floor, radius)), std::min(1.0, add_up(sine.ceiling, radius))};
}

// Phi_l = Phi_(l-1) + A_l sin(2 pi frac(m nu_k)) on each cell held; Phi_(l-1) where the level stores nothing.
std::vector<Interval> values_of_level(const DecoderLayout &layout, const std::vector<Interval> &before,
                                      const Dyadic &amplitude, const Dyadic &multiplier,
                                      const CellRange &held) {
  const bool corrected = !multiplier.is_zero() && !amplitude.is_zero();
  const std::vector<Turns> turns =
      corrected ? decode_phases(layout, multiplier, held.first, held.last) : std::vector<Turns>();
  std::vector<Interval> values(held.size());
  const Interval A = enclosure(amplitude);
  oneapi::tbb::parallel_for(oneapi::tbb::blocked_range<std::size_t>(0, values.size(), 256),
                            [&](const auto &range) {
                              throw_if_stopped();
                              const UpwardScope upward;
                              for (std::size_t i = range.begin(); i < range.end(); ++i) {
                                const Interval &former = before[(held.first + i) % before.size()];
                                values[i] = corrected ? former + A * sine_of_turns(turns[i]) : former;
                              }
                            });
  return values;
}

// b from the lowest bit: theta_0 = 2 arctan 2^-b is the angle of shift b, or a number just under 2^(1-b).
std::int64_t base_of(const ClosedForm &theta, const std::string &name) {
  if (!theta.is_dyadic() && theta.angles().size() == 1) {
    return theta.angles()[0].shift;
  }
  const Dyadic &rounded = theta.dyadic();
  if (!theta.is_dyadic() || rounded.sign() <= 0) {
    throw InputError(name, 0, "theta of the lowest bit is not positive");
  }
  return 2 - rounded.rounded_to_nearest(rounded.magnitude_exponent() - 8).magnitude_exponent();
}

} // namespace

std::int64_t decoder_base(const NetworkParameters &p, const std::string &name) {
  const auto fail = [&](const std::string &what) { throw InputError(name, 0, what); };
  const std::int64_t b = p.theta.empty() ? 0 : base_of(p.theta[0], name);
  if (b < 2 || b > 4096) {
    fail("theta of the lowest bit gives b = " + std::to_string(b));
  }
  // A count of cells that wraps around would leave cells without a value, and an integral over them at 0.
  if (!DecoderLayout::fits(p.N, p.digits(p.depth), b)) {
    fail("N^(d L) cells are more than can be numbered");
  }
  // delta < N^-L, or the digits would not be read off everywhere outside the bad set.
  if (Dyadic::power_of_two(p.ramp_exponent).to_rational() <= DecoderLayout(p.N, p.depth, 1).cells()) {
    fail("the ramps are wider than the finest cells");
  }
  // Lemma 5: M >= |Phi_0| + sum |A_m|.
  constexpr mpfr_prec_t kBits = 256;
  const MpfrInterval Phi_0 = WeightEnclosures(kBits).of(p.Phi_0);
  Dyadic bound = std::max(Dyadic::from_mpfr(Phi_0.upper().get()), -Dyadic::from_mpfr(Phi_0.lower().get()));
  if (p.Phi_0.is_dyadic()) {
    bound = p.Phi_0.dyadic().abs();
  }
  for (const Dyadic &A : p.A) {
    bound = bound + A.abs();
  }
  if (p.M < bound) {
    fail("M is below |Phi_0| + sum A, so that a carried sum could be cut off");
  }
  return b;
}

LevelValues decode_levels(const NetworkParameters &p, const std::string &name) {
  const std::int64_t b = decoder_base(p, name);
  return decode_levels(p, name, {0, DecoderLayout(p.N, p.digits(p.depth), b).cells()});
}

std::span<const Interval> LevelValues::on(int level, std::uint64_t first_cell,
                                          std::uint64_t last_cell) const {
  const auto l = static_cast<std::size_t>(level);
  const std::uint64_t begin = l + 1 == values.size() ? first : 0;
  if (first_cell < begin || last_cell < first_cell || last_cell - begin > values.at(l).size()) {
    throw std::logic_error("cells that are not held");
  }
  return std::span(values[l]).subspan(first_cell - begin, last_cell - first_cell);
}

LevelValues decode_levels(const NetworkParameters &p, const std::string &name, const CellRange &finest) {
  prepare_mpfr_thread();
  const std::int64_t b = decoder_base(p, name);
  const DecoderWeights decoder = decoder_weights(p, name);
  const MpfrInterval Phi_0 = WeightEnclosures(64).of(p.Phi_0);
  LevelValues result;
  result.values.push_back({Interval(double_lower(Phi_0), double_upper(Phi_0))});
  for (int l = 1; l <= p.depth; ++l) {
    const auto i = static_cast<std::size_t>(l) - 1;
    const DecoderLayout layout(p.N, p.digits(l), b);
    result.values.push_back(values_of_level(layout, result.values.back(), p.A[i], decoder.multipliers[i],
                                            l == p.depth ? finest : CellRange{0, layout.cells()}));
  }
  result.first = p.depth == 0 ? 0 : finest.first;
  return result;
}

} // namespace layercert
