#include "batch_compiler.hpp"

#include "batch_arithmetic.hpp"
#include "layercert/numeric/interval.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "node_index.hpp"
#include "numeric/weierstrass.hpp"

#include <cassert>

namespace layercert::batch {

namespace {

class Compiler {
public:
  // `near` is the compiler of the first batch, if this is that of the second.
  Compiler(const Expression &expression, int dimension, bool with_gradient, const Compiler *near,
           ProgramBuilder &builder)
      : expression_(expression), dimension_(index_of(dimension)), with_gradient_(with_gradient), near_(near),
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
  enum class Truth { No, Yes, Both };

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

  Quantity minimum(const Quantity &a, const Quantity &b) {
    return on_.negate(on_.maximum(on_.negate(a), on_.negate(b)));
  }

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

  // Of the node that is differentiated: the derivatives by its first and second argument, and where they have no bound.
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
  case Op::Negate:
    return on_.negate(a());
  case Op::Add:
    return on_.add(a(), b());
  case Op::Subtract:
    return on_.subtract(a(), b());
  case Op::Multiply:
    return node.argument[0] == node.argument[1] ? on_.square(a()) : on_.multiply(a(), b());
  case Op::Divide:
    return on_.divide(a(), b());
  case Op::PowerInteger:
    return on_.power(a(), node.integer);
  case Op::Power:
    return on_.real_power(a(), b(), on_.power_may_fail(a(), b()), exponent_of(node));
  case Op::Sqrt:
    return on_.square_root(a());
  case Op::Exp:
    if (near_ == nullptr) {
      anchors_[values_.size()] = on_.exponential_anchor(a());
    }
    return on_.exponential(a(), anchor());
  case Op::Log:
    return on_.unary(Operation::Logarithm, a());
  case Op::Sin:
  case Op::Cos:
    if (near_ == nullptr) {
      anchors_[values_.size()] = on_.sine_cosine_anchor(a());
    }
    return on_.sine_cosine(a(), anchor())[node.op == Op::Sin ? 0 : 1];
  case Op::Tan:
    return on_.unary_with_flag(Operation::Tangent, a()).first;
  case Op::Asin:
    return on_.unary(Operation::ArcSine, a());
  case Op::Acos:
    return on_.unary(Operation::ArcCosine, a());
  case Op::Atan:
    return on_.unary(Operation::ArcTangent, a());
  case Op::Sinh:
    return on_.hyperbolic(a())[0];
  case Op::Cosh:
    return on_.hyperbolic(a())[1];
  case Op::Tanh:
    return on_.unary(Operation::HyperbolicTangent, a());
  case Op::Abs:
    return on_.absolute(a());
  case Op::Min:
    return minimum(a(), b());
  case Op::Max:
    return on_.maximum(a(), b());
  case Op::Floor:
    return on_.unary(Operation::Floor, a(),
                     a().sign == Sign::NonNegative ? Sign::NonNegative : Sign::Unknown);
  case Op::Step:
    return on_.unary(Operation::Step, a(), Sign::NonNegative);
  case Op::Sign:
    return on_.unary(Operation::Sign, a(), a().sign);
  case Op::Less:
    return on_.binary(Operation::Less, a(), b(), Sign::NonNegative);
  case Op::LessEqual:
    return on_.binary(Operation::LessEqual, a(), b(), Sign::NonNegative);
  case Op::Equal:
    return on_.binary(Operation::Equal, a(), b(), Sign::NonNegative);
  case Op::NotEqual: { // 1 - Equal, exactly
    const Quantity equal = on_.binary(Operation::Equal, a(), b(), Sign::NonNegative);
    return {on_.subtract(on_.constant(1), equal).bounds, Sign::NonNegative};
  }
  case Op::Cantor:
    return on_.unary(Operation::Cantor, a(), Sign::NonNegative);
  case Op::Takagi:
    return on_.unary(Operation::Takagi, a(), Sign::NonNegative);
  case Op::Weierstrass:
    return weierstrass(Operation::Weierstrass, node);
  case Op::Table: // is not compiled: see BatchEvaluator
    break;
  case Op::If: {
    const Quantity &c = argument(node, 2);
    const Truth known = truth(node);
    return known == Truth::Yes ? b() : known == Truth::No ? c : on_.if_value(a(), b(), c);
  }
  }
  assert(false);
  return on_.constant(0);
}

// Where the operation itself may have no value.
Register Compiler::own_flag(const Node &node) {
  switch (node.op) {
  case Op::Divide:
    return on_.flag(Operation::HoldsZero, argument(node, 1));
  case Op::PowerInteger:
    return node.integer < 0 ? on_.flag(Operation::HoldsZero, argument(node, 0)) : on_.never();
  case Op::Power:
    return on_.power_may_fail(argument(node, 0), argument(node, 1));
  case Op::Sqrt:
    return on_.flag(Operation::MayBeNegative, argument(node, 0));
  case Op::Log:
    return on_.flag(Operation::MayBeNonpositive, argument(node, 0));
  case Op::Tan:
    return on_.unary_with_flag(Operation::Tangent, argument(node, 0)).second;
  case Op::Asin:
  case Op::Acos:
    return on_.flag(Operation::MayLeaveUnit, argument(node, 0));
  default:
    return on_.never();
  }
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
  bool exponent_varies = false;
  for (std::size_t j = 0; j < dimension_; ++j) {
    any = any || depends(j);
    exponent_varies = exponent_varies || varies(1, j);
  }
  if (!any) {
    return;
  }
  const Quantity one = on_.constant(1);
  const Quantity &value = values_[at];
  by_first_ = by_second_ = on_.constant(0);
  singular_ = on_.never(); // here a slope without a bound, not a missing value
  const auto quotient = [&](const Quantity &a, const Quantity &b) {
    singular_ = on_.either(singular_, on_.flag(Operation::HoldsZero, b));
    return on_.divide(a, b);
  };
  switch (node.op) {
  case Op::Negate:
    by_first_ = on_.constant(-1);
    break;
  case Op::Add:
    by_first_ = by_second_ = one;
    break;
  case Op::Subtract:
    by_first_ = one;
    by_second_ = on_.constant(-1);
    break;
  case Op::Multiply:
    if (node.argument[0] == node.argument[1]) {
      by_first_ = on_.multiply(on_.constant(2), argument(node, 0));
    } else {
      by_first_ = argument(node, 1);
      by_second_ = argument(node, 0);
    }
    break;
  case Op::Divide:
    by_first_ = quotient(one, argument(node, 1));
    by_second_ = on_.negate(quotient(value, argument(node, 1)));
    break;
  case Op::PowerInteger:
    if (node.integer != 0) {
      by_first_ = on_.multiply(on_.constant(node.integer), on_.power(argument(node, 0), node.integer - 1));
      if (node.integer < 1) {
        singular_ = on_.flag(Operation::HoldsZero, argument(node, 0));
      }
    }
    break;
  case Op::Power: {
    const Quantity less = on_.subtract(argument(node, 1), one);
    singular_ = on_.power_may_fail(argument(node, 0), less);
    const mpq_class *exact = exponent_of(node);
    const mpq_class exact_less = exact != nullptr ? mpq_class(*exact - 1) : mpq_class(0);
    by_first_ = on_.multiply(argument(node, 1), on_.real_power(argument(node, 0), less, singular_,
                                                               exact != nullptr ? &exact_less : nullptr));
    if (exponent_varies) {
      singular_ = on_.either(singular_, on_.flag(Operation::MayBeNonpositive, argument(node, 0)));
      by_second_ = on_.multiply(value, on_.unary(Operation::Logarithm, argument(node, 0)));
    }
    break;
  }
  case Op::Sqrt:
    by_first_ = quotient(one, on_.multiply(on_.constant(2), value));
    break;
  case Op::Exp:
    by_first_ = value;
    break;
  case Op::Log:
    by_first_ = quotient(one, argument(node, 0));
    break;
  case Op::Sin:
    by_first_ = on_.sine_cosine(argument(node, 0), nullptr)[1];
    break;
  case Op::Cos:
    by_first_ = on_.negate(on_.sine_cosine(argument(node, 0), nullptr)[0]);
    break;
  case Op::Tan:
    by_first_ = on_.add(one, on_.square(value));
    break;
  case Op::Asin:
  case Op::Acos: {
    const Quantity rest = on_.subtract(one, on_.square(argument(node, 0)));
    singular_ = on_.flag(Operation::MayBeNegative, rest);
    by_first_ = quotient(one, on_.square_root(rest));
    if (node.op == Op::Acos) {
      by_first_ = on_.negate(by_first_);
    }
    break;
  }
  case Op::Atan:
    by_first_ = quotient(one, on_.add(one, on_.square(argument(node, 0))));
    break;
  case Op::Sinh:
    by_first_ = on_.hyperbolic(argument(node, 0))[1];
    break;
  case Op::Cosh:
    by_first_ = on_.hyperbolic(argument(node, 0))[0];
    break;
  case Op::Tanh:
    by_first_ = on_.subtract(one, on_.square(value));
    break;
  case Op::Weierstrass:
    if (weierstrass_has_slope(enclosure(expression_.constants()[index_of(node.constant)]), node.integer)) {
      by_first_ = weierstrass(Operation::WeierstrassSlope, node);
    } else {
      singular_ = on_.always();
    }
    break;
  case Op::Takagi:
    singular_ = on_.always();
    break;
  default:
    break; // chain() knows them
  }
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
  case Op::Floor:
  case Op::Step:
  case Op::Sign:
  case Op::Less:
  case Op::LessEqual:
  case Op::Equal:
  case Op::NotEqual:
  case Op::Cantor: // flat where constant on the box
    return on_.unary(Operation::JumpGradient, values_.back());
  case Op::If: {
    const Truth known = truth(node);
    return known == Truth::Yes  ? inner(1)
           : known == Truth::No ? inner(2)
                                : on_.if_gradient(argument(node, 0), inner(1), inner(2));
  }
  default:
    break;
  }
  if (node.op == Op::Multiply && node.argument[0] == node.argument[1]) {
    return on_.multiply(by_first_, inner(0));
  }
  const Quantity first = varies(0) ? on_.multiply(by_first_, inner(0)) : on_.constant(0);
  return varies(1) ? on_.add(first, on_.multiply(by_second_, inner(1))) : first;
}

} // namespace

CompiledPair compile(const Expression &expression, int dimension, bool with_gradient, bool with_points,
                     ProgramBuilder &builder) {
  assert_upward();
  Compiler boxes(expression, dimension, with_gradient, nullptr, builder);
  CompiledPair result{boxes.compile(), {}};
  if (with_points) {
    result.points = Compiler(expression, dimension, false, &boxes, builder).compile();
  }
  return result;
}

} // namespace layercert::batch
