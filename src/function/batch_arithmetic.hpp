// Interval operations as calls of a ProgramBuilder, in the cheapest form that what is known of the operands
// allows.
#pragma once

#include "batch_program.hpp"

#include <gmpxx.h>

namespace layercert::batch {

// What is known of an interval in every box.
enum class Sign : std::uint8_t { Unknown, NonNegative, NonPositive };

struct Quantity {
  Enclosure bounds;
  Sign sign = Sign::Unknown;
};

// A point p in each box and a function's values there: registers of p, then of an enclosure for each
// function.
using Anchor = std::array<Register, 5>;

class Arithmetic {
public:
  explicit Arithmetic(ProgramBuilder &builder) : builder_(builder) {}

  ProgramBuilder &builder() noexcept { return builder_; }
  Quantity constant(double lower, double upper);
  Quantity constant(double value) { return constant(value, value); }
  bool is_constant(const Quantity &a) const { return builder_.is_constant(a.bounds); }
  // Requires: is_constant(a).
  double lower(const Quantity &a) const { return -builder_.value(a.bounds.negated_lower); }
  double upper(const Quantity &a) const { return builder_.value(a.bounds.upper); }
  bool is_number(const Quantity &a, double value) const {
    return is_constant(a) && lower(a) == value && upper(a) == value;
  }

  Quantity negate(const Quantity &a) const;
  Quantity add(const Quantity &a, const Quantity &b);
  Quantity subtract(const Quantity &a, const Quantity &b) { return add(a, negate(b)); }
  Quantity multiply(const Quantity &a, const Quantity &b);
  Quantity square(const Quantity &a);
  Quantity divide(const Quantity &a, const Quantity &b);
  Quantity square_root(const Quantity &a);
  Quantity absolute(const Quantity &a);
  Quantity maximum(const Quantity &a, const Quantity &b);
  // a^n; where n < 0 and a holds 0, the whole line.
  Quantity power(const Quantity &a, std::int32_t n);
  // a^b where it is defined on the whole box; `fails` is PowerMayFail of a and b. With `exact`, b encloses
  // that number.
  Quantity real_power(const Quantity &a, const Quantity &b, Register fails, const mpq_class *exact);
  Quantity unary(Operation operation, const Quantity &a, Sign sign = Sign::Unknown);
  Quantity binary(Operation operation, const Quantity &a, const Quantity &b, Sign sign = Sign::Unknown);
  // Weierstrass or WeierstrassSlope.
  Quantity weierstrass(Operation operation, const Quantity &x, const mpq_class &a, std::int32_t b);
  // A function and the flag that it gives.
  std::pair<Quantity, Register> unary_with_flag(Operation operation, const Quantity &a);
  // sinh and cosh.
  std::array<Quantity, 2> hyperbolic(const Quantity &a);
  // sin and cos, or exp alone; with an anchor, by way of it.
  std::array<Quantity, 2> sine_cosine(const Quantity &a, const Anchor *near);
  Quantity exponential(const Quantity &a, const Anchor *near);
  Anchor sine_cosine_anchor(const Quantity &a);
  Anchor exponential_anchor(const Quantity &a);
  // As the operations of these names.
  Quantity if_value(const Quantity &condition, const Quantity &b, const Quantity &c);
  Quantity if_gradient(const Quantity &condition, const Quantity &g, const Quantity &h);
  Quantity maximum_gradient(const Quantity &a, const Quantity &b, const Quantity &g, const Quantity &h);

  // Flags; `never` is the constant 0, `always` 1.
  Register never() { return builder_.constant(0.0); }
  Register always() { return builder_.constant(1.0); }
  Register flag(Operation operation, const Quantity &a);
  Register power_may_fail(const Quantity &a, const Quantity &b);
  Register if_flag(const Quantity &condition, Register of_condition, Register b, Register c);
  Register either(Register a, Register b);
  Quantity whole_where(const Quantity &a, Register flag);

private:
  Quantity nonnegative_power(const Quantity &a, std::int32_t n);
  Quantity quantity(Register negated_lower, Register upper, Sign sign) const;
  Quantity quantity(const Results &results, Sign sign) const {
    return quantity(results[0], results[1], sign);
  }
  bool is_nonnegative(const Quantity &a) const { return a.sign == Sign::NonNegative; }

  ProgramBuilder &builder_;
};

} // namespace layercert::batch
