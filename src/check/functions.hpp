// Operations of an expression, and the functions of one variable among them in a table.
#pragma once

#include "numbers.hpp"

namespace checker {

enum class Op {
  Constant,
  Pi,
  Variable,
  Negate,
  Add,
  Subtract,
  Multiply,
  Divide,
  IntegerPower,
  RealPower,
  Exp,
  Log,
  Sin,
  Cos,
  Tan,
  Asin,
  Acos,
  Atan,
  Sinh,
  Cosh,
  Tanh,
  Cbrt,
  Erf,
  Abs,
  Floor,
  Step,
  Sign,
  Min,
  Max,
  Less,
  LessEqual,
  Equal,
  NotEqual,
  If,
  Cantor,
  Takagi,
  Weierstrass,
  Samples
};

// u, over an interval x.
struct Function {
  Op op;
  const char *name;
  Interval (*value)(const Interval &x); // of an infinite x too; the whole line where u may have no value
  // u' and u'', for bounded x and values; without them u may jump, or has no derivative.
  Interval (*slope)(const Interval &x, const Interval &value);
  Interval (*second)(const Interval &x, const Interval &value, const Interval &slope);
};
const Function *find_function(Op op); // null if it is none of one variable
const Function *find_function(const std::string &name);

// 1 where a comparison holds, 0 where it does not, both where it is open.
Interval compared(Op op, const Interval &x, const Interval &y);
Interval minimum(const Interval &x, const Interval &y);
Interval maximum(const Interval &x, const Interval &y);

} // namespace checker
