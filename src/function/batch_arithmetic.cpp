#include "batch_arithmetic.hpp"

#include "layercert/numeric/interval.hpp"

#include <cassert>
#include <cmath>
#include <limits>

namespace layercert::batch {

namespace {

Sign opposite(Sign sign) {
  return sign == Sign::NonNegative   ? Sign::NonPositive
         : sign == Sign::NonPositive ? Sign::NonNegative
                                     : Sign::Unknown;
}

// Products of interval bounds commute; one order of the operands lets equal products be found.
bool in_order(const Quantity &a, const Quantity &b) { return a.bounds.upper <= b.bounds.upper; }

} // namespace

Quantity Arithmetic::constant(double lower, double upper) {
  return {builder_.constant(lower, upper), lower >= 0   ? Sign::NonNegative
                                           : upper <= 0 ? Sign::NonPositive
                                                        : Sign::Unknown};
}

Quantity Arithmetic::quantity(Register negated_lower, Register upper_bound, Sign sign) const {
  const Quantity result{{negated_lower, upper_bound}, sign};
  if (is_constant(result)) {
    return {result.bounds, lower(result) >= 0   ? Sign::NonNegative
                           : upper(result) <= 0 ? Sign::NonPositive
                                                : Sign::Unknown};
  }
  return result;
}

Quantity Arithmetic::unary(Operation operation, const Quantity &a, Sign sign) {
  return quantity(builder_.apply(operation, {a.bounds.negated_lower, a.bounds.upper}, 2), sign);
}

Quantity Arithmetic::binary(Operation operation, const Quantity &a, const Quantity &b, Sign sign) {
  return quantity(
      builder_.apply(operation,
                     {a.bounds.negated_lower, a.bounds.upper, b.bounds.negated_lower, b.bounds.upper}, 2),
      sign);
}

std::array<Quantity, 2> Arithmetic::hyperbolic(const Quantity &a) {
  const Results results =
      builder_.apply(Operation::HyperbolicSineCosine, {a.bounds.negated_lower, a.bounds.upper}, 4);
  return {quantity(results, Sign::Unknown), quantity(results[2], results[3], Sign::Unknown)};
}

std::array<Quantity, 2> Arithmetic::sine_cosine(const Quantity &a, const Anchor *near) {
  const Results results =
      near == nullptr ? builder_.apply(Operation::SineCosine, {a.bounds.negated_lower, a.bounds.upper}, 9)
                      : builder_.apply(Operation::SineCosineNear,
                                       {a.bounds.negated_lower, a.bounds.upper, (*near)[0], (*near)[1],
                                        (*near)[2], (*near)[3], (*near)[4]},
                                       4);
  return {quantity(results, Sign::Unknown), quantity(results[2], results[3], Sign::Unknown)};
}

Quantity Arithmetic::exponential(const Quantity &a, const Anchor *near) {
  return quantity(
      near == nullptr
          ? builder_.apply(Operation::Exponential, {a.bounds.negated_lower, a.bounds.upper}, 5)
          : builder_.apply(Operation::ExponentialNear,
                           {a.bounds.negated_lower, a.bounds.upper, (*near)[0], (*near)[1], (*near)[2]}, 2),
      Sign::NonNegative);
}

Anchor Arithmetic::sine_cosine_anchor(const Quantity &a) {
  const Results results = builder_.apply(Operation::SineCosine, {a.bounds.negated_lower, a.bounds.upper}, 9);
  return {results[4], results[5], results[6], results[7], results[8]};
}

Anchor Arithmetic::exponential_anchor(const Quantity &a) {
  const Results results = builder_.apply(Operation::Exponential, {a.bounds.negated_lower, a.bounds.upper}, 5);
  return {results[2], results[3], results[4], -1, -1};
}

Quantity Arithmetic::weierstrass(Operation operation, const Quantity &x, const mpq_class &a, std::int32_t b) {
  const Interval parameter = enclosure(a);
  const Enclosure enclosed = builder_.constant(parameter.lower(), parameter.upper());
  return quantity(builder_.apply(operation,
                                 {x.bounds.negated_lower, x.bounds.upper, enclosed.negated_lower,
                                  enclosed.upper, builder_.constant(b)},
                                 2),
                  Sign::Unknown);
}

std::pair<Quantity, Register> Arithmetic::unary_with_flag(Operation operation, const Quantity &a) {
  const Results results = builder_.apply(operation, {a.bounds.negated_lower, a.bounds.upper}, 3);
  return {quantity(results, Sign::Unknown), results[2]};
}

Quantity Arithmetic::if_value(const Quantity &condition, const Quantity &b, const Quantity &c) {
  return quantity(
      builder_.apply(Operation::If,
                     {condition.bounds.negated_lower, condition.bounds.upper, b.bounds.negated_lower,
                      b.bounds.upper, c.bounds.negated_lower, c.bounds.upper},
                     2),
      b.sign == c.sign ? b.sign : Sign::Unknown);
}

Quantity Arithmetic::if_gradient(const Quantity &condition, const Quantity &g, const Quantity &h) {
  return quantity(
      builder_.apply(Operation::IfGradient,
                     {condition.bounds.negated_lower, condition.bounds.upper, g.bounds.negated_lower,
                      g.bounds.upper, h.bounds.negated_lower, h.bounds.upper},
                     2),
      Sign::Unknown);
}

Quantity Arithmetic::maximum_gradient(const Quantity &a, const Quantity &b, const Quantity &g,
                                      const Quantity &h) {
  return quantity(
      builder_.apply(Operation::MaximumGradient,
                     {a.bounds.negated_lower, a.bounds.upper, b.bounds.negated_lower, b.bounds.upper,
                      g.bounds.negated_lower, g.bounds.upper, h.bounds.negated_lower, h.bounds.upper},
                     2),
      g.sign == h.sign ? g.sign : Sign::Unknown);
}

Quantity Arithmetic::negate(const Quantity &a) const {
  return {{a.bounds.upper, a.bounds.negated_lower}, opposite(a.sign)};
}

Quantity Arithmetic::add(const Quantity &a, const Quantity &b) {
  if (is_number(a, 0)) {
    return b;
  }
  if (is_number(b, 0)) {
    return a;
  }
  return in_order(a, b) ? binary(Operation::Add, a, b, a.sign == b.sign ? a.sign : Sign::Unknown)
                        : binary(Operation::Add, b, a, a.sign == b.sign ? a.sign : Sign::Unknown);
}

Quantity Arithmetic::multiply(const Quantity &a, const Quantity &b) {
  if (is_number(a, 0) || is_number(b, 0)) { // 0 times what has a bound or not: 0
    return constant(0);
  }
  if (is_number(a, 1)) {
    return b;
  }
  if (is_number(b, 1)) {
    return a;
  }
  if (a.sign == Sign::NonPositive) {
    return negate(multiply(negate(a), b));
  }
  if (b.sign == Sign::NonPositive) {
    return negate(multiply(a, negate(b)));
  }
  const auto is_finite_number = [&](const Quantity &q) {
    return is_constant(q) && lower(q) == upper(q) && std::isfinite(upper(q));
  };
  if (is_finite_number(a) && !is_constant(b)) {
    return multiply(b, a);
  }
  if (is_finite_number(b)) { // > 0 by now
    return quantity(
        builder_.apply(Operation::Scale, {a.bounds.negated_lower, a.bounds.upper, b.bounds.upper}, 2),
        a.sign);
  }
  if (is_nonnegative(a) && is_nonnegative(b)) {
    return in_order(a, b) ? binary(Operation::MultiplyNonnegative, a, b, Sign::NonNegative)
                          : binary(Operation::MultiplyNonnegative, b, a, Sign::NonNegative);
  }
  if (is_nonnegative(b)) {
    return binary(Operation::MultiplyByNonnegative, a, b);
  }
  if (is_nonnegative(a)) {
    return binary(Operation::MultiplyByNonnegative, b, a);
  }
  return in_order(a, b) ? binary(Operation::Multiply, a, b) : binary(Operation::Multiply, b, a);
}

Quantity Arithmetic::square(const Quantity &a) {
  if (is_nonnegative(a)) {
    return binary(Operation::MultiplyNonnegative, a, a, Sign::NonNegative);
  }
  return a.sign == Sign::NonPositive ? square(negate(a)) : unary(Operation::Square, a, Sign::NonNegative);
}

Quantity Arithmetic::divide(const Quantity &a, const Quantity &b) {
  if (is_number(b, 1)) {
    return a;
  }
  // Where b holds 0 the result is the whole line, so a sign is known only for constants.
  const bool away_from_zero = is_constant(b) && (lower(b) > 0 || upper(b) < 0);
  return binary(Operation::Divide, a, b,
                away_from_zero ? (lower(b) > 0 ? a.sign : opposite(a.sign)) : Sign::Unknown);
}

Quantity Arithmetic::square_root(const Quantity &a) {
  return unary(Operation::SquareRoot, a, Sign::NonNegative);
}

Quantity Arithmetic::absolute(const Quantity &a) {
  return is_nonnegative(a)             ? a
         : a.sign == Sign::NonPositive ? negate(a)
                                       : unary(Operation::Absolute, a, Sign::NonNegative);
}

Quantity Arithmetic::maximum(const Quantity &a, const Quantity &b) {
  const bool nonnegative = is_nonnegative(a) || is_nonnegative(b);
  const bool nonpositive = a.sign == Sign::NonPositive && b.sign == Sign::NonPositive;
  return binary(Operation::Maximum, a, b,
                nonnegative   ? Sign::NonNegative
                : nonpositive ? Sign::NonPositive
                              : Sign::Unknown);
}

Quantity Arithmetic::nonnegative_power(const Quantity &a, std::int32_t n) {
  assert(n > 0 && is_nonnegative(a));
  if (n == 1) {
    return a;
  }
  const Quantity half = square(nonnegative_power(a, n / 2));
  return n % 2 == 0 ? half : multiply(half, a);
}

Quantity Arithmetic::power(const Quantity &a, std::int32_t n) {
  if (n == 0) {
    return constant(1);
  }
  if (n == std::numeric_limits<std::int32_t>::min()) { // -n would not fit
    return square(power(a, n / 2));
  }
  if (n < 0) {
    return divide(constant(1), power(a, -n));
  }
  if (n == 1 || is_nonnegative(a)) {
    return n == 1 ? a : nonnegative_power(a, n);
  }
  if (n % 2 == 0) {
    return nonnegative_power(square(a), n / 2);
  }
  // a^n = max(a, 0)^n - max(-a, 0)^n: one of them is 0 at each end, so the difference is sharp and its sum
  // exact.
  const Quantity zero = constant(0);
  return subtract(nonnegative_power(maximum(a, zero), n), nonnegative_power(maximum(negate(a), zero), n));
}

Quantity Arithmetic::real_power(const Quantity &a, const Quantity &b, Register fails,
                                const mpq_class *exact) {
  Quantity estimate;
  const mpq_class eighths = exact != nullptr ? mpq_class(*exact * 8) : mpq_class(0);
  if (exact != nullptr && eighths.get_den() == 1 && abs(eighths) <= 512) {
    // Products and square roots of max(a, 0).
    const std::int64_t n = std::abs(eighths.get_num().get_si());
    const Quantity base = maximum(a, constant(0));
    Quantity product = n >= 8 ? nonnegative_power(base, static_cast<std::int32_t>(n / 8)) : constant(1);
    Quantity root = base;
    for (std::int64_t bit = 4; bit != 0 && n % (2 * bit) != 0; bit /= 2) {
      root = square_root(root);
      if ((n & bit) != 0) {
        product = multiply(product, root);
      }
    }
    estimate = eighths < 0 ? divide(constant(1), product) : product;
  } else {
    estimate = exponential(multiply(b, unary(Operation::Logarithm, a)), nullptr);
  }
  return quantity(
      builder_.apply(Operation::RealPower,
                     {a.bounds.negated_lower, a.bounds.upper, b.bounds.negated_lower, b.bounds.upper,
                      estimate.bounds.negated_lower, estimate.bounds.upper, fails},
                     2),
      Sign::NonNegative);
}

Register Arithmetic::flag(Operation operation, const Quantity &a) {
  if (operation == Operation::MayBeNegative && is_nonnegative(a)) {
    return never();
  }
  return builder_.apply(operation, {a.bounds.negated_lower, a.bounds.upper}, 1)[0];
}

Register Arithmetic::power_may_fail(const Quantity &a, const Quantity &b) {
  if (is_nonnegative(a) && is_constant(b) && lower(b) > 0) {
    return never();
  }
  return builder_.apply(Operation::PowerMayFail,
                        {a.bounds.negated_lower, a.bounds.upper, b.bounds.negated_lower, b.bounds.upper},
                        1)[0];
}

Register Arithmetic::if_flag(const Quantity &condition, Register of_condition, Register b, Register c) {
  if (b == never() && c == never()) {
    return of_condition;
  }
  return builder_.apply(Operation::IfFlag,
                        {condition.bounds.negated_lower, condition.bounds.upper, of_condition, b, c}, 1)[0];
}

Register Arithmetic::either(Register a, Register b) {
  if (a == never() || a == b) {
    return b;
  }
  return b == never() ? a : builder_.apply(Operation::Either, {std::min(a, b), std::max(a, b)}, 1)[0];
}

Quantity Arithmetic::whole_where(const Quantity &a, Register flag) {
  if (flag == never()) {
    return a;
  }
  return quantity(builder_.apply(Operation::WholeWhere, {a.bounds.negated_lower, a.bounds.upper, flag}, 2),
                  Sign::Unknown);
}

} // namespace layercert::batch
