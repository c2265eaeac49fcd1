// The loops that BatchEvaluator runs: one operation on the intervals of all boxes. An interval is two arrays,
// its negated lower bound and its upper bound, because in upward rounding both are then computed by plain
// operations: -(l + m) <= (-l) + (-m). Negation swaps the arrays and costs nothing.
//
// Invariants that every operation keeps: no bound is NaN, no negated lower and no upper bound is -inf (an
// interval holds a real number). A flag is an array of 0 and 1.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace layercert::batch {

// Operands in the order given; an interval (a, b, ..) stands for its two arrays, c for one array of numbers,
// f for one of flags.
enum class Operation : std::uint8_t {
  Add,                   // a, b -> a + b
  Multiply,              // a, b -> a * b, where 0 * inf = 0
  MultiplyByNonnegative, // a, b -> a * b for b >= 0
  MultiplyNonnegative,   // a, b -> a * b for a, b >= 0
  Scale,                 // a, c -> a * c for a finite number c > 0
  Square,                // a -> a^2
  Divide,                // a, b -> a / b; the whole line where b holds 0
  SquareRoot,            // a -> the part that has one; [0, inf] where none does
  Absolute,              // a -> |a|
  Maximum,               // a, b -> max(a, b)
  Floor,                 // a
  Step,                  // a
  Sign,                  // a
  Less,                  // a, b -> 1 where it holds for all pairs, 0 where for none, else [0, 1]
  LessEqual,             // a, b
  Equal,                 // a, b
  If,                    // a, b, c -> b where a is never 0, c where it always is, else the hull
  SineCosine,            // a -> sin(a), cos(a), p, sin(p), cos(p): p amid a thin a, else NaN
  Exponential,           // a -> exp(a), p, exp(p)
  Logarithm,             // a -> the part that has one; the whole line where none does
  Tangent,               // a -> tan(a), f: may meet a pole, where the value is the whole line
  ArcSine,               // a -> the part that has one; the whole line where none does
  ArcCosine,             // a -> as ArcSine
  ArcTangent,            // a
  HyperbolicSineCosine,  // a -> sinh(a), cosh(a)
  HyperbolicTangent,     // a
  CubeRoot,              // a
  ErrorFunction,         // a
  RealPower,             // a, b, e, f -> a^b where e encloses exp(b log a): 0 where a = 0, [0, inf] where f
  HoldsZero,             // a -> f: 0 in a
  MayBeNegative,         // a -> f: a holds a number < 0
  MayBeNonpositive,      // a -> f: a holds a number <= 0
  MayLeaveUnit,          // a -> f: a holds a number outside [-1, 1]
  PowerMayFail,          // a, b -> f: a holds a number < 0, or 0 with b holding a number <= 0
  Either,                // f, g -> f or g
  IfFlag,                // a, f, g, h -> f, or g where a may be not 0, or h where a may be 0
  AbsoluteGradient,      // a, g -> the gradient of |a| where that of a is g
  MaximumGradient,       // a, b, g, h -> that of max(a, b): g, h, or the hull
  JumpGradient,          // a -> 0 where a is one number, else the whole line
  IfGradient,            // a, g, h -> g where a is never 0, h where it always is, else the whole line
  WholeWhere,            // a, f -> the whole line where f, else a
  Cantor,                // a
  Takagi,                // a
  Weierstrass,           // a, b, c -> W(a) for the constants b and the whole number c
  WeierstrassSlope,      // a, b, c -> W'(a), where it exists: b c < 1
  SineCosineNear,        // a, p, s, c -> sin(a), cos(a), quickly where p is near; s, c enclose sin(p), cos(p)
  ExponentialNear,       // a, p, e -> exp(a), likewise
};

// Null stands for p and what follows it, where they are not wanted.
struct Operands {
  std::array<const double *, 8> in{};
  std::array<double *, 9> out{}; // arrays other than those of `in`
};

// Requires an open UpwardScope.
using Kernel = void (*)(const Operands &operands, std::size_t count);
Kernel kernel_of(Operation operation);

// Elementary functions, by Arb at points (arb_point.hpp); the other kernels are loops that the compiler
// vectorises.
void cantor_kernel(const Operands &operands, std::size_t count); // these four by the scalar functions
void takagi_kernel(const Operands &operands, std::size_t count);
void weierstrass_kernel(const Operands &operands, std::size_t count);
void weierstrass_slope_kernel(const Operands &operands, std::size_t count);
void sine_cosine_kernel(const Operands &operands, std::size_t count);
void sine_cosine_near_kernel(const Operands &operands, std::size_t count);
void exponential_near_kernel(const Operands &operands, std::size_t count);
void exponential_kernel(const Operands &operands, std::size_t count);
void logarithm_kernel(const Operands &operands, std::size_t count);
void tangent_kernel(const Operands &operands, std::size_t count);
void arc_sine_kernel(const Operands &operands, std::size_t count);
void arc_cosine_kernel(const Operands &operands, std::size_t count);
void arc_tangent_kernel(const Operands &operands, std::size_t count);
void hyperbolic_sine_cosine_kernel(const Operands &operands, std::size_t count);
void hyperbolic_tangent_kernel(const Operands &operands, std::size_t count);
void cube_root_kernel(const Operands &operands, std::size_t count);
void error_function_kernel(const Operands &operands, std::size_t count);

} // namespace layercert::batch
