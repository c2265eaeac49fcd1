#include "layercert/network/level_values.hpp"

#include "layercert/error.hpp"
#include "layercert/network/stored_weights.hpp"
#include "layercert/numeric/arb_point.hpp"
#include "layercert/numeric/elementary.hpp"
#include "layercert/numeric/rounding_scope.hpp"

#include <fmt/format.h>
#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/parallel_invoke.h>

#include <algorithm>
#include <cmath>

namespace layercert {

namespace {

constexpr double kLargestPhaseError = 0x1p-50; // rad

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

// A_l sin(decoded phase) on each cell, into `correction`, unless the bound of what the stored weights move a phase by, in rad, which is
// returned, is too large to go on. Requires: w_l is not 0.
double decode_correction(const DecoderLayout &layout, const NetworkParameters &p, std::size_t l,
                         std::vector<Interval> &correction) {
  const Dyadic &w = p.w[l - 1];
  Dyadic multiplier;
  Dyadic weight_error;
  Dyadic angle_error;
  oneapi::tbb::parallel_invoke([&] { angle_error = angle_error_upper(layout, p.theta, p.beta); },
                               [&] {
                                 multiplier = nearest_multiplier(layout, w);
                                 weight_error = weight_error_upper(layout, w, multiplier);
                               });
  // |w~ sin(a~) - w sin(a)| <= |w~ - w| + |w| (sum |theta~ - theta| + |beta~ - beta|)
  const Dyadic weight_upper = Dyadic::power_of_two(w.magnitude_exponent()) + weight_error;
  const double error_upper = (weight_error + weight_upper * angle_error).to_double_upper();
  if (!(error_upper < kLargestPhaseError)) {
    return error_upper;
  }
  const std::vector<Turns> turns = decode_phases(layout, multiplier);
  correction.resize(turns.size());
  const Interval A = enclosure(p.A[l - 1]);
  oneapi::tbb::parallel_for(oneapi::tbb::blocked_range<std::size_t>(0, turns.size(), 256),
                            [&](const auto &range) {
                              const UpwardScope upward;
                              for (std::size_t k = range.begin(); k < range.end(); ++k) {
                                correction[k] = A * sine_of_turns(turns[k], error_upper);
                              }
                            });
  return error_upper;
}

// Phi_l from Phi_(l-1) and the correction on `cells` cells, which is 0 where it is empty.
void add_to_level_before(const std::vector<Interval> &before, std::uint64_t cells,
                         std::vector<Interval> &values) {
  const bool corrected = !values.empty();
  values.resize(cells);
  oneapi::tbb::parallel_for(oneapi::tbb::blocked_range<std::size_t>(0, values.size(), 4096),
                            [&](const auto &range) {
                              const UpwardScope upward;
                              for (std::size_t k = range.begin(); k < range.end(); ++k) {
                                const Interval &former = before[k % before.size()];
                                values[k] = corrected ? former + values[k] : former;
                              }
                            });
}

} // namespace

std::int64_t decoder_base(const NetworkParameters &p, const std::string &name) {
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
  for (int l = 1; l <= p.depth; ++l) {
    const DecoderLayout layout(p.N, p.dimension * l, b);
    const Dyadic &w = p.w[static_cast<std::size_t>(l) - 1];
    if (!w.is_zero() && constant_bits(layout) >= kConstantBitsLimit) {
      fail("level " + std::to_string(l) + " has weights of more than 2^31 bits");
    }
    if (!w.is_zero() && w.magnitude_exponent() >= constant_bits(layout) - 64) {
      fail("the weight of the second sine of level " + std::to_string(l) + " is larger than any decoder's");
    }
  }
  return b;
}

LevelValues decode_levels(const NetworkParameters &p, const std::string &name) {
  prepare_mpfr_thread();
  const auto fail = [&](const std::string &what) { throw InputError(name, 0, what); };
  const std::int64_t b = decoder_base(p, name);

  // Level beside level, the longest first. No exception leaves a task: it would cut short the constants of the others.
  const auto depth = static_cast<std::size_t>(p.depth);
  LevelValues result;
  result.phase_error_upper.resize(depth);
  result.values.resize(depth + 1);
  result.values[0] = {enclosure(p.Phi_0)};
  oneapi::tbb::parallel_for(std::size_t{0}, depth, [&](std::size_t i) {
    const std::size_t l = depth - i;
    if (!p.w[l - 1].is_zero()) {
      const DecoderLayout layout(p.N, p.dimension * static_cast<int>(l), b);
      result.phase_error_upper[l - 1] = decode_correction(layout, p, l, result.values[l]);
    }
  });
  for (std::size_t l = 1; l <= depth; ++l) {
    if (const double error = result.phase_error_upper[l - 1]; !(error < kLargestPhaseError)) {
      fail(fmt::format(
          "the stored weights of level {} move a phase by up to {:.3g} rad; expected less than {:.3g}", l,
          error, kLargestPhaseError));
    }
    add_to_level_before(result.values[l - 1],
                        DecoderLayout(p.N, p.dimension * static_cast<int>(l), b).cells(), result.values[l]);
  }
  return result;
}

} // namespace layercert
