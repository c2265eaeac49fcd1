// The target as text: parsed into a directed acyclic graph of operations with exact constants.
#pragma once

#include <gmpxx.h>

#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace layercert {

// What a node computes of its arguments.
enum class Op : std::uint8_t {
  Constant,
  Pi,
  E,
  Variable,
  Negate,
  Add,
  Subtract,
  Multiply,
  Divide,
  PowerInteger, // exponent in Node::integer
  Power,
  Sqrt,
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
  Abs,
  Min,
  Max,
  Floor,
  Step, // step(t) = 1 for t >= 0, else 0
  Sign, // sign(0) = 0
  Less, // 1 where it holds, else 0; a > b is Less(b, a)
  LessEqual,
  Equal,
  NotEqual,
  If,          // (condition, then, else); the condition holds when it is not 0
  Cantor,      // numeric/cantor.hpp
  Takagi,      // numeric/takagi.hpp
  Weierstrass, // numeric/weierstrass.hpp; a in Node::constant, b in Node::integer
  Cbrt,        // the odd root: cbrt(-8) = -2
  Erf,         // 2/sqrt(pi) times the integral of exp(-s^2) from 0 to the argument
  Table // of all variables (function/multilinear.hpp): the only node of Expression::of_table, in no text
};

// Constant but for jumps: floor, step, sign and the comparisons.
bool is_jump(Op op) noexcept;
// Smooth for all arguments.
bool is_smooth(Op op) noexcept;

// An operation of the graph, on earlier nodes.
struct Node {
  Op op = Op::Constant;
  std::array<std::int32_t, 3> argument{-1, -1, -1};
  std::int32_t integer = 0;   // index of a Variable, exponent of a PowerInteger, b of a Weierstrass
  std::int32_t constant = -1; // index into constants(), of a Constant or a Weierstrass

  friend auto operator<=>(const Node &, const Node &) = default;
};

struct SampleTable; // sample_table.hpp

// A function of the coordinates as a graph of operations.
class Expression {
public:
  // The multilinear interpolation of a table with a side of at least 2.
  static Expression of_table(std::shared_ptr<const SampleTable> table);

  // Arguments stand before their users; the last node is the value.
  const std::vector<Node> &nodes() const noexcept { return nodes_; }
  const std::vector<mpq_class> &constants() const noexcept { return constants_; }
  const std::shared_ptr<const SampleTable> &table() const noexcept { return table_; } // null for a text
  int highest_variable() const noexcept;                                              // -1 if there is none
  // The value of the node `at` as an expression of its own, without what it does not need.
  Expression subexpression(std::size_t at) const;

private:
  friend class ExpressionBuilder;
  std::vector<Node> nodes_;
  std::vector<mpq_class> constants_;
  std::shared_ptr<const SampleTable> table_;
};

// Where the first character of the text stands; for messages.
struct TextPlace {
  std::string file;
  std::size_t line = 0;
  std::size_t column = 1;
};

// `sum(k, from, to, term)` is written out while reading: k stands for the whole numbers from..to, exactly, in
// the term.
//
// Decimal constants are exact (0.1 is one tenth), rational arithmetic of constants is folded exactly, equal
// subexpressions become one node. Nothing is simplified that would change where the expression has a value.
// Throws InputError with the column, and a second and third line that show the text and a caret.
Expression parse_expression(std::string_view text, std::size_t dimension, const TextPlace &place = {});

} // namespace layercert
