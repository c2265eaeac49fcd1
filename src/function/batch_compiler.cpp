#include "batch_compiler.hpp"

#include "batch_arithmetic.hpp"
#include "layercert/numeric/interval.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "node_index.hpp"
#include "numeric/weierstrass.hpp"
#include "operations.hpp"
#include "truth.hpp"

#include <cassert>

namespace layercert::batch {

namespace {

class Compiler {
public:
  // `near` is the compiler of the first batch, if this is that of the second.
  Compiler(const Expression &expression, std::size_t dimension, bool with_gradient, const Compiler *near,
           ProgramBuilder &builder)
      : expression_(expression), dimension_(dimension), with_gradient_(with_gradient), near_(near),
        on_(builder) {}

  CompiledExpression compile() {
    anchors_.resize(expression_.nodes().size());
    for (const Node &node : expression_.nodes()) {
      values_.push_back(value(node));
      flags_.push_back(flag(node));
      gradients_.emplace_back(dimension_);
      if (with_gradient_) {
        differentiate(node, values_.size() - 1);
      }
    }
    CompiledExpression result{values_.back().bounds, flags_.back(), {}};
    for (std::size_t j = 0; with_gradient_ && j < dimension_; ++j) {
      const std::optional<Quantity> &slope = gradients_.back()[j];
      result.gradient.push_back((slope ? *slope : on_.constant(0)).bounds);
    }
    return result;
  }

private:
  const Quantity &argument(const Node &node, std::size_t i) const {
    return values_[index_of(node.argument[i])];
  }
  Register argument_flag(const Node &node, std::size_t i) const { return flags_[index_of(node.argument[i])]; }

  // What is known of the condition of `if` in every box.
  Truth truth(const Node &node) const {
    const Quantity &condition = argument(node, 0);
    if (!on_.is_constant(condition)) {
      return Truth::Both;
    }
    return on_.lower(condition) > 0 || on_.upper(condition) < 0 ? Truth::Yes
           : on_.is_number(condition, 0)                        ? Truth::No
                                                                : Truth::Both;
  }

  // The exponent of a Power node, if it is one exact number.
  const mpq_class *exponent_of(const Node &node) const {
    const Node &exponent = expression_.nodes()[index_of(node.argument[1])];
    return exponent.op == Op::Constant ? &expression_.constants()[index_of(exponent.constant)] : nullptr;
  }

  // Of the node that is compiled.
  const Anchor *anchor() const { return near_ == nullptr ? nullptr : &near_->anchors_[values_.size()]; }

  Quantity weierstrass(Operation operation, const Node &node) {
    return on_.weierstrass(operation, argument(node, 0), expression_.constants()[index_of(node.constant)],
                           node.integer);
  }

  Quantity value(const Node &node);
  Register flag(const Node &node);
  Register own_flag(const Node &node);
  void differentiate(const Node &node, std::size_t at);
  Quantity chain(const Node &node, std::size_t j);

  const Expression &expression_;
  std::size_t dimension_;
  bool with_gradient_;
  const Compiler *near_;
  Arithmetic on_;
  std::vector<Quantity> values_;
  std::vector<Anchor> anchors_; // of sin, cos and exp
  std::vector<Register> flags_; // the node may have no value in the box
  std::vector<std::vector<std::optional<Quantity>>>
      gradients_; // by x_j; none where the node does not depend on it

