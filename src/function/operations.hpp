// The table of operations: what an operation is stands in one entry, and every pass over an expression takes
// its part from there.
//
// Structure is not in the table: a leaf has its value, `if` takes a branch, min and max are one of their
// arguments, a whole power has its exponent in the node. Passes know these by name, and find the rest here.
#pragma once

#include "expression_limits.hpp"
#include "layercert/function/expression.hpp"
#include "layercert/numeric/mpfr_interval.hpp"
#include "series.hpp"
#include "slope_calculus.hpp"

#include <limits>
#include <span>
#include <string>
#include <string_view>

namespace layercert {

// The rules of the grammar, the loosest first: what a piece of text may stand in without parentheses.
enum class Grammar { Comparison, Sum, Product, Unary, Power, Primary };

// How an operation is written. Of a function: name and numbers of arguments; of an operator: the sign with
// its blanks.
struct Text {
  const char *name = nullptr;
  std::size_t least_arguments = 1;
  std::size_t most_arguments = 1;
  const char *sign = nullptr;
  Grammar rule = Grammar::Primary;
};

// Holds u(x, y) for all points of x and y, rounded outward; sets `undefined` where u may have no value. A
// function of one argument is given it twice.
struct Enclosure {
  Interval (*in_doubles)(const Interval &x, const Interval &y, bool &undefined) = nullptr;
  MpfrInterval (*in_mpfr)(const MpfrInterval &x, const MpfrInterval &y, bool &undefined) = nullptr;

  Interval operator()(const Interval &x, const Interval &y, bool &undefined) const {
    return in_doubles(x, y, undefined);
  }
  MpfrInterval operator()(const MpfrInterval &x, const MpfrInterval &y, bool &undefined) const {
    return in_mpfr(x, y, undefined);
  }
  explicit operator bool() const { return in_doubles != nullptr; }
};

// The same for a batch: the operations that compute it, and the flag of boxes where u may have no value
// (none: there are no such boxes).
struct BatchRule {
  batch::Quantity (*value)(batch::Arithmetic &on, const batch::Quantity &x,
                           const batch::Quantity &y) = nullptr;
  batch::Register (*undefined)(batch::Arithmetic &on, const batch::Quantity &x,
                               const batch::Quantity &y) = nullptr;
};

// Doubles, to the nearest: not a bound.
struct Sample {
  double (*one)(double x, double y) = nullptr;
  void (*many)(const double *x, const double *y, double *out, std::size_t count) = nullptr;
};

// A part of a slope, by each arithmetic; null where it is 1.
struct SlopeFactor {
  Interval (*of_interval)(IntervalCalculus &, const SlopeArguments<Interval> &) = nullptr;
  batch::Quantity (*of_batch)(batch::BatchCalculus &, const SlopeArguments<batch::Quantity> &) = nullptr;
  std::int32_t (*of_graph)(GraphCalculus &, const SlopeArguments<std::int32_t> &) = nullptr;

  Interval operator()(IntervalCalculus &on, const SlopeArguments<Interval> &of) const {
    return of_interval(on, of);
  }
  batch::Quantity operator()(batch::BatchCalculus &on, const SlopeArguments<batch::Quantity> &of) const {
    return of_batch(on, of);
  }
  std::int32_t operator()(GraphCalculus &on, const SlopeArguments<std::int32_t> &of) const {
    return of_graph(on, of);
  }
  explicit operator bool() const { return of_interval != nullptr; }
};

// u' = (+- first x' +- second y') / divisor.
struct SlopeRule {
  struct Term {
    bool is_there = false;
    bool negated = false;
    SlopeFactor factor{};
  };
  Term first{};
  Term second{};
  SlopeFactor divisor{};

  explicit operator bool() const { return first.is_there; }
  // The derivative by one of the arguments. Requires: that term is there.
  template <class Calculus>
  typename Calculus::Value by(const Term &term, Calculus &on,
                              const SlopeArguments<typename Calculus::Value> &of) const {
    auto result = term.factor ? term.factor(on, of) : on.number(1);
    if (divisor) {
      result = on.divide(result, divisor(on, of));
    }
    return term.negated ? on.negate(result) : result;
  }
};

// What a Taylor expansion of u(g, g_2) starts from; h has room for it, the two others are scratch.
struct SeriesCall {
  SeriesArithmetic &on;
  ConstSeries g;
  ConstSeries g_2;
  bool second_varies;
  std::int32_t integer; // Node::integer
  const Interval &h_0;
  Series h;
  Series w;
  Series other;
};

// How u goes with one of its arguments, the other one fixed.
enum class Monotony { Unknown, Rises, Falls, RisesWithSize /* with |x| */ };
struct MonotonyRule {
  Monotony first = Monotony::Unknown;
  Monotony second = Monotony::Unknown;
  double from = -std::numeric_limits<double>::infinity(); // of x: only there
  double to = std::numeric_limits<double>::infinity();
};

enum class Smoothness {
  Smooth,   // has all derivatives, for all arguments
  Inside,   // has them where Operation::inside says so
  Kink,     // Lipschitz, with slopes that jump
  Jump,     // constant but for jumps
  Singular, // constant almost everywhere, but continuous
  Rough,    // has no slopes
  Depends   // on the node, or on what it chooses
};

enum class Parity { None, Even, Odd };

// What a box costs more, by measurement: see cost_of.
enum class BoxCost { Simple, Elementary, Patches, LongSum };

// The name in the machine-checked theory: a function of Coq's reals, and the constructor of
// proofs/theory/Expression.v. An operator stands between.
struct CoqNames {
  const char *function = nullptr;
  const char *constructor = nullptr;
};

struct OperationRules {
  Op op;
  Text text{};
  const char *meaning = ""; // for people
  Enclosure enclosure{};
  BatchRule batch{};
  SlopeRule slope{};
  Sample sample{};
  MonotonyRule monotony{};
  bool total = true;        // has a value for all arguments
  bool nonnegative = false; // has no value below 0
  Smoothness smoothness = Smoothness::Depends;
  // Whether it has all derivatives on a box, for Smoothness::Inside; v is the value there.
  bool (*inside)(const Interval &x, const Interval &y, const Interval &v) = nullptr;
  // The coefficients of a Taylor expansion from its arguments'; false where the enclosure at the centre is
  // too wide to divide by.
  bool (*series)(const SeriesCall &) = nullptr;
  Parity parity = Parity::None; // where u(-x) is u(x) or -u(x)
  int root = 0;                 // n, where |u(x)| = |x|^(1/n); for x >= 0 only, if n is even
  bool by_range = false;        // the enclosure serves over an unbounded range of the argument, too
  BoxCost cost = BoxCost::Simple;
  CoqNames coq{};
};

// A function that is written with operations of the table, exactly.
struct Abbreviation {
  const char *name;
  std::size_t arguments;
  const char *meaning;
  std::int32_t (*build)(ExpressionBuilder &build, std::span<const std::int32_t> arguments);
};

const OperationRules &rules_of(Op op);
std::span<const OperationRules> all_operations();
// The function of that name; null for any other name.
const OperationRules *find_function(std::string_view name);
const Abbreviation *find_abbreviation(std::string_view name); // null for any other name
// Names of all functions, with `between` between them.
std::string function_names(std::string_view between);

// What an operation adds to the cost of a box, in boxes of a simple target. In several dimensions the values
// of a function of one coordinate are found again.
double cost_of(Op op, std::size_t dimension);

} // namespace layercert
