#include "layercert/function/symbolic.hpp"

#include "expression_builder.hpp"
#include "expression_limits.hpp"
#include "layercert/error.hpp"
#include "layercert/instance/exact_number.hpp"
#include "layercert/numeric/dyadic.hpp"

#include <fmt/format.h>

#include <array>
#include <cassert>
#include <cmath>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

namespace layercert {

struct Symbolic::Term {
  Op op = Op::Constant;
  std::array<std::shared_ptr<const Term>, 3> argument;
  mpq_class constant;
  int variable = -1;

  Term() = default;
  Term(const Term &) = delete;
  Term &operator=(const Term &) = delete;
  // One after the other: a sum of a million terms must not need a million frames of the stack.
  ~Term() {
    std::vector<std::shared_ptr<const Term>> unused;
    const auto take = [&](const Term &term) {
      for (std::shared_ptr<const Term> &part : const_cast<Term &>(term).argument) {
        if (part != nullptr && part.use_count() == 1) {
          unused.push_back(std::move(part));
        }
      }
    };
    take(*this);
    while (!unused.empty()) {
      const std::shared_ptr<const Term> last = std::move(unused.back());
      unused.pop_back();
      take(*last);
    }
  }
};

namespace {

mpq_class exact_value(double value) {
  if (!std::isfinite(value)) {
    throw InputError("a constant of the target", 0, fmt::format("found {}; expected a finite number", value));
  }
  return Dyadic::from_double(value).to_rational();
}

} // namespace

Symbolic::Symbolic(const mpq_class &value) {
  const auto term = std::make_shared<Term>();
  term->constant = value;
  term->constant.canonicalize();
  term_ = term;
}

Symbolic::Symbolic(double value) : Symbolic(exact_value(value)) {}

Symbolic::Symbolic(Op op, const Symbolic &a) {
  const auto term = std::make_shared<Term>();
  term->op = op;
  term->argument = {a.term_, nullptr, nullptr};
  term_ = term;
}

Symbolic::Symbolic(Op op, const Symbolic &a, const Symbolic &b) {
  const auto term = std::make_shared<Term>();
  term->op = op;
  term->argument = {a.term_, b.term_, nullptr};
  term_ = term;
}

Symbolic::Symbolic(Op op, const Symbolic &a, const Symbolic &b, const Symbolic &c) {
  const auto term = std::make_shared<Term>();
  term->op = op;
  term->argument = {a.term_, b.term_, c.term_};
  term_ = term;
}

Symbolic Symbolic::exactly(std::string_view number) {
  try {
    return Symbolic(parse_exact_number(std::string(number)));
  } catch (const std::invalid_argument &error) {
    throw InputError("a constant of the target", 0, error.what());
  }
}

Symbolic Symbolic::pi() {
  const auto term = std::make_shared<Term>();
  term->op = Op::Pi;
  return Symbolic(std::shared_ptr<const Term>(term));
}

Symbolic Symbolic::e() {
  const auto term = std::make_shared<Term>();
  term->op = Op::E;
  return Symbolic(std::shared_ptr<const Term>(term));
}

Symbolic Symbolic::variable(int j) {
  assert(j >= 0 && j < 10);
  const auto term = std::make_shared<Term>();
  term->op = Op::Variable;
  term->variable = j;
  return Symbolic(std::shared_ptr<const Term>(term));
}

Expression Symbolic::expression() const {
  ExpressionBuilder builder;
  std::unordered_map<const Term *, std::int32_t> built;
  const auto node_of = [&](const std::shared_ptr<const Term> &term) {
    return term == nullptr ? -1 : built.at(term.get());
  };
  const auto build = [&](const Term &term) {
    switch (term.op) {
    case Op::Constant:
      return builder.constant(term.constant);
    case Op::Pi:
    case Op::E:
      return builder.leaf(term.op);
    case Op::Variable:
      return builder.variable(term.variable);
    case Op::Power:
      return builder.power(node_of(term.argument[0]), node_of(term.argument[1]));
    default:
      return builder.apply(term.op, node_of(term.argument[0]), node_of(term.argument[1]),
                           node_of(term.argument[2]));
    }
  };
  std::vector<const Term *> open = {term_.get()};
  while (!open.empty()) {
    const Term &term = *open.back();
    const std::size_t before = open.size();
    for (const std::shared_ptr<const Term> &part : term.argument) {
      if (part != nullptr && !built.contains(part.get())) {
        open.push_back(part.get());
      }
    }
    if (open.size() == before) { // its parts are there
      open.pop_back();
      built.emplace(&term, build(term));
    }
  }
  Expression result = builder.finish(built.at(term_.get()));
  if (result.nodes().size() > kLargestNodes) {
    throw InputError(
        "the target", 0,
        fmt::format("found {} operations; expected at most {}", result.nodes().size(), kLargestNodes));
  }
  return result;
}

} // namespace layercert