  // Of the node that is differentiated: the derivatives by its first and second argument, and where they have
  // no bound.
  Quantity by_first_;
  Quantity by_second_;
  Register singular_ = -1;
};

Quantity Compiler::value(const Node &node) {
  const auto a = [&]() -> const Quantity & { return argument(node, 0); };
  const auto b = [&]() -> const Quantity & { return argument(node, 1); };
  switch (node.op) {
  case Op::Constant: {
    const Interval number = enclosure(expression_.constants()[index_of(node.constant)]);
    return on_.constant(number.lower(), number.upper());
  }
  case Op::Pi:
    return on_.constant(pi_down(), pi_up());
  case Op::E:
    return on_.constant(e_down(), e_up());
  case Op::Variable:
    return {on_.builder().variable(node.integer, near_ == nullptr ? 0 : 1), Sign::Unknown};
  case Op::Multiply:
    return node.argument[0] == node.argument[1] ? on_.square(a()) : on_.multiply(a(), b());
  case Op::PowerInteger:
    return on_.power(a(), node.integer);
  case Op::Power:
    return on_.real_power(a(), b(), on_.power_may_fail(a(), b()), exponent_of(node));
  case Op::Exp:
    if (near_ == nullptr) {
      anchors_[values_.size()] = on_.exponential_anchor(a());
    }
    return on_.exponential(a(), anchor());
  case Op::Sin:
  case Op::Cos:
    if (near_ == nullptr) {
      anchors_[values_.size()] = on_.sine_cosine_anchor(a());
    }
    return on_.sine_cosine(a(), anchor())[node.op == Op::Sin ? 0 : 1];
  case Op::Weierstrass:
    return weierstrass(Operation::Weierstrass, node);
  case Op::If: {
    const Quantity &c = argument(node, 2);
    const Truth known = truth(node);
    return known == Truth::Yes ? b() : known == Truth::No ? c : on_.if_value(a(), b(), c);
  }
  default: // a Table is not compiled: see BatchEvaluator
    return rules_of(node.op).batch.value(on_, a(), node.argument[1] >= 0 ? b() : a());
  }
}

// Where the operation itself may have no value.
Register Compiler::own_flag(const Node &node) {
  if (node.op == Op::PowerInteger) {
    return node.integer < 0 ? on_.flag(Operation::HoldsZero, argument(node, 0)) : on_.never();
  }
  const auto undefined = rules_of(node.op).batch.undefined;
  return undefined == nullptr
             ? on_.never()
             : undefined(on_, argument(node, 0), argument(node, node.argument[1] >= 0 ? 1 : 0));
}

Register Compiler::flag(const Node &node) {
  if (node.op == Op::If) {
    const Truth known = truth(node);
    if (known != Truth::Both) {
      return on_.either(argument_flag(node, 0), argument_flag(node, known == Truth::Yes ? 1 : 2));
    }
    return on_.if_flag(argument(node, 0), argument_flag(node, 0), argument_flag(node, 1),
                       argument_flag(node, 2));
  }
  Register result = own_flag(node);
  for (std::size_t i = 0; i < 3 && node.argument[i] >= 0; ++i) {
    result = on_.either(result, argument_flag(node, i));
  }
  return result;
}

void Compiler::differentiate(const Node &node, std::size_t at) {
  if (node.op == Op::Variable) {
    gradients_[at][index_of(node.integer)] = on_.constant(1);
    return;
  }
  const auto varies = [&](std::size_t i, std::size_t j) {
    return node.argument[i] >= 0 && gradients_[index_of(node.argument[i])][j].has_value();
  };
  const auto depends = [&](std::size_t j) { return varies(0, j) || varies(1, j) || varies(2, j); };
  bool any = false;
  bool second_varies = false;
  for (std::size_t j = 0; j < dimension_; ++j) {
    any = any || depends(j);
    second_varies = second_varies || varies(1, j);
  }
  if (!any) {
    return;
  }
  by_first_ = by_second_ = on_.constant(0);
  singular_ = on_.never(); // here a slope without a bound, not a missing value
  const OperationRules &rules = rules_of(node.op);
  if (node.op == Op::Multiply && node.argument[0] == node.argument[1]) {
    by_first_ = on_.multiply(on_.constant(2), argument(node, 0));
  } else if (rules.slope) {
    BatchCalculus on{on_, node.op == Op::Power ? exponent_of(node) : nullptr};
    const Quantity &second = argument(node, node.argument[1] >= 0 ? 1 : 0);
    const SlopeArguments<Quantity> of{argument(node, 0), second, values_[at], node.integer};
    by_first_ = rules.slope.by(rules.slope.first, on, of);
    if (rules.slope.second.is_there && second_varies) {
      by_second_ = rules.slope.by(rules.slope.second, on, of);
    }
    singular_ = on.singular;
  } else if (node.op == Op::Weierstrass) {
    if (weierstrass_has_slope(enclosure(expression_.constants()[index_of(node.constant)]), node.integer)) {
      by_first_ = weierstrass(Operation::WeierstrassSlope, node);
    } else {
      singular_ = on_.always();
    }
  } else if (rules.smoothness == Smoothness::Rough) {
    singular_ = on_.always();
  } // chain() knows the others
  for (std::size_t j = 0; j < dimension_; ++j) {
    if (depends(j)) {
      gradients_[at][j] = on_.whole_where(chain(node, j), singular_);
    }
  }
}

// The derivative by x_j, where the node depends on it, except for what singular_ says.
Quantity Compiler::chain(const Node &node, std::size_t j) {
  const auto varies = [&](std::size_t i) {
    return node.argument[i] >= 0 && gradients_[index_of(node.argument[i])][j].has_value();
  };
  const auto inner = [&](std::size_t i) {
    return varies(i) ? *gradients_[index_of(node.argument[i])][j] : on_.constant(0);
  };
  switch (node.op) {
  case Op::Abs:
    return on_.binary(Operation::AbsoluteGradient, argument(node, 0), inner(0));
  case Op::Max:
    return on_.maximum_gradient(argument(node, 0), argument(node, 1), inner(0), inner(1));
  case Op::Min: // -max(-a, -b)
    return on_.maximum_gradient(on_.negate(argument(node, 0)), on_.negate(argument(node, 1)), inner(0),
                                inner(1));
  case Op::If: {
    const Truth known = truth(node);
    return known == Truth::Yes  ? inner(1)
           : known == Truth::No ? inner(2)
                                : on_.if_gradient(argument(node, 0), inner(1), inner(2));
  }
  default:
    break;
  }
  const Smoothness smoothness = rules_of(node.op).smoothness;
  if (smoothness == Smoothness::Jump ||
      smoothness == Smoothness::Singular) { // flat where constant on the box
    return on_.unary(Operation::JumpGradient, values_.back());
  }
  if (node.op == Op::Multiply && node.argument[0] == node.argument[1]) {
    return on_.multiply(by_first_, inner(0));
  }
  const Quantity first = varies(0) ? on_.multiply(by_first_, inner(0)) : on_.constant(0);
  return varies(1) ? on_.add(first, on_.multiply(by_second_, inner(1))) : first;
}

} // namespace

CompiledPair compile(const Expression &expression, std::size_t dimension, bool with_gradient,
                     bool with_points, ProgramBuilder &builder) {
  assert_upward();
  Compiler boxes(expression, dimension, with_gradient, nullptr, builder);
  CompiledPair result{boxes.compile(), {}};
  if (with_points) {
    result.points = Compiler(expression, dimension, false, &boxes, builder).compile();
  }
  return result;
}

} // namespace layercert::batch
