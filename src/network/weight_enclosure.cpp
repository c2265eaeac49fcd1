// Each term of a weight by Arb, at a few bits more than the precision; the sum in MPFR's directed rounding.
#include "weight_enclosure.hpp"

#include "closed_constant.hpp"
#include "layercert/numeric/rounding_scope.hpp"

#include <arb.h>

#include <stdexcept>

namespace layercert {

namespace {

constexpr slong kGuardBits = 32;

// A ball that frees itself.
class Ball {
public:
  Ball() { arb_init(ball_); }
  Ball(const Ball &) = delete;
  Ball &operator=(const Ball &) = delete;
  ~Ball() { arb_clear(ball_); }
  arb_ptr get() noexcept { return ball_; }

private:
  arb_t ball_;
};

// Exactly.
void set_dyadic(arb_ptr out, const Dyadic &value) {
  fmpz_t mantissa;
  fmpz_t exponent;
  fmpz_init(mantissa);
  fmpz_init_set_si(exponent, value.exponent());
  fmpz_set_mpz(mantissa, value.mantissa().get_mpz_t());
  arb_set_fmpz_2exp(out, mantissa, exponent);
  fmpz_clear(mantissa);
  fmpz_clear(exponent);
}

void set_power_of_two(arb_ptr out, std::int64_t exponent) {
  arb_one(out);
  arb_mul_2exp_si(out, out, exponent);
}

MpfrInterval outward(arb_srcptr ball, mpfr_prec_t precision) {
  MpfrNumber lower = MpfrNumber::with_precision(precision);
  MpfrNumber upper = MpfrNumber::with_precision(precision);
  arb_get_interval_mpfr(lower.get(), upper.get(), ball);
  return {std::move(lower), std::move(upper)};
}

} // namespace

class WeightEnclosures::Balls {
public:
  explicit Balls(slong precision) : precision_(precision) {}

  void set_pi(arb_ptr out) { arb_const_pi(out, precision_); }

  // 2 arctan(2^-s)
  arb_srcptr angle(std::int64_t shift) {
    Ball &ball = angles_[shift];
    if (arb_is_zero(ball.get()) != 0) { // not yet computed: no angle is 0
      set_power_of_two(ball.get(), -shift);
      arb_atan(ball.get(), ball.get(), precision_);
      arb_mul_2exp_si(ball.get(), ball.get(), 1);
    }
    return ball.get();
  }

  // 2 pi sqrt(2) m prod (1 + 2^(-2s))
  void set_multiplier(arb_ptr out, const MultiplierTerm &term) {
    set_dyadic(out, term.m);
    Ball factor;
    for (const std::int64_t shift : term.shifts) {
      set_power_of_two(factor.get(), -2 * shift);
      arb_add_ui(factor.get(), factor.get(), 1, precision_);
      arb_mul(out, out, factor.get(), precision_);
    }
    set_pi(factor.get());
    arb_mul(out, out, factor.get(), precision_);
    arb_sqrt_ui(factor.get(), 2, precision_);
    arb_mul(out, out, factor.get(), precision_);
    arb_mul_2exp_si(out, out, 1);
  }

private:
  slong precision_;
  std::map<std::int64_t, Ball> angles_;
};

WeightEnclosures::WeightEnclosures(mpfr_prec_t precision)
    : precision_(precision), balls_(std::make_unique<Balls>(precision + kGuardBits)) {}
WeightEnclosures::~WeightEnclosures() = default;

MpfrInterval WeightEnclosures::of(const ClosedForm &weight) {
  if (weight.is_dyadic()) {
    return mpfr_enclosure(weight.dyadic(), precision_);
  }
  prepare_mpfr_thread();
  const NearestScope nearest; // Arb's shortcuts expect it
  const slong bits = precision_ + kGuardBits;
  Ball sum;
  Ball term;
  if (!weight.pi_factor().is_zero()) {
    balls_->set_pi(sum.get());
    set_dyadic(term.get(), weight.pi_factor());
    arb_mul(sum.get(), sum.get(), term.get(), bits);
  }
  for (const AngleTerm &angle : weight.angles()) {
    arb_mul_si(term.get(), balls_->angle(angle.shift), angle.coefficient, bits);
    arb_add(sum.get(), sum.get(), term.get(), bits);
  }
  for (const MultiplierTerm &multiplier : weight.multipliers()) {
    balls_->set_multiplier(term.get(), multiplier);
    arb_add(sum.get(), sum.get(), term.get(), bits);
  }
  if (!weight.dyadic().is_zero()) {
    set_dyadic(term.get(), weight.dyadic());
    arb_add(sum.get(), sum.get(), term.get(), bits);
  }
  MpfrInterval result = outward(sum.get(), precision_);
  for (const std::string &constant : weight.constants()) {
    result += constant_enclosure(parse_closed_constant(constant), precision_);
  }
  return result;
}

MpfrNumber nearest_number(const ClosedForm &weight, mpfr_prec_t bits) {
  if (weight.is_dyadic()) {
    return MpfrNumber::from_dyadic(weight.dyadic(), bits, MPFR_RNDN);
  }
  constexpr mpfr_prec_t kMostExtraBits = mpfr_prec_t{1} << 20;
  MpfrNumber low = MpfrNumber::with_precision(bits);
  MpfrNumber high = MpfrNumber::with_precision(bits);
  for (mpfr_prec_t extra = 32; extra <= kMostExtraBits; extra *= 4) {
    const MpfrInterval value = WeightEnclosures(bits + extra).of(weight);
    mpfr_set(low.get(), value.lower().get(), MPFR_RNDN);
    mpfr_set(high.get(), value.upper().get(), MPFR_RNDN);
    if (low == high) {
      return low;
    }
  }
  throw std::runtime_error("a weight whose nearest number could not be settled");
}

} // namespace layercert
