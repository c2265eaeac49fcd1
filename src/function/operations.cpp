// One entry for each operation, in the order of Op. A rule that every arithmetic needs is a generic function
// and stands once; the helpers below make of it what each pass calls.
#include "operations.hpp"

#include "numeric/cantor.hpp"
#include "numeric/elementary.hpp"
#include "numeric/signs.hpp"
#include "numeric/takagi.hpp"
#include "truth.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <iterator>

namespace layercert {

namespace {

using batch::Arithmetic;
using batch::Quantity;
using batch::Register;
using Kernel = batch::Operation;

// ---- from one generic function to what each pass calls ----------------------------------------------------

template <class F> constexpr Enclosure enclosure_by(F) {
  return {
      [](const Interval &x, const Interval &y, bool &undefined) -> Interval { return F{}(x, y, undefined); },
      [](const MpfrInterval &x, const MpfrInterval &y, bool &undefined) -> MpfrInterval {
        return F{}(x, y, undefined);
      }};
}

template <class F> constexpr SlopeFactor factor(F) {
  return {
      [](IntervalCalculus &on, const SlopeArguments<Interval> &of) -> Interval { return F{}(on, of); },
      [](batch::BatchCalculus &on, const SlopeArguments<Quantity> &of) -> Quantity { return F{}(on, of); },
      [](GraphCalculus &on, const SlopeArguments<std::int32_t> &of) -> std::int32_t { return F{}(on, of); }};
}
constexpr SlopeRule::Term times(const SlopeFactor &of) { return {true, false, of}; }
constexpr SlopeRule::Term minus(const SlopeFactor &of) { return {true, true, of}; }
constexpr SlopeRule::Term kOnce{true, false, {}};
constexpr SlopeRule::Term kMinusOnce{true, true, {}};
constexpr SlopeRule::Term kNoSlope{};

template <class F> constexpr Sample sample_of_one(F) {
  return {[](double x, double) -> double { return F{}(x); },
          [](const double *x, const double *, double *out, std::size_t count) {
            for (std::size_t i = 0; i < count; ++i) {
              out[i] = F{}(x[i]);
            }
          }};
}
template <class F> constexpr Sample sample_of_two(F) {
  return {[](double x, double y) -> double { return F{}(x, y); },
          [](const double *x, const double *y, double *out, std::size_t count) {
            for (std::size_t i = 0; i < count; ++i) {
              out[i] = F{}(x[i], y[i]);
            }
          }};
}

template <Kernel kKernel, batch::Sign kSign = batch::Sign::Unknown>
Quantity unary(Arithmetic &on, const Quantity &x, const Quantity &) {
  return on.unary(kKernel, x, kSign);
}
template <Kernel kKernel> Quantity compared(Arithmetic &on, const Quantity &x, const Quantity &y) {
  return on.binary(kKernel, x, y, batch::Sign::NonNegative);
}
template <Kernel kFlag> Register flag(Arithmetic &on, const Quantity &x, const Quantity &) {
  return on.flag(kFlag, x);
}

constexpr Text function(const char *name, std::size_t arguments = 1) {
  return {.name = name, .least_arguments = arguments, .most_arguments = arguments};
}
constexpr Text infix(const char *sign, Grammar rule) {
  return {.least_arguments = 2, .most_arguments = 2, .sign = sign, .rule = rule};
}

bool positive(const Interval &x) { return x.lower() > 0; }
// ---- expansions -------------------------------------------------------------------------------------------

void add_to_each(ConstSeries g, ConstSeries g_2, Series h, double sign) {
  std::transform(g.begin(), g.end(), g_2.begin(), h.begin(),
                 [&](const Interval &x, const Interval &y) { return sign > 0 ? x + y : x - y; });
}
void negate_each(ConstSeries g, Series h) {
  std::transform(g.begin(), g.end(), h.begin(), [](const Interval &x) { return -x; });
}

bool integer_power_series(const SeriesCall &of) {
  if (of.integer > 0) {
    of.on.power(of.g, of.integer, of.h_0, of.h);
    return true;
  }
  of.on.power(of.g, Interval(static_cast<double>(of.integer)), of.h_0, of.h);
  return without_zero(of.g[0]);
}

bool power_series(const SeriesCall &of) {
  if (!positive(of.g[0])) {
    return false;
  }
  if (!of.second_varies) {
    of.on.power(of.g, of.g_2[0], of.h_0, of.h);
    return true;
  }
  bool undefined = false;
  of.on.primitive(of.g, of.g, log_range(of.g[0], undefined), of.w);
  of.on.multiply(of.g_2, of.w, of.other);
  of.on.exp(of.other, of.h_0, of.h);
  return true;
}

// w = 1 + sign g^2.
void one_and_square(const SeriesCall &of, int sign) {
  bool undefined = false;
  of.on.square(of.g, power_range(of.g[0], 2, undefined), of.w);
  if (sign < 0) {
    negate_each(of.w, of.w);
  }
  of.w[0] += 1.0;
}

bool arc_sine_series(const SeriesCall &of, bool cosine) {
  bool undefined = false;
  one_and_square(of, -1);
  of.on.sqrt(of.w, sqrt_range(of.w[0], undefined), of.other);
  of.on.primitive(of.g, of.other, cosine ? -of.h_0 : of.h_0, of.h);
  if (cosine) {
    negate_each(of.h, of.h);
  }
  return positive(of.w[0]) && positive(of.other[0]);
}

// h' = g' / (sqrt(pi)/2 exp(g^2)).
bool erf_series(const SeriesCall &of) {
  bool undefined = false;
  const Interval half_root = sqrt_range(Interval(pi_down(), pi_up()), undefined) / Interval(2.0);
  of.on.square(of.g, power_range(of.g[0], 2, undefined), of.w);
  of.on.exp(of.w, exp_range(of.w[0]), of.other);
  std::transform(of.other.begin(), of.other.end(), of.other.begin(),
                 [&](const Interval &x) { return half_root * x; });
  of.on.primitive(of.g, of.other, of.h_0, of.h);
  return positive(of.other[0]);
}

// ---- the table --------------------------------------------------------------------------------------------

// Slopes of the inverse functions of sine and cosine are +-1 / sqrt(1 - x^2).
constexpr SlopeFactor kArcDivisor =
    factor([](auto &on, const auto &of) { return on.sqrt(on.subtract(on.number(1), on.square(of.x))); });
bool inside_unit(const Interval &x, const Interval &, const Interval &) {
  return x.lower() > -1 && x.upper() < 1;
}
bool positive_first(const Interval &x, const Interval &, const Interval &) { return positive(x); }

constexpr OperationRules kOperations[] = {
    {.op = Op::Constant, .smoothness = Smoothness::Smooth},
    {.op = Op::Pi, .text = function("pi", 0), .smoothness = Smoothness::Smooth, .coq = {"PI", "Pi"}},
    {.op = Op::E, .text = function("e", 0), .smoothness = Smoothness::Smooth},
    {.op = Op::Variable, .smoothness = Smoothness::Smooth},
    {.op = Op::Negate,
     .text = {.sign = "-", .rule = Grammar::Unary},
     .enclosure = enclosure_by([](const auto &x, const auto &, bool &) { return -x; }),
     .batch = {[](Arithmetic &on, const Quantity &x, const Quantity &) { return on.negate(x); }},
     .slope = {kMinusOnce, kNoSlope, {}},
     .sample = sample_of_one([](double x) { return -x; }),
     .monotony = {Monotony::Falls},
     .smoothness = Smoothness::Smooth,
     .series =
         [](const SeriesCall &of) {
           negate_each(of.g, of.h);
           return true;
         },
     .coq = {"-", "Neg"}},
    {.op = Op::Add,
     .text = infix(" + ", Grammar::Sum),
     .enclosure = enclosure_by([](const auto &x, const auto &y, bool &) { return x + y; }),
     .batch = {[](Arithmetic &on, const Quantity &x, const Quantity &y) { return on.add(x, y); }},
     .slope = {kOnce, kOnce, {}},
     .sample = sample_of_two([](double x, double y) { return x + y; }),
     .monotony = {Monotony::Rises, Monotony::Rises},
     .smoothness = Smoothness::Smooth,
     .series =
         [](const SeriesCall &of) {
           add_to_each(of.g, of.g_2, of.h, 1);
           return true;
         },
     .coq = {"+", "Add"}},
    {.op = Op::Subtract,
     .text = infix(" - ", Grammar::Sum),
     .enclosure = enclosure_by([](const auto &x, const auto &y, bool &) { return x - y; }),
     .batch = {[](Arithmetic &on, const Quantity &x, const Quantity &y) { return on.subtract(x, y); }},
     .slope = {kOnce, kMinusOnce, {}},
     .sample = sample_of_two([](double x, double y) { return x - y; }),
     .monotony = {Monotony::Rises, Monotony::Falls},
     .smoothness = Smoothness::Smooth,
     .series =
         [](const SeriesCall &of) {
           add_to_each(of.g, of.g_2, of.h, -1);
           return true;
         },
     .coq = {"-", "Sub"}},
    {.op = Op::Multiply,
     .text = infix("*", Grammar::Product),
     .enclosure = enclosure_by([](const auto &x, const auto &y, bool &) { return x * y; }),
     .batch = {[](Arithmetic &on, const Quantity &x, const Quantity &y) { return on.multiply(x, y); }},
     .slope = {times(factor([](auto &, const auto &of) { return of.y; })),
               times(factor([](auto &, const auto &of) { return of.x; })),
               {}},
     .sample = sample_of_two([](double x, double y) { return x * y; }),
     .smoothness = Smoothness::Smooth,
     .series =
         [](const SeriesCall &of) {
           of.on.multiply(of.g, of.g_2, of.h);
           return true;
         },
     .coq = {"*", "Mul"}},
    {.op = Op::Divide,
     .text = infix("/", Grammar::Product),
     .enclosure = enclosure_by(
         [](const auto &x, const auto &y, bool &undefined) { return divide_range(x, y, undefined); }),
     .batch = {[](Arithmetic &on, const Quantity &x, const Quantity &y) { return on.divide(x, y); },
               [](Arithmetic &on, const Quantity &, const Quantity &y) {
                 return on.flag(Kernel::HoldsZero, y);
               }},
     .slope = {kOnce, minus(factor([](auto &, const auto &of) { return of.v; })),
               factor([](auto &, const auto &of) { return of.y; })},
     .sample = sample_of_two([](double x, double y) { return x / y; }),
     .total = false,
     .smoothness = Smoothness::Inside,
     .inside = [](const Interval &, const Interval &y, const Interval &) { return without_zero(y); },
     .series =
         [](const SeriesCall &of) {
           of.on.divide(of.g, of.g_2, of.h_0, of.h);
           return without_zero(of.g_2[0]);
         },
     .coq = {"/", "Div"}},
    {.op = Op::PowerInteger, // enclosed by the passes, which know its exponent
     .text = {.sign = "^", .rule = Grammar::Power},
     .slope = {times(factor([](auto &on, const auto &of) {
                 return of.integer == 0 ? on.number(0)
                                        : on.multiply(on.number(of.integer), on.power(of.x, of.integer - 1));
               })),
               kNoSlope,
               {}},
     .smoothness = Smoothness::Depends,
     .series = integer_power_series},
    {.op = Op::Power,
     .text = {.name = "pow", .least_arguments = 2, .most_arguments = 2, .sign = "^", .rule = Grammar::Power},
     .meaning = "pow(x, y) = x^y",
     .enclosure = enclosure_by(
         [](const auto &x, const auto &y, bool &undefined) { return power_range(x, y, undefined); }),
     // value: by the compiler, which knows the exponent exactly
     .batch = {nullptr,
               [](Arithmetic &on, const Quantity &x, const Quantity &y) { return on.power_may_fail(x, y); }},
     .slope = {times(factor([](auto &on, const auto &of) {
                 return on.multiply(of.y, on.power_less_one(of.x, of.y));
               })),
               times(factor([](auto &on, const auto &of) { return on.multiply(of.v, on.log(of.x)); })),
               {}},
     .sample = sample_of_two([](double x, double y) { return std::pow(x, y); }),
     .total = false,
     .nonnegative = true,
     .smoothness = Smoothness::Inside,
     .inside = positive_first,
     .series = power_series,
     .cost = BoxCost::Elementary},
    {.op = Op::Sqrt,
     .text = function("sqrt"),
     .meaning = "the square root",
     .enclosure =
         enclosure_by([](const auto &x, const auto &, bool &undefined) { return sqrt_range(x, undefined); }),
     .batch = {[](Arithmetic &on, const Quantity &x, const Quantity &) { return on.square_root(x); },
               flag<Kernel::MayBeNegative>},
     .slope = {kOnce, kNoSlope,
               factor([](auto &on, const auto &of) { return on.multiply(on.number(2), of.v); })},
     .sample = sample_of_one([](double x) { return std::sqrt(x); }),
     .monotony = {Monotony::Rises},
     .total = false,
     .nonnegative = true,
     .smoothness = Smoothness::Inside,
     .inside = [](const Interval &x, const Interval &,
                  const Interval &v) { return positive(x) && positive(v); },
     .series =
         [](const SeriesCall &of) {
           of.on.sqrt(of.g, of.h_0, of.h);
           return positive(of.h_0);
         },
     .root = 2,
     .coq = {"sqrt", "Sqrt"}},
    {.op = Op::Exp, // value in a batch: by the compiler, by way of points near by
     .text = function("exp"),
     .meaning = "e^x",
     .enclosure = enclosure_by([](const auto &x, const auto &, bool &) { return exp_range(x); }),
     .slope = {times(factor([](auto &, const auto &of) { return of.v; })), kNoSlope, {}},
     .sample = sample_of_one([](double x) { return std::exp(x); }),
     .monotony = {Monotony::Rises},
     .nonnegative = true,
     .smoothness = Smoothness::Smooth,
     .series =
         [](const SeriesCall &of) {
           of.on.exp(of.g, of.h_0, of.h);
           return true;
         },
     .by_range = true,
     .cost = BoxCost::Elementary,
     .coq = {"exp", "Exp"}},
    {.op = Op::Log,
     .text = function("log"),
     .meaning = "the natural logarithm",
     .enclosure =
         enclosure_by([](const auto &x, const auto &, bool &undefined) { return log_range(x, undefined); }),
     .batch = {unary<Kernel::Logarithm>, flag<Kernel::MayBeNonpositive>},
     .slope = {kOnce, kNoSlope, factor([](auto &, const auto &of) { return of.x; })},
     .sample = sample_of_one([](double x) { return std::log(x); }),
     .monotony = {Monotony::Rises},
     .total = false,
     .smoothness = Smoothness::Inside,
     .inside = positive_first,
     .series =
         [](const SeriesCall &of) {
           of.on.primitive(of.g, of.g, of.h_0, of.h);
           return positive(of.g[0]);
         },
     .cost = BoxCost::Elementary,
     .coq = {"ln", "Ln"}},
    {.op = Op::Sin, // value in a batch: by the compiler, as Exp; its range is known without the argument's
     .text = function("sin"),
     .meaning = "the sine of an angle in radians",
     .enclosure = enclosure_by([](const auto &x, const auto &, bool &) { return sin_range(x); }),
     .slope = {times(factor([](auto &on, const auto &of) { return on.cos(of.x); })), kNoSlope, {}},
     .sample = sample_of_one([](double x) { return std::sin(x); }),
     .monotony = {Monotony::Rises, Monotony::Unknown, -1.57, 1.57}, // 1.57 < pi/2
     .smoothness = Smoothness::Smooth,
     .series =
         [](const SeriesCall &of) {
           of.on.sine_and_cosine(of.g, -1, of.h_0, cos_range(of.g[0]), of.h, of.other);
           return true;
         },
     .by_range = true,
     .cost = BoxCost::Elementary,
     .coq = {"sin", "Sin"}},
    {.op = Op::Cos,
     .text = function("cos"),
     .meaning = "the cosine of an angle in radians",
     .enclosure = enclosure_by([](const auto &x, const auto &, bool &) { return cos_range(x); }),
     .slope = {minus(factor([](auto &on, const auto &of) { return on.sin(of.x); })), kNoSlope, {}},
     .sample = sample_of_one([](double x) { return std::cos(x); }),
     .monotony = {Monotony::Falls, Monotony::Unknown, 0, 3.14},
     .smoothness = Smoothness::Smooth,
     .series =
         [](const SeriesCall &of) {
           of.on.sine_and_cosine(of.g, -1, sin_range(of.g[0]), of.h_0, of.other, of.h);
           return true;
         },
     .by_range = true,
     .cost = BoxCost::Elementary,
     .coq = {"cos", "Cos"}},
    {.op = Op::Tan,
     .text = function("tan"),
     .meaning = "the tangent of an angle in radians",
     .enclosure =
         enclosure_by([](const auto &x, const auto &, bool &undefined) { return tan_range(x, undefined); }),
     .batch = {[](Arithmetic &on, const Quantity &x, const Quantity &) {
                 return on.unary_with_flag(Kernel::Tangent, x).first;
               },
               [](Arithmetic &on, const Quantity &x, const Quantity &) {
                 return on.unary_with_flag(Kernel::Tangent, x).second;
               }},
     .slope = {times(factor([](auto &on, const auto &of) { return on.add(on.number(1), on.square(of.v)); })),
               kNoSlope,
               {}},
     .sample = sample_of_one([](double x) { return std::tan(x); }),
     .total = false,
     .smoothness = Smoothness::Inside,
     .inside = [](const Interval &, const Interval &,
                  const Interval &) { return true; }, // no pole: it has values
     .series =
         [](const SeriesCall &of) {
           of.on.tangent(of.g, 1, of.h_0, of.h);
           return true;
         },
     .cost = BoxCost::Elementary},
    {.op = Op::Asin,
     .text = function("asin"),
     .meaning = "the angle from -pi/2 to pi/2 with that sine",
     .enclosure =
         enclosure_by([](const auto &x, const auto &, bool &undefined) { return asin_range(x, undefined); }),
     .batch = {unary<Kernel::ArcSine>, flag<Kernel::MayLeaveUnit>},
     .slope = {kOnce, kNoSlope, kArcDivisor},
     .sample = sample_of_one([](double x) { return std::asin(x); }),
     .monotony = {Monotony::Rises},
     .total = false,
     .smoothness = Smoothness::Inside,
     .inside = inside_unit,
     .series = [](const SeriesCall &of) { return arc_sine_series(of, false); },
     .parity = Parity::Odd,
     .cost = BoxCost::Elementary},
    {.op = Op::Acos,
     .text = function("acos"),
     .meaning = "the angle from 0 to pi with that cosine",
     .enclosure =
         enclosure_by([](const auto &x, const auto &, bool &undefined) { return acos_range(x, undefined); }),
     .batch = {unary<Kernel::ArcCosine>, flag<Kernel::MayLeaveUnit>},
     .slope = {kMinusOnce, kNoSlope, kArcDivisor},
     .sample = sample_of_one([](double x) { return std::acos(x); }),
     .monotony = {Monotony::Falls},
     .total = false,
     .smoothness = Smoothness::Inside,
     .inside = inside_unit,
     .series = [](const SeriesCall &of) { return arc_sine_series(of, true); },
     .cost = BoxCost::Elementary},
    {.op = Op::Atan,
     .text = function("atan"),
     .meaning = "the angle between -pi/2 and pi/2 with that tangent",
     .enclosure = enclosure_by([](const auto &x, const auto &, bool &) { return atan_range(x); }),
     .batch = {unary<Kernel::ArcTangent>},
     .slope = {kOnce, kNoSlope,
               factor([](auto &on, const auto &of) { return on.add(on.number(1), on.square(of.x)); })},
     .sample = sample_of_one([](double x) { return std::atan(x); }),
     .monotony = {Monotony::Rises},
     .smoothness = Smoothness::Smooth,
     .series =
         [](const SeriesCall &of) {
           one_and_square(of, 1);
           of.on.primitive(of.g, of.w, of.h_0, of.h);
           return true;
         },
     .parity = Parity::Odd,
     .by_range = true,
     .cost = BoxCost::Elementary,
     .coq = {"atan", "Atan"}},
    {.op = Op::Sinh,
     .text = function("sinh"),
     .meaning = "(exp(x) - exp(-x)) / 2",
     .enclosure = enclosure_by([](const auto &x, const auto &, bool &) { return sinh_range(x); }),
     .batch = {[](Arithmetic &on, const Quantity &x, const Quantity &) { return on.hyperbolic(x)[0]; }},
     .slope = {times(factor([](auto &on, const auto &of) { return on.cosh(of.x); })), kNoSlope, {}},
     .sample = sample_of_one([](double x) { return std::sinh(x); }),
     .monotony = {Monotony::Rises},
     .smoothness = Smoothness::Smooth,
     .series =
         [](const SeriesCall &of) {
           of.on.sine_and_cosine(of.g, 1, of.h_0, cosh_range(of.g[0]), of.h, of.other);
           return true;
         },
     .parity = Parity::Odd,
     .cost = BoxCost::Elementary},
    {.op = Op::Cosh,
     .text = function("cosh"),
     .meaning = "(exp(x) + exp(-x)) / 2",
     .enclosure = enclosure_by([](const auto &x, const auto &, bool &) { return cosh_range(x); }),
     .batch = {[](Arithmetic &on, const Quantity &x, const Quantity &) { return on.hyperbolic(x)[1]; }},
     .slope = {times(factor([](auto &on, const auto &of) { return on.sinh(of.x); })), kNoSlope, {}},
     .sample = sample_of_one([](double x) { return std::cosh(x); }),
     .monotony = {Monotony::RisesWithSize},
     .nonnegative = true,
     .smoothness = Smoothness::Smooth,
     .series =
         [](const SeriesCall &of) {
           of.on.sine_and_cosine(of.g, 1, sinh_range(of.g[0]), of.h_0, of.other, of.h);
           return true;
         },
     .parity = Parity::Even,
     .cost = BoxCost::Elementary},
    {.op = Op::Tanh,
     .text = function("tanh"),
     .meaning = "sinh(x) / cosh(x)",
     .enclosure = enclosure_by([](const auto &x, const auto &, bool &) { return tanh_range(x); }),
     .batch = {unary<Kernel::HyperbolicTangent>},
     .slope = {times(factor([](auto &on, const auto &of) {
                 return on.add(on.number(1), on.negate(on.square(of.v)));
               })),
               kNoSlope,
               {}},
     .sample = sample_of_one([](double x) { return std::tanh(x); }),
     .monotony = {Monotony::Rises},
     .smoothness = Smoothness::Smooth,
     .series =
         [](const SeriesCall &of) {
           of.on.tangent(of.g, -1, of.h_0, of.h);
           return true;
         },
     .parity = Parity::Odd,
     .by_range = true,
     .cost = BoxCost::Elementary},
    {.op = Op::Abs,
     .text = function("abs"),
     .meaning = "the absolute value",
     .enclosure = enclosure_by([](const auto &x, const auto &, bool &) { return abs_range(x); }),
     .batch = {[](Arithmetic &on, const Quantity &x, const Quantity &) { return on.absolute(x); }},
     .sample = sample_of_one([](double x) { return std::fabs(x); }),
     .monotony = {Monotony::RisesWithSize},
     .nonnegative = true,
     .smoothness = Smoothness::Kink,
     .parity = Parity::Even,
     .coq = {"Rabs", "Abs"}},
    {.op = Op::Min,
     .text = {.name = "min", .least_arguments = 2, .most_arguments = kMostArguments},
     .meaning = "the least of several",
     .enclosure = enclosure_by([](const auto &x, const auto &y, bool &) { return min_range(x, y); }),
     .batch = {[](Arithmetic &on, const Quantity &x, const Quantity &y) {
       return on.negate(on.maximum(on.negate(x), on.negate(y)));
     }},
     .sample = sample_of_two([](double x, double y) { return x < y ? x : y; }),
     .monotony = {Monotony::Rises, Monotony::Rises},
     .smoothness = Smoothness::Kink,
     .coq = {"Rmin", "Min"}},
    {.op = Op::Max,
     .text = {.name = "max", .least_arguments = 2, .most_arguments = kMostArguments},
     .meaning = "the greatest of several",
     .enclosure = enclosure_by([](const auto &x, const auto &y, bool &) { return max_range(x, y); }),
     .batch = {[](Arithmetic &on, const Quantity &x, const Quantity &y) { return on.maximum(x, y); }},
     .sample = sample_of_two([](double x, double y) { return x > y ? x : y; }),
     .monotony = {Monotony::Rises, Monotony::Rises},
     .smoothness = Smoothness::Kink,
     .coq = {"Rmax", "Max"}},
    {.op = Op::Floor,
     .text = function("floor"),
     .meaning = "the greatest whole number up to x",
     .enclosure = enclosure_by([](const auto &x, const auto &, bool &) { return floor_range(x); }),
     .batch = {[](Arithmetic &on, const Quantity &x, const Quantity &) {
       return on.unary(Kernel::Floor, x,
                       x.sign == batch::Sign::NonNegative ? batch::Sign::NonNegative : batch::Sign::Unknown);
     }},
     .sample = sample_of_one([](double x) { return std::floor(x); }),
     .monotony = {Monotony::Rises},
     .smoothness = Smoothness::Jump,
     .coq = {"floor", "Floor"}},
    {.op = Op::Step,
     .text = function("step"),
     .meaning = "1 for x >= 0, else 0",
     .enclosure = enclosure_by([](const auto &x, const auto &, bool &) { return step_range(x); }),
     .batch = {unary<Kernel::Step, batch::Sign::NonNegative>},
     .sample = sample_of_one([](double x) { return x >= 0 ? 1.0 : 0.0; }),
     .monotony = {Monotony::Rises},
     .nonnegative = true,
     .smoothness = Smoothness::Jump,
     .by_range = true,
     .coq = {"step", "Step"}},
    {.op = Op::Sign,
     .text = function("sign"),
     .meaning = "-1, 0 or 1, as x is",
     .enclosure = enclosure_by([](const auto &x, const auto &, bool &) { return sign_range(x); }),
     .batch = {[](Arithmetic &on, const Quantity &x, const Quantity &) {
       return on.unary(Kernel::Sign, x, x.sign);
     }},
     .sample = sample_of_one([](double x) { return x > 0   ? 1.0
                                                   : x < 0 ? -1.0
                                                           : 0.0; }),
     .monotony = {Monotony::Rises},
     .smoothness = Smoothness::Jump,
     .by_range = true,
     .coq = {"sign", "Sign"}},
    {.op = Op::Less, // 1 where the first is the smaller one
     .text = infix(" < ", Grammar::Comparison),
     .enclosure =
         enclosure_by([](const auto &x, const auto &y, bool &) { return truth_value(is_less(x, y), x); }),
     .batch = {compared<Kernel::Less>},
     .sample = sample_of_two([](double x, double y) { return x < y ? 1.0 : 0.0; }),
     .monotony = {Monotony::Falls, Monotony::Rises},
     .nonnegative = true,
     .smoothness = Smoothness::Jump,
     .by_range = true,
     .coq = {"less", "Less"}},
    {.op = Op::LessEqual,
     .text = infix(" <= ", Grammar::Comparison),
     .enclosure = enclosure_by(
         [](const auto &x, const auto &y, bool &) { return truth_value(is_less_or_equal(x, y), x); }),
     .batch = {compared<Kernel::LessEqual>},
     .sample = sample_of_two([](double x, double y) { return x <= y ? 1.0 : 0.0; }),
     .monotony = {Monotony::Falls, Monotony::Rises},
     .nonnegative = true,
     .smoothness = Smoothness::Jump,
     .by_range = true,
     .coq = {"at_most", "At_most"}},
    {.op = Op::Equal,
     .text = infix(" == ", Grammar::Comparison),
     .enclosure =
         enclosure_by([](const auto &x, const auto &y, bool &) { return truth_value(is_equal(x, y), x); }),
     .batch = {compared<Kernel::Equal>},
     .sample = sample_of_two([](double x, double y) { return x == y ? 1.0 : 0.0; }),
     .nonnegative = true,
     .smoothness = Smoothness::Jump,
     .by_range = true,
     .coq = {"equal", "Equal"}},
    {.op = Op::NotEqual, // in a batch 1 - Equal, exactly
     .text = infix(" != ", Grammar::Comparison),
     .enclosure = enclosure_by(
         [](const auto &x, const auto &y, bool &) { return truth_value(negated(is_equal(x, y)), x); }),
     .batch = {[](Arithmetic &on, const Quantity &x, const Quantity &y) -> Quantity {
       const Quantity equal = compared<Kernel::Equal>(on, x, y);
       return {on.subtract(on.constant(1), equal).bounds, batch::Sign::NonNegative};
     }},
     .sample = sample_of_two([](double x, double y) { return x != y ? 1.0 : 0.0; }),
     .nonnegative = true,
     .smoothness = Smoothness::Jump,
     .by_range = true,
     .coq = {"different", "Different"}},
    {.op = Op::If, .text = function("if", 3), .meaning = "if(c, a, b): a where c is not 0, else b"},
    {.op = Op::Cantor,
     .text = function("cantor"),
     .meaning = "the devil's staircase",
     .enclosure = enclosure_by([](const auto &x, const auto &, bool &) { return cantor_range(x); }),
     .batch = {unary<Kernel::Cantor, batch::Sign::NonNegative>},
     .sample = sample_of_one([](double x) { return cantor_sample(x); }),
     .monotony = {Monotony::Rises},
     .nonnegative = true,
     .smoothness = Smoothness::Singular,
     .cost = BoxCost::Elementary},
    {.op = Op::Takagi,
     .text = function("takagi"),
     .meaning = "Takagi's continuous function without slopes",
     .enclosure = enclosure_by([](const auto &x, const auto &, bool &) { return takagi_range(x); }),
     .batch = {unary<Kernel::Takagi, batch::Sign::NonNegative>},
     .sample = sample_of_one([](double x) { return takagi_sample(x); }),
     .nonnegative = true,
     .smoothness = Smoothness::Rough,
     .cost = BoxCost::Elementary},
    {.op = Op::Weierstrass,
     .text = function("weierstrass", 3),
     .meaning = "weierstrass(x, a, b): the sum of a^n cos(b^n pi x)",
     .cost = BoxCost::LongSum},
    {.op = Op::Cbrt,
     .text = function("cbrt"),
     .meaning = "the cube root, of negative numbers too: cbrt(-8) = -2",
     .enclosure = enclosure_by([](const auto &x, const auto &, bool &) { return cbrt_range(x); }),
     .batch = {unary<Kernel::CubeRoot>},
     .slope = {kOnce, kNoSlope,
               factor([](auto &on, const auto &of) { return on.multiply(on.number(3), on.square(of.v)); })},
     .sample = sample_of_one([](double x) { return std::cbrt(x); }),
     .monotony = {Monotony::Rises},
     .smoothness = Smoothness::Inside,
     .inside = [](const Interval &x, const Interval &,
                  const Interval &v) { return without_zero(x) && without_zero(v); },
     .series =
         [](const SeriesCall &of) { // as any power, on either side of 0
           of.on.power(of.g, Interval(1.0) / Interval(3.0), of.h_0, of.h);
           return without_zero(of.g[0]);
         },
     .parity = Parity::Odd,
     .root = 3,
     .cost = BoxCost::Elementary},
    {.op = Op::Erf,
     .text = function("erf"),
     .meaning = "the error function",
     .enclosure = enclosure_by([](const auto &x, const auto &, bool &) { return erf_range(x); }),
     .batch = {unary<Kernel::ErrorFunction>},
     .slope = {times(factor([](auto &on, const auto &of) {
                 return on.multiply(on.number(2), on.exp(on.negate(on.square(of.x))));
               })),
               kNoSlope, factor([](auto &on, const auto &) { return on.sqrt(on.pi()); })},
     .sample = sample_of_one([](double x) { return std::erf(x); }),
     .monotony = {Monotony::Rises},
     .smoothness = Smoothness::Smooth,
     .series = erf_series,
     .parity = Parity::Odd,
     .by_range = true,
     .cost = BoxCost::Elementary},
    {.op = Op::Table, .total = false, .cost = BoxCost::Patches},
};

using Arguments = std::span<const std::int32_t>;

constexpr Abbreviation kAbbreviations[] = {
    {"hypot", 2, "hypot(x, y) = sqrt(x^2 + y^2)",
     [](ExpressionBuilder &build, Arguments of) {
       const std::int32_t two = build.constant(2);
       return build.apply(Op::Sqrt, build.apply(Op::Add, build.power(of[0], two), build.power(of[1], two)));
     }},
    {"mod", 2, "mod(x, y) = x - y floor(x / y)",
     [](ExpressionBuilder &build, Arguments of) {
       const std::int32_t whole = build.apply(Op::Floor, build.apply(Op::Divide, of[0], of[1]));
       return build.apply(Op::Subtract, of[0], build.apply(Op::Multiply, of[1], whole));
     }},
    {"sinc", 1, "sinc(x) = sin(x) / x, sinc(0) = 1",
     [](ExpressionBuilder &build, Arguments of) {
       if (const mpq_class *number = build.value_of(of[0]); number != nullptr && *number == 0) {
         return build.constant(1);
       }
       const std::int32_t at_zero = build.apply(Op::Equal, of[0], build.constant(0));
       return build.apply(Op::If, at_zero, build.constant(1),
                          build.apply(Op::Divide, build.apply(Op::Sin, of[0]), of[0]));
     }},
    // One formula for all angles between -pi and pi: by half of them. It has no value where the angle jumps.
    {"atan2", 2, "atan2(y, x) = 2 atan(y / (sqrt(x^2 + y^2) + x))",
     [](ExpressionBuilder &build, Arguments of) {
       const std::int32_t two = build.constant(2);
       const std::int32_t radius =
           build.apply(Op::Sqrt, build.apply(Op::Add, build.power(of[1], two), build.power(of[0], two)));
       const std::int32_t half =
           build.apply(Op::Atan, build.apply(Op::Divide, of[0], build.apply(Op::Add, radius, of[1])));
       return build.apply(Op::Multiply, two, half);
     }},
};

} // namespace

std::span<const OperationRules> all_operations() { return kOperations; }

const OperationRules &rules_of(Op op) {
  const OperationRules &rules = kOperations[static_cast<std::size_t>(op)];
  assert(rules.op == op);
  return rules;
}

const OperationRules *find_function(std::string_view name) {
  const auto *const found =
      std::find_if(std::begin(kOperations), std::end(kOperations), [&](const OperationRules &rules) {
        return rules.text.name != nullptr && rules.text.least_arguments > 0 && name == rules.text.name;
      });
  return found == std::end(kOperations) ? nullptr : found;
}

const Abbreviation *find_abbreviation(std::string_view name) {
  const auto *const found =
      std::find_if(std::begin(kAbbreviations), std::end(kAbbreviations),
                   [&](const Abbreviation &abbreviation) { return name == abbreviation.name; });
  return found == std::end(kAbbreviations) ? nullptr : found;
}

std::string function_names(std::string_view between) {
  std::string names;
  for (const OperationRules &rules : kOperations) {
    if (rules.text.name != nullptr && rules.text.least_arguments > 0) {
      names.append(names.empty() ? "" : between).append(rules.text.name);
    }
  }
  for (const Abbreviation &abbreviation : kAbbreviations) {
    names.append(between).append(abbreviation.name);
  }
  return names;
}

double cost_of(Op op, std::size_t dimension) {
  switch (rules_of(op).cost) {
  case BoxCost::Simple:
    return 0;
  case BoxCost::Elementary:
    return dimension == 1 ? 2 : 0.5;
  case BoxCost::Patches: // 0.8 us a box of a table of 12 x 12 nodes, 0.1 us of a simple target
    return 7;
  case BoxCost::LongSum:
    return 40;
  }
  return 0;
}

bool is_jump(Op op) noexcept { return rules_of(op).smoothness == Smoothness::Jump; }
bool is_smooth(Op op) noexcept { return rules_of(op).smoothness == Smoothness::Smooth; }

} // namespace layercert
