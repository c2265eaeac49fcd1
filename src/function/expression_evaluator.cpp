#include "expression_evaluator.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "multilinear.hpp"
#include "node_index.hpp"
#include "numeric/cantor.hpp"
#include "numeric/elementary.hpp"
#include "numeric/takagi.hpp"
#include "numeric/weierstrass.hpp"

#include <cassert>
#include <cmath>
#include <numbers>

namespace layercert {

namespace {

enum class Truth { No, Yes, Both };

// `like` gives the precision.
template <class I> I truth_value(Truth truth, const I &like) {
  return {integer_like(like, truth == Truth::Yes ? 1 : 0), integer_like(like, truth == Truth::No ? 0 : 1)};
}

template <class I> Truth is_less(const I &a, const I &b) {
  return a.upper() < b.lower() ? Truth::Yes : a.lower() >= b.upper() ? Truth::No : Truth::Both;
}

template <class I> Truth is_less_or_equal(const I &a, const I &b) {
  return a.upper() <= b.lower() ? Truth::Yes : a.lower() > b.upper() ? Truth::No : Truth::Both;
}

template <class I> Truth is_equal(const I &a, const I &b) {
  if (a.upper() < b.lower() || b.upper() < a.lower()) {
    return Truth::No;
  }
  return a.lower() == a.upper() && b.lower() == b.upper() && a.lower() == b.lower() ? Truth::Yes
                                                                                    : Truth::Both;
}

Truth negated(Truth truth) {
  return truth == Truth::Yes ? Truth::No : truth == Truth::No ? Truth::Yes : Truth::Both;
}

// Does the condition of `if` (not 0) hold on the whole box?
template <class I> Truth holds(const I &condition) { return negated(is_equal(condition, I(BoundOf<I>(0)))); }

template <class I> I sign_range(const I &x) {
  const BoundOf<I> zero(0);
  const auto sign = [&](const BoundOf<I> &t) { return integer_like(x, t > zero ? 1 : t < zero ? -1 : 0); };
  return {sign(x.lower()), sign(x.upper())};
}

template <class I> I step_range(const I &x) {
  const BoundOf<I> zero(0);
  return {integer_like(x, x.lower() >= zero ? 1 : 0), integer_like(x, x.upper() >= zero ? 1 : 0)};
}

// One node's range from its arguments' ranges. `undefined` holds the arguments' flags on return too, except of a branch
// of `if` that is not taken anywhere on the box.
template <class I, class Leaf>
I node_range(const Node &node, const std::vector<I> &values, const std::vector<char> &flags, const Leaf &leaf,
             bool &undefined) {
  const auto a = [&]() -> const I & { return values[index_of(node.argument[0])]; };
  const auto b = [&]() -> const I & { return values[index_of(node.argument[1])]; };
  const auto c = [&]() -> const I & { return values[index_of(node.argument[2])]; };
  const auto flagged = [&](int i) {
    return flags[index_of(node.argument[static_cast<std::size_t>(i)])] != 0;
  };
  if (node.op == Op::If) {
    const Truth truth = holds(a());
    undefined = flagged(0) || (truth != Truth::No && flagged(1)) || (truth != Truth::Yes && flagged(2));
    return truth == Truth::Yes ? b() : truth == Truth::No ? c() : hull(b(), c());
  }
  for (int i = 0; i < 3 && node.argument[static_cast<std::size_t>(i)] >= 0; ++i) {
    undefined = undefined || flagged(i);
  }
  switch (node.op) {
  case Op::Constant:
  case Op::Pi:
  case Op::E:
  case Op::Variable:
  case Op::Table:
    return leaf(node);
  case Op::Negate:
    return -a();
  case Op::Add:
    return a() + b();
  case Op::Subtract:
    return a() - b();
  case Op::Multiply:
    return node.argument[0] == node.argument[1] ? power_range(a(), 2, undefined) : a() * b();
  case Op::Divide:
    return divide_range(a(), b(), undefined);
  case Op::PowerInteger:
    return power_range(a(), node.integer, undefined);
  case Op::Power:
    return power_range(a(), b(), undefined);
  case Op::Sqrt:
    return sqrt_range(a(), undefined);
  case Op::Exp:
    return exp_range(a());
  case Op::Log:
    return log_range(a(), undefined);
  case Op::Sin:
    return sin_range(a());
  case Op::Cos:
    return cos_range(a());
  case Op::Tan:
    return tan_range(a(), undefined);
  case Op::Asin:
    return asin_range(a(), undefined);
  case Op::Acos:
    return acos_range(a(), undefined);
  case Op::Atan:
    return atan_range(a());
  case Op::Sinh:
    return sinh_range(a());
  case Op::Cosh:
    return cosh_range(a());
  case Op::Tanh:
    return tanh_range(a());
  case Op::Abs:
    return abs_range(a());
  case Op::Min:
    return min_range(a(), b());
  case Op::Max:
    return max_range(a(), b());
  case Op::Floor:
    return floor_range(a());
  case Op::Step:
    return step_range(a());
  case Op::Sign:
    return sign_range(a());
  case Op::Less:
    return truth_value(is_less(a(), b()), a());
  case Op::LessEqual:
    return truth_value(is_less_or_equal(a(), b()), a());
  case Op::Equal:
    return truth_value(is_equal(a(), b()), a());
  case Op::NotEqual:
    return truth_value(negated(is_equal(a(), b())), a());
  case Op::Cantor:
    return cantor_range(a());
  case Op::Takagi:
    return takagi_range(a());
  case Op::Weierstrass:
    return weierstrass_range(a(), leaf(node), node.integer);
  case Op::If:
    break;
  }
  assert(false);
  return I::whole();
}

// NaN bounds (inf - inf, 0 * inf) and infinite values say nothing: make them the whole line, and let the caller know.
template <class I> void mend(I &value, bool &undefined) {
  if (has_nan(value)) {
    value = I::whole();
    undefined = true;
  }
}

// Small integers, as the jumps have for values, come with few bits; functions of them would have no more.
MpfrInterval at_least(const MpfrInterval &x, mpfr_prec_t precision) {
  const auto longer = [&](const MpfrNumber &bound) {
    MpfrNumber result = MpfrNumber::with_precision(precision);
    mpfr_set(result.get(), bound.get(), MPFR_RNDN); // exact
    return result;
  };
  return {x.lower().precision() < precision ? longer(x.lower()) : x.lower(),
          x.upper().precision() < precision ? longer(x.upper()) : x.upper()};
}

// Without a bounded slope wherever it is not constant.
bool jumps_or_is_cantor(Op op) { return is_jump(op) || op == Op::Cantor; }

double sample_node(const Node &node, const std::vector<double> &v) {
  const auto value = [&](std::size_t i) { return v[index_of(node.argument[i])]; };
  const double a = node.argument[0] >= 0 ? value(0) : 0;
  const double b = node.argument[1] >= 0 ? value(1) : 0;
  switch (node.op) {
  case Op::Negate:
    return -a;
  case Op::Add:
    return a + b;
  case Op::Subtract:
    return a - b;
  case Op::Multiply:
    return a * b;
  case Op::Divide:
    return a / b;
  case Op::PowerInteger:
    return std::pow(a, node.integer);
  case Op::Power:
    return std::pow(a, b);
  case Op::Sqrt:
    return std::sqrt(a);
  case Op::Exp:
    return std::exp(a);
  case Op::Log:
    return std::log(a);
  case Op::Sin:
    return std::sin(a);
  case Op::Cos:
    return std::cos(a);
  case Op::Tan:
    return std::tan(a);
  case Op::Asin:
    return std::asin(a);
  case Op::Acos:
    return std::acos(a);
  case Op::Atan:
    return std::atan(a);
  case Op::Sinh:
    return std::sinh(a);
  case Op::Cosh:
    return std::cosh(a);
  case Op::Tanh:
    return std::tanh(a);
  case Op::Abs:
    return std::fabs(a);
  case Op::Min:
    return a < b ? a : b;
  case Op::Max:
    return a > b ? a : b;
  case Op::Floor:
    return std::floor(a);
  case Op::Step:
    return a >= 0 ? 1 : 0;
  case Op::Sign:
    return a > 0 ? 1 : a < 0 ? -1 : 0;
  case Op::Less:
    return a < b ? 1 : 0;
  case Op::LessEqual:
    return a <= b ? 1 : 0;
  case Op::Equal:
    return a == b ? 1 : 0;
  case Op::NotEqual:
    return a != b ? 1 : 0;
  case Op::If:
    return a != 0 ? b : value(2);
  case Op::Cantor:
    return cantor_sample(a);
  case Op::Takagi:
    return takagi_sample(a);
  default:
    assert(false);
    return 0;
  }
}

} // namespace

ExpressionEvaluator::ExpressionEvaluator(const Expression &expression, int dimension)
    : expression_(expression), dimension_(index_of(dimension)) {
  const std::size_t nodes = expression.nodes().size();
  for (const mpq_class &constant : expression.constants()) {
    constants_.push_back(enclosure(constant));
    sample_constants_.push_back(constant.get_d());
  }
  values_.resize(nodes);
  undefined_.resize(nodes);
  samples_.resize(nodes);
  gradients_.resize(nodes * dimension_);
  has_gradient_.assign(nodes * dimension_, 0);
  for (std::size_t at = 0; at < nodes; ++at) {
    const Node &node = expression.nodes()[at];
    if (node.op == Op::Variable) {
      has_gradient_[at * dimension_ + index_of(node.integer)] = 1;
    }
    for (std::size_t j = 0; node.op == Op::Table && j < dimension_; ++j) {
      has_gradient_[at * dimension_ + j] = 1;
    }
    for (const std::int32_t argument : node.argument) {
      for (std::size_t j = 0; argument >= 0 && j < dimension_; ++j) {
        has_gradient_[at * dimension_ + j] |= has_gradient_[index_of(argument) * dimension_ + j];
      }
    }
  }
}

Range ExpressionEvaluator::range(std::span<const Interval> box) {
  assert_upward();
  assert(box.size() == dimension_);
  const auto leaf = [&](const Node &node) -> Interval {
    switch (node.op) {
    case Op::Constant:
    case Op::Weierstrass:
      return constants_[index_of(node.constant)];
    case Op::Pi:
      return {pi_down(), pi_up()};
    case Op::E:
      return {e_down(), e_up()};
    case Op::Table:
      return multilinear_range(*expression_.table(), box);
    default:
      return box[index_of(node.integer)];
    }
  };
  for (std::size_t at = 0; at < values_.size(); ++at) {
    bool undefined = false;
    values_[at] = node_range(expression_.nodes()[at], values_, undefined_, leaf, undefined);
    mend(values_[at], undefined);
    undefined_[at] = undefined ? 1 : 0;
  }
  return {values_.back(), undefined_.back() != 0};
}

Range ExpressionEvaluator::range_and_gradient(std::span<const Interval> box, std::span<Interval> gradient) {
  assert(gradient.size() == dimension_);
  const Range result = range(box);
  for (std::size_t at = 0; at < values_.size(); ++at) {
    differentiate(at, box);
  }
  for (std::size_t j = 0; j < dimension_; ++j) {
    gradient[j] = gradients_[(values_.size() - 1) * dimension_ + j];
  }
  return result;
}

void ExpressionEvaluator::differentiate(std::size_t at, std::span<const Interval> box) {
  const Node &node = expression_.nodes()[at];
  const auto argument = [&](std::size_t i) -> const Interval & {
    return values_[index_of(node.argument[i])];
  };
  // The outer derivatives by the first and second argument; computed once, used for every x_j.
  Interval by_first(0.0);
  Interval by_second(0.0);
  bool singular = false; // here a slope without a bound, not a missing value
  const Interval one(1.0);
  const Interval two(2.0);
  switch (node.op) {
  case Op::Constant:
  case Op::Pi:
  case Op::E:
    return;
  case Op::Variable:
    gradients_[at * dimension_ + index_of(node.integer)] = one;
    return;
  case Op::Table:
    multilinear_range_and_gradient(*expression_.table(), box,
                                   std::span(gradients_).subspan(at * dimension_, dimension_));
    return;
  case Op::Negate:
    by_first = -one;
    break;
  case Op::Add:
    by_first = by_second = one;
    break;
  case Op::Subtract:
    by_first = one;
    by_second = -one;
    break;
  case Op::Multiply:
    by_first = argument(1);
    by_second = argument(0);
    break;
  case Op::Divide:
    by_first = divide_range(one, argument(1), singular);
    by_second = -divide_range(values_[at], argument(1), singular);
    break;
  case Op::PowerInteger:
    by_first = Interval(node.integer) *
               (node.integer == 0 ? Interval(0.0) : power_range(argument(0), node.integer - 1, singular));
    break;
  case Op::Power: {
    by_first = argument(1) * power_range(argument(0), argument(1) - one, singular);
    const std::size_t exponent = index_of(node.argument[1]);
    bool exponent_varies = false;
    for (std::size_t j = 0; j < dimension_; ++j) {
      exponent_varies = exponent_varies || has_gradient_[exponent * dimension_ + j] != 0;
    }
    if (exponent_varies) {
      by_second = values_[at] * log_range(argument(0), singular);
    }
    break;
  }
  case Op::Sqrt:
    by_first = divide_range(one, two * values_[at], singular);
    break;
  case Op::Exp:
    by_first = values_[at];
    break;
  case Op::Log:
    by_first = divide_range(one, argument(0), singular);
    break;
  case Op::Sin:
    by_first = cos_range(argument(0));
    break;
  case Op::Cos:
    by_first = -sin_range(argument(0));
    break;
  case Op::Tan:
    by_first = one + power_range(values_[at], 2, singular);
    break;
  case Op::Asin:
  case Op::Acos: {
    const Interval root = sqrt_range(one - power_range(argument(0), 2, singular), singular);
    by_first = divide_range(one, root, singular);
    if (node.op == Op::Acos) {
      by_first = -by_first;
    }
    break;
  }
  case Op::Atan:
    by_first = divide_range(one, one + power_range(argument(0), 2, singular), singular);
    break;
  case Op::Sinh:
    by_first = cosh_range(argument(0));
    break;
  case Op::Cosh:
    by_first = sinh_range(argument(0));
    break;
  case Op::Tanh:
    by_first = one - power_range(values_[at], 2, singular);
    break;
  case Op::Abs:
    by_first = argument(0).lower() >= 0 ? one : argument(0).upper() <= 0 ? -one : Interval(-1.0, 1.0);
    break;
  case Op::Takagi:
    singular = true;
    break;
  case Op::Weierstrass:
    if (const Interval &a = constants_[index_of(node.constant)]; weierstrass_has_slope(a, node.integer)) {
      by_first = weierstrass_slope_range(argument(0), a, node.integer);
    } else {
      singular = true;
    }
    break;
  case Op::Min:
  case Op::Max:
    break; // below: the hull of the gradients, not a sum
  case Op::If:
    break;
  default: // jumps: flat where constant on the box
    assert(jumps_or_is_cantor(node.op));
    singular = values_[at].lower() != values_[at].upper();
    break;
  }
  const bool jumps = singular && jumps_or_is_cantor(node.op);
  for (std::size_t j = 0; j < dimension_; ++j) {
    Interval &out = gradients_[at * dimension_ + j];
    if (has_gradient_[at * dimension_ + j] == 0) {
      out = Interval(0.0);
      continue;
    }
    const auto inner = [&](std::size_t i) { return gradients_[index_of(node.argument[i]) * dimension_ + j]; };
    const auto varies = [&](std::size_t i) {
      return has_gradient_[index_of(node.argument[i]) * dimension_ + j] != 0;
    };
    if (jumps || (singular && node.op != Op::Power)) {
      out = whole_line();
    } else if (node.op == Op::If) {
      const Truth truth = holds(argument(0));
      out = truth == Truth::Yes ? inner(1) : truth == Truth::No ? inner(2) : whole_line();
    } else if (node.op == Op::Min || node.op == Op::Max) {
      const bool first_only = node.op == Op::Min ? argument(0).upper() < argument(1).lower()
                                                 : argument(0).lower() > argument(1).upper();
      const bool second_only = node.op == Op::Min ? argument(1).upper() < argument(0).lower()
                                                  : argument(1).lower() > argument(0).upper();
      out = first_only ? inner(0) : second_only ? inner(1) : hull(inner(0), inner(1));
    } else if (node.op == Op::Multiply && node.argument[0] == node.argument[1]) {
      out = two * argument(0) * inner(0);
    } else {
      out = Interval(0.0);
      if (varies(0)) {
        out = by_first * inner(0);
      }
      if (node.argument[1] >= 0 && varies(1)) {
        out += by_second * inner(1);
      }
      if (singular) {
        out = whole_line();
      }
    }
    if (has_nan(out)) {
      out = whole_line();
    }
  }
}

MpfrRange ExpressionEvaluator::range(std::span<const MpfrInterval> box, mpfr_prec_t precision) {
  assert(box.size() == dimension_);
  const auto leaf = [&](const Node &node) -> MpfrInterval {
    switch (node.op) {
    case Op::Constant:
    case Op::Weierstrass:
      return mpfr_enclosure(expression_.constants()[index_of(node.constant)], precision);
    case Op::Pi:
      return mpfr_pi(precision);
    case Op::E:
      return exp_range(mpfr_enclosure(1.0, precision));
    case Op::Table:
      return multilinear_range(*expression_.table(), box, precision);
    default:
      return box[index_of(node.integer)];
    }
  };
  std::vector<MpfrInterval> values(expression_.nodes().size());
  std::vector<char> flags(values.size());
  for (std::size_t at = 0; at < values.size(); ++at) {
    bool undefined = false;
    values[at] = node_range(expression_.nodes()[at], values, flags, leaf, undefined);
    mend(values[at], undefined);
    values[at] = at_least(values[at], precision);
    flags[at] = undefined ? 1 : 0;
  }
  return {values.back(), flags.back() != 0};
}

double ExpressionEvaluator::sample(std::span<const double> point) {
  for (std::size_t at = 0; at < samples_.size(); ++at) {
    const Node &node = expression_.nodes()[at];
    switch (node.op) {
    case Op::Constant:
      samples_[at] = sample_constants_[index_of(node.constant)];
      break;
    case Op::Pi:
      samples_[at] = std::numbers::pi;
      break;
    case Op::E:
      samples_[at] = std::numbers::e;
      break;
    case Op::Variable:
      samples_[at] = point[index_of(node.integer)];
      break;
    case Op::Table:
      samples_[at] = multilinear_sample(*expression_.table(), point);
      break;
    case Op::Weierstrass:
      samples_[at] = weierstrass_sample(samples_[index_of(node.argument[0])],
                                        sample_constants_[index_of(node.constant)], node.integer);
      break;
    default:
      samples_[at] = sample_node(node, samples_);
    }
  }
  return samples_.back();
}

} // namespace layercert
