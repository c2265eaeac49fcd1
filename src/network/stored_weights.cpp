#include "layercert/network/stored_weights.hpp"

#include "layercert/numeric/constants.hpp"

#include <oneapi/tbb/parallel_invoke.h>

#include <cassert>

namespace layercert {

namespace {

// Stored weights are multiples of 2^-kWeightBits: off by 2^-77 rad at most.
constexpr std::int64_t kWeightBits = 76;
// Bits of constant_bits(): beyond the size of m.
constexpr std::int64_t kSpareBits = 192;
// Stored angles are multiples of 2^-(constant_bits - kAngleSlack): |w| < 2^(bK + n + 4) times 85 of their errors stays below 2^-70.
constexpr std::int64_t kAngleSlack = 96;

std::vector<std::int64_t> shifts_of(const DecoderLayout &layout) {
  std::vector<std::int64_t> shifts;
  for (const BitPosition &position : layout.positions()) {
    shifts.push_back(position.shift);
  }
  return shifts;
}

// 2 pi sqrt(2) Q from below: lower 2^-bits <= 2 pi sqrt(2) Q <= (lower + width) 2^-bits.
struct WeightUnit {
  mpz_class lower;
  std::int64_t width;
  std::int64_t bits;
};

WeightUnit weight_unit(const DecoderLayout &layout) {
  WeightUnit unit;
  unit.bits = constant_bits(layout);
  unit.lower = two_pi_sqrt2_to(unit.bits)->floor;
  mpz_class part;
  for (const BitPosition &position : layout.positions()) { // times 1 + tau^2
    if (2 * position.shift > unit.bits + 8) {
      break; // adds less than one unit, all of them together: counted below
    }
    mpz_fdiv_q_2exp(part.get_mpz_t(), unit.lower.get_mpz_t(), static_cast<mp_bitcnt_t>(2 * position.shift));
    unit.lower += part;
  }
  // One unit for the constant, one for each floor, and one for what is left out; each grows by Q < 2 at most.
  unit.width = 2 * (static_cast<std::int64_t>(layout.positions().size()) + 2);
  return unit;
}

} // namespace

std::int64_t constant_bits(const DecoderLayout &layout) {
  return layout.b() * static_cast<std::int64_t>(layout.cells()) +
         static_cast<std::int64_t>(layout.positions().size()) + kSpareBits;
}

void prefetch_constants(const DecoderLayout &layout) {
  const std::int64_t bits = constant_bits(layout);
  // The last one is the calling thread's: one constant is a longer chain of steps than all arctangents, which are many.
  oneapi::tbb::parallel_invoke([&] { arctan_powers_of_two_to(shifts_of(layout), bits); },
                               [&] {
                                 two_pi_sqrt2_to(bits);
                                 pi_to(bits); // a factor of the former, by now
                               });
}

Dyadic stored_weight(const DecoderLayout &layout, const Dyadic &multiplier) {
  if (multiplier.is_zero()) {
    return {};
  }
  const WeightUnit unit = weight_unit(layout);
  return (Dyadic(unit.lower, -unit.bits) * multiplier).rounded_to_nearest(-kWeightBits);
}

Dyadic stored_beta(const DecoderLayout &finest) {
  const std::int64_t bits = constant_bits(finest);
  return nearest_multiple(*pi_to(bits), 2 + kAngleSlack - bits).times_power_of_two(-2);
}

std::vector<Dyadic> stored_thetas(const DecoderLayout &finest) {
  const std::int64_t bits = constant_bits(finest);
  std::vector<Dyadic> thetas;
  for (const SharedFixedPoint &arctan : arctan_powers_of_two_to(shifts_of(finest), bits)) {
    thetas.push_back(nearest_multiple(*arctan, kAngleSlack - bits - 1).times_power_of_two(1));
  }
  return thetas;
}

Dyadic nearest_multiplier(const DecoderLayout &layout, const Dyadic &w) {
  if (w.is_zero()) {
    return {};
  }
  assert(w.magnitude_exponent() < constant_bits(layout) - 64);
  const WeightUnit unit = weight_unit(layout);
  // round(w / (unit 2^-bits) 2^64), w in units of 2^-kWeightBits - 64 (less is rounding)
  const std::int64_t places = kWeightBits + 64;
  const Dyadic cut = w.rounded_to_nearest(-places);
  mpz_class numerator = cut.mantissa();
  const std::int64_t shift = cut.exponent() + unit.bits + 64;
  assert(shift >= 0);
  mpz_mul_2exp(numerator.get_mpz_t(), numerator.get_mpz_t(), static_cast<mp_bitcnt_t>(shift + 1));
  mpz_fdiv_q(numerator.get_mpz_t(), numerator.get_mpz_t(), unit.lower.get_mpz_t());
  numerator += 1;
  mpz_fdiv_q_2exp(numerator.get_mpz_t(), numerator.get_mpz_t(), 1);
  return Dyadic(std::move(numerator), -64);
}

Dyadic weight_error_upper(const DecoderLayout &layout, const Dyadic &w, const Dyadic &multiplier) {
  const WeightUnit unit = weight_unit(layout);
  const Dyadic doubt = multiplier.abs() * Dyadic(mpz_class(unit.width), -unit.bits);
  return (w - Dyadic(unit.lower, -unit.bits) * multiplier).abs() + doubt;
}

Dyadic angle_error_upper(const DecoderLayout &layout, const std::vector<Dyadic> &theta, const Dyadic &beta) {
  const std::int64_t bits = constant_bits(layout);
  const Dyadic unit = Dyadic::power_of_two(-bits);
  // Each ideal number is within a unit above its floor, 2 arctan within two, pi/4 within a quarter; the stored one is cut off to
  // units too (it may be of any length), so a difference is known to three units.
  const auto difference = [&](const Dyadic &stored, const FixedPoint &ideal, std::int64_t factor_exponent) {
    return (stored.rounded_down_to(-bits) - ideal.lower().times_power_of_two(factor_exponent)).abs() +
           unit.times_power_of_two(2);
  };
  Dyadic sum = difference(beta, *pi_to(bits), -2);
  const std::vector<SharedFixedPoint> arctans = arctan_powers_of_two_to(shifts_of(layout), bits);
  assert(theta.size() >= arctans.size());
  for (std::size_t i = 0; i < arctans.size(); ++i) {
    sum = sum + difference(theta[i], *arctans[i], 1);
  }
  return sum;
}

} // namespace layercert
