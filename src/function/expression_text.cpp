#include "expression_text.hpp"

#include "layercert/error.hpp"
#include "operations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <vector>

namespace layercert {

namespace {

class Writer {
public:
  explicit Writer(const Expression &expression) : expression_(expression) {}

  std::string write() {
    put(expression_.nodes().size() - 1, Grammar::Comparison, 0);
    return std::move(text_);
  }

private:
  const Node &node(std::size_t at) const { return expression_.nodes()[at]; }
  const mpq_class &constant(const Node &node) const {
    return expression_.constants()[static_cast<std::size_t>(node.constant)];
  }

  Grammar rule_of(const Node &node) const {
    if (node.op != Op::Constant) {
      return rules_of(node.op).text.rule;
    }
    return constant(node).get_den() != 1 ? Grammar::Product
           : constant(node) < 0          ? Grammar::Unary
                                         : Grammar::Primary;
  }

  void put(std::size_t at, Grammar least, int depth) {
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

  void put_argument(const Node &of, std::size_t i, Grammar least, int depth) {
    put(static_cast<std::size_t>(of.argument[i]), least, depth);
  }

  void put_infix(const Node &of, Grammar left, const char *sign, Grammar right, int depth) {
    put_argument(of, 0, left, depth);
    text_ += sign;
    put_argument(of, 1, right, depth);
  }

  // a + b - c, a * b / c: nested to the left as deeply as they are long, but not in the text.
  void put_chain(const Node &of, Grammar rule, Grammar operand, int depth) {
    std::vector<const Node *> chain = {&of};
    const auto left = [&] { return static_cast<std::size_t>(chain.back()->argument[0]); };
    while (rule_of(node(left())) == rule && node(left()).op != Op::Constant) {
      chain.push_back(&node(left()));
    }
    put(left(), rule, depth);
    for (; !chain.empty(); chain.pop_back()) {
      text_ += rules_of(chain.back()->op).text.sign;
      put_argument(*chain.back(), 1, operand, depth);
    }
  }

  void put_bare(const Node &of, int depth) {
    switch (of.op) {
    case Op::Constant:
      text_ += constant(of).get_str();
      return;
    case Op::Variable:
      text_ += fmt::format("x{}", of.integer);
      return;
    case Op::PowerInteger:
      put_argument(of, 0, Grammar::Primary, depth);
      text_ += fmt::format("^{}", of.integer);
      return;
    case Op::Power: // to the right
      return put_infix(of, Grammar::Primary, "^", Grammar::Unary, depth);
    default:
      break;
    }
    const Text &text = rules_of(of.op).text;
    switch (text.rule) {
    case Grammar::Comparison:
      return put_infix(of, Grammar::Sum, text.sign, Grammar::Sum, depth);
    case Grammar::Sum:
      return put_chain(of, Grammar::Sum, Grammar::Product, depth);
    case Grammar::Product:
      return put_chain(of, Grammar::Product, Grammar::Unary, depth);
    case Grammar::Unary:
      text_ += text.sign;
      return put_argument(of, 0, Grammar::Unary, depth);
    default:
      return put_call(of, depth);
    }
  }

  void put_call(const Node &of, int depth) {
    assert(of.op != Op::Table);
    const Text &text = rules_of(of.op).text;
    text_ += text.name;
    if (text.least_arguments == 0) { // a constant
      return;
    }
    for (std::size_t i = 0; i < 3 && of.argument[i] >= 0; ++i) {
      text_ += i == 0 ? "(" : ", ";
      put_argument(of, i, Grammar::Comparison, depth);
    }
    text_ += of.op == Op::Weierstrass ? fmt::format(", {}, {})", constant(of).get_str(), of.integer) : ")";
  }

  const Expression &expression_;
  std::string text_;
};

} // namespace

std::string text_of(const Expression &expression) { return Writer(expression).write(); }

} // namespace layercert
