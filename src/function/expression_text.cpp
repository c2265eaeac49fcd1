#include "expression_text.hpp"

#include "function_names.hpp"
#include "layercert/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <vector>

namespace layercert {

namespace {

// What a piece of text may stand in without parentheses: the rules of the grammar, the loosest first.
enum class Rule { Comparison, Sum, Product, Unary, Power, Primary };

class Writer {
public:
  explicit Writer(const Expression &expression) : expression_(expression) {}

  std::string write() {
    put(expression_.nodes().size() - 1, Rule::Comparison, 0);
    return std::move(text_);
  }

private:
  const Node &node(std::size_t at) const { return expression_.nodes()[at]; }
  const mpq_class &constant(const Node &node) const {
    return expression_.constants()[static_cast<std::size_t>(node.constant)];
  }

  Rule rule_of(const Node &node) const {
    switch (node.op) {
    case Op::Constant:
      return constant(node).get_den() != 1 ? Rule::Product : constant(node) < 0 ? Rule::Unary : Rule::Primary;
    case Op::Less:
    case Op::LessEqual:
    case Op::Equal:
    case Op::NotEqual:
      return Rule::Comparison;
    case Op::Add:
    case Op::Subtract:
      return Rule::Sum;
    case Op::Multiply:
    case Op::Divide:
      return Rule::Product;
    case Op::Negate:
      return Rule::Unary;
    case Op::Power:
    case Op::PowerInteger:
      return Rule::Power;
    default:
      return Rule::Primary;
    }
  }

  void put(std::size_t at, Rule least, int depth) {
    if (text_.size() > kLongestText || depth > kDeepestNesting) {
      throw InputError(
          "the target", 0,
          fmt::format("its text is too long or too deeply nested; expected at most {} characters "
                      "and {} levels",
                      kLongestText, kDeepestNesting));
    }
    const bool parentheses = rule_of(node(at)) < least;
    text_ += parentheses ? "(" : "";
    put_bare(node(at), depth + 1);
    text_ += parentheses ? ")" : "";
  }

  void put_argument(const Node &of, std::size_t i, Rule least, int depth) {
    put(static_cast<std::size_t>(of.argument[i]), least, depth);
  }

  void put_infix(const Node &of, Rule left, const char *sign, Rule right, int depth) {
    put_argument(of, 0, left, depth);
    text_ += sign;
    put_argument(of, 1, right, depth);
  }

  // a + b - c, a * b / c: nested to the left as deeply as they are long, but not in the text.
  void put_chain(const Node &of, Rule rule, Rule operand, int depth) {
    std::vector<const Node *> chain = {&of};
    const auto left = [&] { return static_cast<std::size_t>(chain.back()->argument[0]); };
    while (rule_of(node(left())) == rule && node(left()).op != Op::Constant) {
      chain.push_back(&node(left()));
    }
    put(left(), rule, depth);
    for (; !chain.empty(); chain.pop_back()) {
      const Op op = chain.back()->op;
      text_ += op == Op::Add ? " + " : op == Op::Subtract ? " - " : op == Op::Multiply ? "*" : "/";
      put_argument(*chain.back(), 1, operand, depth);
    }
  }

  void put_bare(const Node &of, int depth) {
    switch (of.op) {
    case Op::Constant:
      text_ += constant(of).get_str();
      return;
    case Op::Pi:
      text_ += "pi";
      return;
    case Op::E:
      text_ += "e";
      return;
    case Op::Variable:
      text_ += fmt::format("x{}", of.integer);
      return;
    case Op::Negate:
      text_ += "-";
      put_argument(of, 0, Rule::Unary, depth);
      return;
    case Op::Add:
    case Op::Subtract:
      return put_chain(of, Rule::Sum, Rule::Product, depth);
    case Op::Multiply:
    case Op::Divide:
      return put_chain(of, Rule::Product, Rule::Unary, depth);
    case Op::PowerInteger:
      put_argument(of, 0, Rule::Primary, depth);
      text_ += fmt::format("^{}", of.integer);
      return;
    case Op::Power:
      return put_infix(of, Rule::Primary, "^", Rule::Unary, depth);
    case Op::Less:
      return put_infix(of, Rule::Sum, " < ", Rule::Sum, depth);
    case Op::LessEqual:
      return put_infix(of, Rule::Sum, " <= ", Rule::Sum, depth);
    case Op::Equal:
      return put_infix(of, Rule::Sum, " == ", Rule::Sum, depth);
    case Op::NotEqual:
      return put_infix(of, Rule::Sum, " != ", Rule::Sum, depth);
    default:
      return put_call(of, depth);
    }
  }

  void put_call(const Node &of, int depth) {
    assert(of.op != Op::Table);
    const auto function = std::find_if(kFunctions.begin(), kFunctions.end(),
                                       [&](const FunctionName &known) { return known.op == of.op; });
    assert(function != kFunctions.end());
    text_ += function->name;
    for (std::size_t i = 0; i < 3 && of.argument[i] >= 0; ++i) {
      text_ += i == 0 ? "(" : ", ";
      put_argument(of, i, Rule::Comparison, depth);
    }
    text_ += of.op == Op::Weierstrass ? fmt::format(", {}, {})", constant(of).get_str(), of.integer) : ")";
  }

  const Expression &expression_;
  std::string text_;
};

} // namespace

std::string text_of(const Expression &expression) { return Writer(expression).write(); }

} // namespace layercert
