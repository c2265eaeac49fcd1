// Every weight is enclosed, a dyadic number near the enclosure is chosen, and the distance to the farther end
// bounds the error. So the choice itself need not be proved.
#include "dyadic_rounding.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "weight_enclosure.hpp"

#include <algorithm>

namespace layercert {

namespace {

constexpr mpfr_prec_t kBoundBits = 64;        // of the bounds of errors
constexpr std::int64_t kWeightExponent = -76; // weights become multiples of 2^-76: off by 2^-77 rad at most
constexpr std::int64_t kAngleSpare = 72;      // |w| 2^-(size of w + 72) 2^6 angles: below 2^-66 rad
constexpr mpfr_prec_t kEnclosureSpare = 64;   // bits of an enclosure beyond those that are kept

MpfrNumber zero() {
  MpfrNumber result = MpfrNumber::with_precision(kBoundBits); // NaN
  mpfr_set_zero(result.get(), 1);
  return result;
}

MpfrNumber upper_power_of_two(std::int64_t exponent) {
  MpfrNumber result = zero();
  mpfr_set_ui_2exp(result.get(), 1, static_cast<mpfr_exp_t>(exponent), MPFR_RNDU);
  return result;
}

struct Rounded {
  Dyadic value;
  MpfrNumber error_upper;
};

// The multiple of 2^exponent near a weight below 2^size.
Rounded rounded_to(const ClosedForm &weight, std::int64_t size, std::int64_t exponent) {
  const auto precision =
      static_cast<mpfr_prec_t>(std::max<std::int64_t>(0, size - exponent)) + kEnclosureSpare;
  const MpfrInterval enclosure = WeightEnclosures(precision).of(weight);
  Rounded result;
  result.value = Dyadic::from_mpfr(enclosure.lower().get()).rounded_to_nearest(exponent);
  const Dyadic below = result.value - Dyadic::from_mpfr(enclosure.lower().get());
  const Dyadic above = Dyadic::from_mpfr(enclosure.upper().get()) - result.value;
  result.error_upper = MpfrNumber::from_dyadic(std::max(below, above), kBoundBits, MPFR_RNDU);
  return result;
}

// The exponent of the last of `bits` bits of a number below 2^size. An enclosure says better than the form
// how large the number is.
Rounded rounded_to_bits(const ClosedForm &weight, mpfr_prec_t bits) {
  const MpfrInterval rough = WeightEnclosures(kBoundBits).of(weight);
  const std::int64_t size =
      std::max(mpfr_zero_p(rough.upper().get()) != 0 ? 0 : mpfr_get_exp(rough.upper().get()),
               mpfr_zero_p(rough.lower().get()) != 0 ? 0 : mpfr_get_exp(rough.lower().get()));
  return rounded_to(weight, size, size - bits);
}

} // namespace

DyadicRounding round_weights(const NetworkParameters &exact, std::optional<mpfr_prec_t> bits) {
  prepare_mpfr_thread();
  DyadicRounding result;
  result.parameters = exact;
  NetworkParameters &p = result.parameters;
  std::int64_t largest = 0; // of |w|, as an exponent
  for (const ClosedForm &w : exact.w) {
    largest = std::max(largest, w.magnitude_exponent_upper());
  }
  // The sum over the angles of level l, and beta: Theorem 16's epsilon_a.
  const auto round_angle = [&](ClosedForm &angle) {
    Rounded rounded = bits ? rounded_to_bits(angle, *bits)
                           : rounded_to(angle, angle.magnitude_exponent_upper(), -(largest + kAngleSpare));
    angle = std::move(rounded.value);
    return rounded.error_upper;
  };
  MpfrNumber angle_error = round_angle(p.beta);
  if (!p.Phi_0.is_dyadic()) {
    const std::int64_t size = p.Phi_0.magnitude_exponent_upper();
    Rounded rounded =
        bits ? rounded_to_bits(p.Phi_0, *bits) : rounded_to(p.Phi_0, size, size - 2 * kBoundBits);
    p.Phi_0 = std::move(rounded.value);
    result.readout_error_upper.push_back(std::move(rounded.error_upper));
    // The rounded constant may exceed M by its error: Lemma 5 wants M at least as large.
    if (p.M < p.Phi_0.dyadic().abs()) {
      p.M = Dyadic::power_of_two(p.Phi_0.dyadic().magnitude_exponent());
    }
  } else {
    result.readout_error_upper.push_back(zero());
  }
  const std::size_t angles_a_level = p.theta.size() / p.w.size();
  for (std::size_t l = 1; l <= p.w.size(); ++l) {
    for (std::size_t i = (l - 1) * angles_a_level; i < l * angles_a_level; ++i) {
      angle_error = add_up(angle_error, round_angle(p.theta[i]));
    }
    MpfrNumber phase_error = zero();
    ClosedForm &w = p.w[l - 1];
    if (!w.is_zero()) {
      const std::int64_t size = w.magnitude_exponent_upper();
      Rounded rounded = bits ? rounded_to_bits(w, *bits) : rounded_to(w, size, kWeightExponent);
      // epsilon_w + (W + epsilon_w) epsilon_a, |w| <= W
      phase_error = add_up(rounded.error_upper,
                           mul_up(add_up(upper_power_of_two(size), rounded.error_upper), angle_error));
      w = std::move(rounded.value);
    }
    // |sin x - sin y| <= min(2, |x - y|)
    MpfrNumber moved = zero();
    mpfr_set_ui(moved.get(), 2, MPFR_RNDU);
    if (phase_error < moved) {
      moved = phase_error;
    }
    const MpfrNumber amplitude = MpfrNumber::from_dyadic(p.A[l - 1].abs(), kBoundBits, MPFR_RNDU);
    result.readout_error_upper.push_back(add_up(result.readout_error_upper.back(), mul_up(amplitude, moved)));
    result.phase_error_upper.push_back(std::move(phase_error));
  }
  return result;
}

} // namespace layercert
