// The terms of a sum that are quotients with a denominator that may be 0 are put together, if they depend on
// the same coordinates: the poles of others lie elsewhere.
#include "pole_sums.hpp"

#include "expression_builder.hpp"
#include "expression_evaluator.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "node_index.hpp"
#include "removable.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace layercert {

namespace {

constexpr std::size_t kMostNodes = 500; // of an expression whose sums are looked at
constexpr std::size_t kMostPoles = 4;   // of a sum

bool is_sum(Op op) { return op == Op::Add || op == Op::Subtract || op == Op::Negate; }

struct Term {
  std::size_t node;
  bool negative;
};
struct Fraction {
  std::int32_t top;
  std::int32_t bottom;
};

class PoleSums {
public:
  PoleSums(const Expression &f, std::size_t dimension)
      : f_(f), dimension_(dimension), evaluator_(f, dimension, ExpressionEvaluator::Quotients::AsTheyAre) {
    const std::vector<Interval> cube(dimension, Interval(0.0, 1.0));
    evaluator_.range(cube);
    in_sum_.assign(f.nodes().size(), 0);
    for (const Node &node : f.nodes()) {
      std::uint64_t set = node.op == Op::Variable ? std::uint64_t{1} << node.integer % 64 : 0;
      for (const std::int32_t argument : node.argument) {
        set |= argument < 0 ? 0 : variables_[index_of(argument)];
        if (argument >= 0 && is_sum(node.op)) {
          in_sum_[index_of(argument)] = 1;
        }
      }
      variables_.push_back(set);
    }
  }

  Expression run() {
    for (std::size_t at = 0; at < f_.nodes().size(); ++at) {
      const std::optional<std::int32_t> other =
          is_sum(f_.nodes()[at].op) && (in_sum_[at] == 0 || at + 1 == f_.nodes().size()) ? rewritten(at)
                                                                                         : std::nullopt;
      values_.push_back(other ? *other : builder_.copy(f_, f_.nodes()[at], values_));
    }
    return builder_.finish(values_.back());
  }

private:
  void gather(std::size_t at, bool negative, std::vector<Term> &terms) const {
    const Node &node = f_.nodes()[at];
    if (!is_sum(node.op) || terms.size() > kMostNodes) {
      terms.push_back({at, negative});
      return;
    }
    gather(index_of(node.argument[0]), node.op == Op::Negate ? !negative : negative, terms);
    if (node.op != Op::Negate) {
      gather(index_of(node.argument[1]), node.op == Op::Subtract ? !negative : negative, terms);
    }
  }

  bool may_be_zero(std::int32_t node) const {
    const Interval &value = evaluator_.value(index_of(node));
    return evaluator_.undefined(index_of(node)) || !(value.lower() > 0 || value.upper() < 0);
  }

  std::optional<Fraction> fraction(std::size_t at) {
    const Node &node = f_.nodes()[at];
    const auto value = [&](std::size_t i) { return values_[index_of(node.argument[i])]; };
    if (node.op == Op::Divide && may_be_zero(node.argument[1])) {
      return Fraction{value(0), value(1)};
    }
    if (node.op == Op::PowerInteger && node.integer < 0 &&
        node.integer > std::numeric_limits<std::int32_t>::min() && may_be_zero(node.argument[0])) {
      return Fraction{builder_.constant(1), builder_.power(value(0), builder_.constant(-node.integer))};
    }
    if (node.op == Op::Multiply) {
      for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
        if (std::optional<Fraction> part = fraction(index_of(node.argument[i]))) {
          part->top = builder_.apply(Op::Multiply, part->top, value(1 - i));
          return part;
        }
      }
    }
    return std::nullopt;
  }

  std::int32_t plus(std::int32_t a, std::int32_t b, bool negative) {
    return builder_.apply(negative ? Op::Subtract : Op::Add, a, b);
  }

  std::optional<std::int32_t> rewritten(std::size_t at) {
    std::vector<Term> terms;
    gather(at, false, terms);
    std::optional<Fraction> whole;
    std::uint64_t coordinates = 0;
    std::size_t poles = 0;
    std::vector<Term> others;
    for (const Term &term : terms) {
      std::optional<Fraction> part = fraction(term.node);
      if (!part || (whole && variables_[term.node] != coordinates)) {
        others.push_back(term);
        continue;
      }
      ++poles;
      if (!whole) {
        coordinates = variables_[term.node];
        whole = part;
        whole->top = term.negative ? builder_.apply(Op::Negate, part->top) : part->top;
        continue;
      }
      if (whole->bottom == part->bottom) {
        whole->top = plus(whole->top, part->top, term.negative);
        continue;
      }
      whole->top = plus(builder_.apply(Op::Multiply, whole->top, part->bottom),
                        builder_.apply(Op::Multiply, part->top, whole->bottom), term.negative);
      whole->bottom = builder_.apply(Op::Multiply, whole->bottom, part->bottom);
    }
    if (poles < 2 || poles > kMostPoles) {
      return std::nullopt;
    }
    std::int32_t result = builder_.apply(Op::Divide, whole->top, whole->bottom);
    const Expression quotient = builder_.finish(result);
    const std::vector<RemovableQuotient> found = RemovableQuotient::find(quotient, dimension_);
    if (std::none_of(found.begin(), found.end(), [&](const RemovableQuotient &removable) {
          return removable.node() + 1 == quotient.nodes().size();
        })) {
      return std::nullopt;
    }
    for (const Term &term : others) {
      result = plus(result, values_[term.node], term.negative);
    }
    return result;
  }

  const Expression &f_;
  std::size_t dimension_;
  ExpressionEvaluator evaluator_;
  std::vector<char> in_sum_;             // whether the node is a term of a sum
  std::vector<std::uint64_t> variables_; // that the node depends on, as a set of bits, modulo 64
  std::vector<std::int32_t> values_;
  ExpressionBuilder builder_;
};

} // namespace

Expression with_common_denominators(const Expression &f, std::size_t dimension) {
  assert_upward();
  const auto divisions = std::count_if(f.nodes().begin(), f.nodes().end(), [](const Node &node) {
    return node.op == Op::Divide || (node.op == Op::PowerInteger && node.integer < 0);
  });
  if (f.table() != nullptr || divisions < 2 || f.nodes().size() > kMostNodes) {
    return f;
  }
  return PoleSums(f, dimension).run();
}

} // namespace layercert
