// The target as an expression: read from its text, and enclosed over boxes with its derivatives.
#pragma once

#include "functions.hpp"
#include "multilinear.hpp"
#include "quotients.hpp"

#include <optional>
#include <vector>

namespace checker {

// The number of a node as an index. Requires: at >= 0.
inline std::size_t index_of(int at) { return static_cast<std::size_t>(at); }

struct Node {
  Op op = Op::Constant;
  int argument[3] = {-1, -1, -1};
  slong integer = 0; // of a Variable, an IntegerPower, the last argument of a Weierstrass function
  Rational constant; // of a Constant, a RealPower, the second argument of a Weierstrass function
  const Function *function = nullptr; // of one variable, if it is one
};

class Expression {
public:
  // Throws Rejected for what this checker does not know. Names and operators: proofs/certificate-format.md,
  // "Expressions".
  static Expression parse(const std::string &text, std::size_t dimension);
  static Expression of_number(const Rational &value);
  // Samples with multilinear interpolation. The table must outlive the expression.
  static Expression of_samples(const layercert::SampleTable &table);
  std::vector<Node> nodes;      // arguments before their users, the value last
  std::vector<ulong> variables; // that each node depends on, as a set of bits
  std::vector<Interval> fixed;  // the values of the nodes that depend on none
  std::optional<Multilinear> samples;
  // For each node, if it is a quotient that is known near a common zero of its parts (null_sets.hpp); empty
  // if nobody has looked.
  std::vector<std::optional<CommonZero>> quotients;

  void prepare(std::size_t dimension); // finds variables and fixed
};

// Enclosures over a box. Nothing (Interval::whole) is known where f may be unbounded or have no value;
// nothing of a slope where f may jump. Otherwise, for all x, y of the box, f(x) - f(y) = sum_j s_j (x_j -
// y_j) with some s_j of slope[j] (Lemmas 21 to 23 of proofs/lemmas.md).
struct Jet {
  Interval value;
  // One for each coordinate; for Rates also, as the last, the derivative along h (where f has one: almost
  // everywhere, if the slopes are known).
  std::vector<Interval> slope;
  std::vector<Interval> rate_slope; // of that derivative; for Rates
  const Interval &rate() const { return slope.back(); }
};

class Evaluator {
public:
  Evaluator(const Expression &f, std::size_t dimension);
  enum Depth { Value, Slopes, Rates };
  // `h` only for Rates. The result stays until the next call.
  const Jet &operator()(const std::vector<Interval> &box, Depth depth, const std::vector<Interval> &h = {});
  const Jet &at(std::size_t node) const { return jets_[node]; } // of the last call
  bool fixed(std::size_t node) const { return f_.variables[node] == 0; }

private:
  friend class Expression;
  void evaluate(std::size_t at, const std::vector<Interval> &box, const std::vector<Interval> &h);
  void samples(Jet &out, const std::vector<Interval> &box, const std::vector<Interval> &h);
  void extend(const CommonZero &quotient, Jet &out) const;
  const Expression &f_;
  std::size_t d_;
  Depth depth_ = Value;
  std::vector<Jet> jets_;
  std::vector<Interval> box_, h_; // of the last call: what depends on other sides only stays
};

} // namespace checker
