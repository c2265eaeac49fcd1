// The three arithmetics that a slope rule of the table of operations is read in: intervals, batches of
// intervals, and expressions.
//
// A rule is a generic function of one of these and of what it may use of a node. Each arithmetic notes in
// `singular` where a slope has no bound, while the function itself may well have a value there: the root at
// 0, say.
#pragma once

#include "batch_arithmetic.hpp"
#include "expression_builder.hpp"
#include "numeric/elementary.hpp"

#include <cstdint>

namespace layercert {

// A node u(x, y) with the value v. A function of one argument has no y.
template <class T> struct SlopeArguments {
  const T &x;
  const T &y;
  const T &v;
  std::int32_t integer; // Node::integer
};

// Directed, by elementary.hpp. Requires an open UpwardScope.
struct IntervalCalculus {
  using Value = Interval;
  bool singular = false;

  Interval number(std::int32_t n) { return Interval(n); }
  Interval pi() { return {pi_down(), pi_up()}; }
  Interval negate(const Interval &x) { return -x; }
  Interval add(const Interval &x, const Interval &y) { return x + y; }
  Interval subtract(const Interval &x, const Interval &y) { return x - y; }
  Interval multiply(const Interval &x, const Interval &y) { return x * y; }
  Interval divide(const Interval &x, const Interval &y) { return divide_range(x, y, singular); }
  Interval square(const Interval &x) { return power_range(x, 2, singular); }
  Interval power(const Interval &x, std::int32_t n) { return power_range(x, n, singular); }
  // x^(y - 1).
  Interval power_less_one(const Interval &x, const Interval &y) {
    return power_range(x, y - Interval(1.0), singular);
  }
  Interval sqrt(const Interval &x) { return sqrt_range(x, singular); }
  Interval exp(const Interval &x) { return exp_range(x); }
  Interval log(const Interval &x) { return log_range(x, singular); }
  Interval sin(const Interval &x) { return sin_range(x); }
  Interval cos(const Interval &x) { return cos_range(x); }
  Interval sinh(const Interval &x) { return sinh_range(x); }
  Interval cosh(const Interval &x) { return cosh_range(x); }
};

namespace batch {

// The same in every box of a batch, as operations of a program.
struct BatchCalculus {
  using Value = Quantity;
  Arithmetic &on;
  const mpq_class *exponent; // y, if it is one exact number
  Register singular = on.never();

  Quantity number(std::int32_t n) { return on.constant(n); }
  Quantity pi() { return on.constant(pi_down(), pi_up()); }
  Quantity negate(const Quantity &x) { return on.negate(x); }
  Quantity add(const Quantity &x, const Quantity &y) { return on.add(x, y); }
  Quantity subtract(const Quantity &x, const Quantity &y) { return on.subtract(x, y); }
  Quantity multiply(const Quantity &x, const Quantity &y) { return on.multiply(x, y); }
  Quantity divide(const Quantity &x, const Quantity &y) {
    note(on.flag(Operation::HoldsZero, y));
    return on.divide(x, y);
  }
  Quantity square(const Quantity &x) { return on.square(x); }
  Quantity power(const Quantity &x, std::int32_t n) {
    if (n < 0) {
      note(on.flag(Operation::HoldsZero, x));
    }
    return on.power(x, n);
  }
  Quantity power_less_one(const Quantity &x, const Quantity &y) {
    const Quantity less = on.subtract(y, number(1));
    const Register fails = on.power_may_fail(x, less);
    note(fails);
    const mpq_class exact_less = exponent != nullptr ? mpq_class(*exponent - 1) : mpq_class(0);
    return on.real_power(x, less, fails, exponent != nullptr ? &exact_less : nullptr);
  }
  Quantity sqrt(const Quantity &x) {
    note(on.flag(Operation::MayBeNegative, x));
    return on.square_root(x);
  }
  Quantity exp(const Quantity &x) { return on.exponential(x, nullptr); }
  Quantity log(const Quantity &x) {
    note(on.flag(Operation::MayBeNonpositive, x));
    return on.unary(Operation::Logarithm, x);
  }
  Quantity sin(const Quantity &x) { return on.sine_cosine(x, nullptr)[0]; }
  Quantity cos(const Quantity &x) { return on.sine_cosine(x, nullptr)[1]; }
  Quantity sinh(const Quantity &x) { return on.hyperbolic(x)[0]; }
  Quantity cosh(const Quantity &x) { return on.hyperbolic(x)[1]; }

private:
  void note(Register flag) { singular = on.either(singular, flag); }
};

} // namespace batch

// Nodes of a new expression. Where a slope has no bound, the expression has no value.
struct GraphCalculus {
  using Value = std::int32_t;
  ExpressionBuilder &build;

  Value number(long n) { return build.constant(mpq_class(n)); }
  Value pi() { return build.leaf(Op::Pi); }
  Value negate(Value x) { return build.apply(Op::Negate, x); }
  Value add(Value x, Value y) { return build.apply(Op::Add, x, y); }
  Value subtract(Value x, Value y) { return build.apply(Op::Subtract, x, y); }
  Value multiply(Value x, Value y) { return build.apply(Op::Multiply, x, y); }
  Value divide(Value x, Value y) { return build.apply(Op::Divide, x, y); }
  Value square(Value x) { return power(x, 2); }
  Value power(Value x, long n) { return build.power(x, number(n)); }
  Value power_less_one(Value x, Value y) { return build.power(x, subtract(y, number(1))); }
  Value sqrt(Value x) { return build.apply(Op::Sqrt, x); }
  Value exp(Value x) { return build.apply(Op::Exp, x); }
  Value log(Value x) { return build.apply(Op::Log, x); }
  Value sin(Value x) { return build.apply(Op::Sin, x); }
  Value cos(Value x) { return build.apply(Op::Cos, x); }
  Value sinh(Value x) { return build.apply(Op::Sinh, x); }
  Value cosh(Value x) { return build.apply(Op::Cosh, x); }
};

} // namespace layercert
