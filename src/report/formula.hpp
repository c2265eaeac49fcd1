// f as people write it: the text of an expression as a tree, and the tree as mathematics for a page (MathML)
// or a paper (LaTeX).
//
// The graph of operations does not serve here: it has written out its sums, folded its constants and shared
// its parts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace layercert {

enum class FormulaKind {
  Number,  // text: as written
  Name,    // text: a variable, pi, e, or the index of a sum
  Negate,  // of one operand
  Terms,   // text: a '+' or '-' for each operand, the first '+'
  Factors, // text: a '*' or '/' for each operand, the first '*'; taken from the left
  Power,   // base, exponent
  Call,    // text: the function
  Sum,     // text: the index; from, to, term
  Compare  // text: the sign, between two operands
};

struct FormulaNode {
  FormulaKind kind = FormulaKind::Number;
  std::string text = {};
  std::vector<FormulaNode> of = {};
};

// Requires: a text that parse_expression takes.
FormulaNode parse_formula(std::string_view text);

// Nodes of the tree; more than kMostTypeset are no formula to read, and stay code.
std::size_t size_of(const FormulaNode &formula);
inline constexpr std::size_t kMostTypeset = 600;

// Are the variables x, y, z in the formula, and not x0, x1, ...?
bool names_letters(const FormulaNode &formula, std::size_t dimension);

// "f(x, y) = ..." as <math> elements in a row, between which a line may break: at the signs between the
// terms.
std::string mathml_of(const FormulaNode &formula, std::size_t dimension);

// "f(x, y) = ..." for LaTeX's mathematics, with amsmath. Nothing is in braces or between \left and \right
// that a line might have to break.
std::string tex_of(const FormulaNode &formula, std::size_t dimension);

} // namespace layercert
