#include "layercert/network/level_values.hpp"

#include "layercert/error.hpp"
#include "layercert/network/stored_weights.hpp"
#include "layercert/numeric/arb_point.hpp"
#include "layercert/numeric/elementary.hpp"
#include "layercert/numeric/rounding_scope.hpp"

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <cmath>

namespace layercert {

namespace {

// sin of the decoded phase, moved by up to `error_upper` rad. Requires: an open UpwardScope.
Interval sine_of_turns(Turns turns, double error_upper) {
  // [u - below, u + above] 2^-64 turns, as a number in [-1/2, 1/2]: the conversion of a 64-bit integer to double rounds, so widen by
  // one unit in the last place of 2^63.
  const auto centred = static_cast<double>(static_cast<std::int64_t>(turns));
  const Interval units = Interval(centred) + Interval(-1024.0 - kPhaseBelow, 1024.0 + kPhaseAbove);
  const Interval two_pi = Interval(2.0) * Interval(pi_down(), pi_up());
  const Interval angle = two_pi * (units * Interval(0x1p-64)) + Interval(-error_upper, error_upper);
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

} // namespace

LevelValues decode_levels(const NetworkParameters &p, const std::string &name) {
  prepare_mpfr_thread();
  const auto fail = [&](const std::string &what) { throw InputError(name, 0, what); };
  // b from the lowest bit: theta_0 = 2 arctan 2^-b lies just under 2^(1-b).
  if (p.theta.empty() || p.theta[0].sign() <= 0) {
    fail("theta of the lowest bit is not positive");
  }
  const std::int64_t b =
      1 - p.theta[0].rounded_to_nearest(p.theta[0].magnitude_exponent() - 8).magnitude_exponent() + 1;
  if (b < 2 || b > 4096) {
    fail("theta of the lowest bit gives b = " + std::to_string(b));
  }
  // A count of cells that wraps around would leave cells without a value, and an integral over them at 0.
  if (!DecoderLayout::fits(p.N, p.dimension * p.depth, b)) {
    fail("N^(d L) cells are more than can be numbered");
  }
  // delta < N^-L, or the digits would not be read off everywhere outside the bad set.
  if (Dyadic::power_of_two(p.ramp_exponent).to_rational() <= DecoderLayout(p.N, p.depth, 1).cells()) {
    fail("the ramps are wider than the finest cells");
  }
  Dyadic bound = p.Phi_0.abs();
  for (const Dyadic &A : p.A) {
    bound = bound + A.abs();
  }
  if (p.M < bound) {
    fail("M is below |Phi_0| + sum A, so that a carried sum could be cut off");
  }

  LevelValues result;
  result.values.push_back({enclosure(p.Phi_0)});
  for (int l = 1; l <= p.depth; ++l) {
    const DecoderLayout layout(p.N, p.dimension * l, b);
    const Dyadic &w = p.w[static_cast<std::size_t>(l) - 1];
    if (!w.is_zero() && constant_bits(layout) >= kConstantBitsLimit) {
      fail("level " + std::to_string(l) + " has weights of more than 2^31 bits");
    }
    if (!w.is_zero() && w.magnitude_exponent() >= constant_bits(layout) - 64) {
      fail("the weight of the second sine of level " + std::to_string(l) + " is larger than any decoder's");
    }
    const Dyadic m = nearest_multiplier(layout, w);
    // |w~ sin(a~) - w sin(a)| <= |w~ - w| + |w| (sum |theta~ - theta| + |beta~ - beta|)
    Dyadic error;
    if (!w.is_zero()) {
      const Dyadic weight_error = weight_error_upper(layout, w, m);
      const Dyadic weight_upper = Dyadic::power_of_two(w.magnitude_exponent()) + weight_error;
      error = weight_error + weight_upper * angle_error_upper(layout, p.theta, p.beta);
    }
    const double error_upper = error.to_double_upper();
    if (!(error_upper < 0x1p-50)) {
      fail("the stored weights of level " + std::to_string(l) + " move a phase by up to " +
           std::to_string(error_upper) + " rad; expected less than 2^-50");
    }
    result.phase_error_upper.push_back(error_upper);

    const std::vector<Turns> turns = w.is_zero() ? std::vector<Turns>() : decode_phases(layout, m);
    const std::vector<Interval> &former = result.values.back();
    std::vector<Interval> values(layout.cells());
    const Interval A = enclosure(p.A[static_cast<std::size_t>(l) - 1]);
    oneapi::tbb::parallel_for(oneapi::tbb::blocked_range<std::size_t>(0, values.size(), 256),
                              [&](const auto &range) {
                                const UpwardScope upward;
                                for (std::size_t k = range.begin(); k < range.end(); ++k) {
                                  values[k] = former[k % former.size()];
                                  if (!turns.empty()) {
                                    values[k] += A * sine_of_turns(turns[k], error_upper);
                                  }
                                }
                              });
    result.values.push_back(std::move(values));
  }
  return result;
}

} // namespace layercert
