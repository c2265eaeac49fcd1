#include "coq_expression.hpp"

#include "function/operations.hpp"
#include "layercert/error.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace layercert {

namespace {

// Shared nodes are written out at every use: a bound of what Coq should read.
constexpr std::size_t kLongestTerm = 1 << 20;

std::string whole_number(const mpz_class &value) {
  return value < 0 ? fmt::format("({})", value.get_str()) : value.get_str();
}

CoqExpression whole(const mpz_class &value) {
  return {value < 0 ? "IZR " + whole_number(value) : value.get_str(), "Whole " + whole_number(value)};
}

CoqExpression constant(const mpq_class &value) {
  if (value.get_den() == 1) {
    return whole(value.get_num());
  }
  const std::string numerator = whole(value.get_num()).function;
  return {fmt::format("{} / {}", numerator, value.get_den().get_str()),
          fmt::format("Rational {} {}", whole_number(value.get_num()), value.get_den().get_str())};
}

CoqExpression unary(const char *function, const char *constructor, const CoqExpression &a) {
  return {fmt::format("{} ({})", function, a.function), fmt::format("{} ({})", constructor, a.term)};
}

CoqExpression binary(const char *sign, const char *constructor, const CoqExpression &a,
                     const CoqExpression &b) {
  return {fmt::format("({}) {} ({})", a.function, sign, b.function),
          fmt::format("{} ({}) ({})", constructor, a.term, b.term)};
}

CoqExpression of_two(const char *function, const char *constructor, const CoqExpression &a,
                     const CoqExpression &b) {
  return {fmt::format("{} ({}) ({})", function, a.function, b.function),
          fmt::format("{} ({}) ({})", constructor, a.term, b.term)};
}

CoqExpression power(const CoqExpression &a, int exponent) {
  if (exponent == 0) {
    return whole(1);
  }
  if (exponent < 0) {
    return binary("/", "Div", whole(1), power(a, -exponent));
  }
  return {fmt::format("({}) ^ {}", a.function, exponent), fmt::format("Pow ({}) {}", a.term, exponent)};
}

} // namespace

bool jumps_in_coq(const Expression &expression) {
  return std::any_of(expression.nodes().begin(), expression.nodes().end(),
                     [](const Node &node) { return node.op == Op::If || is_jump(node.op); });
}

CoqExpression coq_expression(const Expression &expression, CoqArgument argument, const std::string &name,
                             std::size_t line) {
  const auto unknown = [&](const std::string &what) -> InputError {
    return {name, line,
            "the target has " + what +
                "; expected an expression of numbers, pi, e, x, + - * /, whole powers, sqrt, exp, log, sin, "
                "cos, tan, atan, sinh, cosh, abs, min, max, step, floor, sign, if and comparisons"};
  };
  if (argument == CoqArgument::Number && jumps_in_coq(expression)) {
    throw unknown("a jump in a constant");
  }
  std::vector<CoqExpression> done;
  for (const Node &node : expression.nodes()) {
    const auto at = [&](std::size_t i) -> const CoqExpression & {
      return done[static_cast<std::size_t>(node.argument[i])];
    };
    const auto exponentials = [&](const char *sign, const char *constructor) { // (exp a +- exp(-a)) / 2
      return binary("/", "Div",
                    binary(sign, constructor, unary("exp", "Exp", at(0)),
                           unary("exp", "Exp", unary("-", "Neg", at(0)))),
                    whole(2));
    };
    switch (node.op) {
    case Op::Constant:
      done.push_back(constant(expression.constants()[static_cast<std::size_t>(node.constant)]));
      break;
    case Op::Pi:
      done.push_back({rules_of(Op::Pi).coq.function, rules_of(Op::Pi).coq.constructor});
      break;
    case Op::E:
      done.push_back(unary("exp", "Exp", whole(1)));
      break;
    case Op::Variable:
      done.push_back(argument == CoqArgument::Number
                         ? CoqExpression{"x", "Coordinate"}
                         : CoqExpression{fmt::format("x {}%nat", node.integer),
                                         fmt::format("Coordinate {}", node.integer)});
      break;
    case Op::PowerInteger:
      done.push_back(power(at(0), node.integer));
      break;
    case Op::Tan:
      done.push_back(binary("/", "Div", unary("sin", "Sin", at(0)), unary("cos", "Cos", at(0))));
      break;
    case Op::Sinh:
      done.push_back(exponentials("-", "Sub"));
      break;
    case Op::Cosh:
      done.push_back(exponentials("+", "Add"));
      break;
    case Op::If:
      done.push_back({fmt::format("choose ({}) ({}) ({})", at(0).function, at(1).function, at(2).function),
                      fmt::format("Choose ({}) ({}) ({})", at(0).term, at(1).term, at(2).term)});
      break;
    case Op::Power:
      throw unknown("a power that is not a whole number");
    default: {
      const OperationRules &rules = rules_of(node.op);
      if (rules.coq.function == nullptr) {
        throw unknown("a function that the machine-checked theory does not know");
      }
      if (node.argument[1] < 0) {
        done.push_back(unary(rules.coq.function, rules.coq.constructor, at(0)));
      } else if (rules.text.sign != nullptr && !is_jump(node.op)) {
        done.push_back(binary(rules.coq.function, rules.coq.constructor, at(0), at(1)));
      } else {
        done.push_back(of_two(rules.coq.function, rules.coq.constructor, at(0), at(1)));
      }
    }
    }
    if (done.back().term.size() > kLongestTerm || done.back().function.size() > kLongestTerm) {
      throw unknown("more than 2^20 characters when written out");
    }
  }
  return done.back();
}

} // namespace layercert
