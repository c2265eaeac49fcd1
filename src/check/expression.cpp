#include "expression.hpp"

#include "self_affine.hpp"

#include <algorithm>

namespace checker {

namespace {

// What is 0, or does not vary, says so whatever the other factor does.
Interval product(const Interval &u, const Interval &v) { return u.zero() || v.zero() ? Interval(0) : u * v; }

// Of u(a), with u' in `first` and u'' in `second`.
void chain(Jet &out, const Jet &a, const Interval &first, const Interval &second) {
  for (std::size_t j = 0; j < out.slope.size(); ++j) {
    out.slope[j] = product(first, a.slope[j]);
  }
  for (std::size_t j = 0; j < out.rate_slope.size(); ++j) {
    out.rate_slope[j] = product(first, a.rate_slope[j]) + product(second, product(a.rate(), a.slope[j]));
  }
}

// How the jet of a node follows from those of its arguments a and b.
class JetRules {
public:
  JetRules(Jet &out, const Jet &a, const Jet &b) : out_(out), a_(a), b_(b), x_(a.value), y_(b.value) {}

  // u(a), u(a) = `value`: first() is u', second(u') is u''.
  void unary(const Interval &value, const auto &first, const auto &second) {
    out_.value = value;
    if (!out_.slope.empty() && value.bounded()) {
      const Interval slope = first();
      chain(out_, a_, slope, out_.rate_slope.empty() ? Interval(0) : second(slope));
    }
  }

  // Nothing is known of slopes.
  void rough(const Interval &value) {
    out_.value = value;
    std::fill(out_.slope.begin(), out_.slope.end(), Interval::whole());
    std::fill(out_.rate_slope.begin(), out_.rate_slope.end(), Interval::whole());
  }

  // Constant where the value is a point or no argument varies, otherwise a jump.
  void jump(const Interval &value) {
    const auto slope = [&](std::size_t j) {
      const bool varies =
          !value.point() && (!a_.slope[j].zero() || (!b_.slope.empty() && !b_.slope[j].zero()));
      return varies ? Interval::whole() : Interval(0);
    };
    out_.value = value;
    for (std::size_t j = 0; j < out_.slope.size(); ++j) {
      out_.slope[j] = slope(j);
    }
    for (std::size_t j = 0; j < out_.rate_slope.size(); ++j) {
      out_.rate_slope[j] = slope(j);
    }
  }

  // The same operation on every part: f(a, b) is linear.
  void linear(const auto &f) {
    out_.value = f(x_, y_);
    for (std::size_t j = 0; j < out_.slope.size(); ++j) {
      out_.slope[j] = f(a_.slope[j], b_.slope[j]);
    }
    for (std::size_t j = 0; j < out_.rate_slope.size(); ++j) {
      out_.rate_slope[j] = f(a_.rate_slope[j], b_.rate_slope[j]);
    }
  }

  void multiply() {
    out_.value = x_ * y_;
    for (std::size_t j = 0; j < out_.slope.size(); ++j) {
      out_.slope[j] = product(x_, b_.slope[j]) + product(y_, a_.slope[j]);
    }
    for (std::size_t j = 0; j < out_.rate_slope.size(); ++j) {
      out_.rate_slope[j] = product(x_, b_.rate_slope[j]) + product(a_.rate(), b_.slope[j]) +
                           product(a_.slope[j], b_.rate()) + product(a_.rate_slope[j], y_);
    }
  }

  void divide() {
    out_.value = x_ / y_;
    for (std::size_t j = 0; j < out_.slope.size(); ++j) {
      out_.slope[j] = (a_.slope[j] - product(out_.value, b_.slope[j])) / y_;
    }
    for (std::size_t j = 0; j < out_.rate_slope.size(); ++j) {
      out_.rate_slope[j] = (a_.rate_slope[j] - product(out_.slope[j], b_.rate()) -
                            product(out_.rate(), b_.slope[j]) - product(out_.value, b_.rate_slope[j])) /
                           y_;
    }
  }

  void integer_power(slong n) {
    unary(
        power(x_, n), [&] { return n == 0 ? Interval(0) : Interval(n) * power(x_, n - 1); },
        [&](const Interval &) {
          return n == 0 || n == 1 ? Interval(0) : Interval(n * (n - 1)) * power(x_, n - 2);
        });
  }

  void real_power(const Rational &e) {
    const Rational less = e - 1;
    const Rational least = e - 2;
    unary(
        checker::real_power(x_, e), [&] { return Interval(e) * checker::real_power(x_, less); },
        [&](const Interval &) { return Interval(e * less) * checker::real_power(x_, least); });
  }

  // Weierstrass's function has slopes where its ratio is below 1.
  void weierstrass(const Node &node) {
    const Interval value = checker::weierstrass(x_, node.constant, node.integer);
    const Rational ratio = node.constant * node.integer;
    if (ratio >= 1) {
      jump(value);
      return;
    }
    unary(
        value, [&] { return -pi() * checker::weierstrass(x_, ratio, node.integer, true); },
        [](const Interval &) { return Interval::whole(); });
  }

  void extremum(bool least) {
    if (least ? x_.upper <= y_.lower : x_.lower >= y_.upper) {
      out_ = a_;
    } else if (least ? y_.upper <= x_.lower : y_.lower >= x_.upper) {
      out_ = b_;
    } else {
      linear(hull);
      out_.value = least ? minimum(x_, y_) : maximum(x_, y_);
      // The rate is one number where both arguments have it, as 0 for a shift along which neither varies.
      const bool one_rate = !out_.rate_slope.empty() && out_.rate().point();
      for (std::size_t j = 0; j < out_.rate_slope.size(); ++j) {
        const bool varies = !one_rate && (!a_.slope[j].zero() || !b_.slope[j].zero());
        out_.rate_slope[j] = varies ? Interval::whole() : Interval(0);
      }
    }
  }

  void choice(const Jet &otherwise) {
    const bool yes = x_.lower.sign() > 0 || x_.upper.sign() < 0;
    if (yes || x_.zero()) {
      out_ = yes ? b_ : otherwise;
    } else {
      rough(hull(y_, otherwise.value));
    }
  }

private:
  Jet &out_;
  const Jet &a_, &b_;
  const Interval &x_, &y_;
};

} // namespace

void Expression::prepare(std::size_t dimension) {
  variables.clear();
  fixed.clear();
  variables.reserve(nodes.size());
  for (const Node &node : nodes) {
    ulong set = node.op == Op::Variable  ? ulong{1} << node.integer
                : node.op == Op::Samples ? (ulong{1} << dimension) - 1
                                         : 0;
    for (const int a : node.argument) {
      set |= a < 0 ? 0 : variables[static_cast<std::size_t>(a)];
    }
    variables.push_back(set);
  }
  fixed.resize(nodes.size());
  Evaluator evaluator(*this, dimension);
  for (std::size_t at = 0; at < nodes.size(); ++at) {
    if (variables[at] == 0) {
      evaluator.evaluate(at, {}, {});
      fixed[at] = evaluator.at(at).value;
    }
  }
}

Evaluator::Evaluator(const Expression &f, std::size_t dimension)
    : f_(f), d_(dimension), jets_(f.nodes.size()) {
  for (std::size_t at = 0; at < jets_.size(); ++at) {
    jets_[at].value = f.fixed[at];
  }
}

const Jet &Evaluator::operator()(const std::vector<Interval> &box, Depth depth,
                                 const std::vector<Interval> &h) {
  ulong changed = 0;
  for (std::size_t j = 0; j < d_; ++j) {
    const bool same = depth == depth_ && h == h_ && !box_.empty() && box[j] == box_[j];
    changed |= same ? 0 : ulong{1} << j;
  }
  for (std::size_t at = 0; at < jets_.size() && depth != depth_; ++at) { // slopes of what is fixed become 0
    jets_[at].slope.assign(depth == Rates ? d_ + 1 : depth == Slopes ? d_ : 0, Interval(0));
    jets_[at].rate_slope.assign(depth == Rates ? d_ : 0, Interval(0));
  }
  depth_ = depth;
  box_ = box;
  h_ = h;
  for (std::size_t at = 0; at < jets_.size(); ++at) {
    if ((f_.variables[at] & changed) != 0) {
      evaluate(at, box, h);
    }
  }
  return jets_.back();
}

// `out` holds what the parts of u/v say. Where v may be 0, that is nothing.
void Evaluator::extend(const CommonZero &quotient, Jet &out) const {
  const Jet &g = jets_[quotient.g()];
  if (!g.value.bounded() || !quotient.near(g.value)) {
    return;
  }
  const std::optional<CommonZero::Value> of_g = quotient.over(f_, g.value);
  if (!of_g) {
    return;
  }
  Jet extension = out; // for its sizes
  chain(extension, g, of_g->slope, of_g->second);
  const auto narrow = [](Interval &known, const Interval &more) {
    known = known.bounded() && more.bounded() ? common(known, more) : known.bounded() ? known : more;
  };
  narrow(out.value, of_g->value);
  for (std::size_t j = 0; j < out.slope.size(); ++j) {
    narrow(out.slope[j], extension.slope[j]);
  }
  for (std::size_t j = 0; j < out.rate_slope.size(); ++j) {
    narrow(out.rate_slope[j], extension.rate_slope[j]);
  }
}

// Between two patches the slopes jump, so that the rate has none.
void Evaluator::samples(Jet &out, const std::vector<Interval> &box, const std::vector<Interval> &h) {
  bool one_patch = false;
  out.value = f_.samples->derivative(box, 0, one_patch);
  for (std::size_t j = 0; depth_ >= Slopes && j < d_; ++j) {
    out.slope[j] = f_.samples->derivative(box, ulong{1} << j, one_patch);
  }
  Interval rate;
  for (std::size_t j = 0; j < out.rate_slope.size(); ++j) {
    rate = rate + out.slope[j] * h[j];
    out.slope.back() = rate;
    out.rate_slope[j] = one_patch ? Interval(0) : Interval::whole();
    for (std::size_t i = 0; one_patch && i < d_; ++i) {
      if (i != j) {
        out.rate_slope[j] =
            out.rate_slope[j] + h[i] * f_.samples->derivative(box, ulong{1} << i | ulong{1} << j, one_patch);
      }
    }
  }
}

void Evaluator::evaluate(std::size_t at, const std::vector<Interval> &box, const std::vector<Interval> &h) {
  const Node &node = f_.nodes[at];
  Jet &out = jets_[at];
  static const Jet none;
  const Jet *arguments[3] = {&none, &none, &none};
  bool known = true;
  for (int i = 0; i < 3 && node.argument[i] >= 0; ++i) {
    arguments[i] = &jets_[static_cast<std::size_t>(node.argument[i])];
    // Only an `if` may have a branch that says nothing, where it is not taken.
    known = known && (arguments[i]->value.bounded() || (node.op == Op::If && i > 0));
  }
  const Jet &a = *arguments[0];
  const Jet &b = *arguments[1];
  const Interval &x = a.value;
  const Interval &y = b.value;
  JetRules rules(out, a, b);
  if (!known) {
    rules.rough(Interval::whole());
    return;
  }
  switch (node.op) {
  case Op::Constant:
    out.value = Interval(node.constant);
    break;
  case Op::Pi:
    out.value = pi();
    break;
  case Op::Variable: {
    const auto i = static_cast<std::size_t>(node.integer);
    out.value = box[i];
    for (std::size_t j = 0; j < out.slope.size(); ++j) {
      out.slope[j] = j == d_ ? h[i] : Interval(j == i ? 1 : 0);
    }
    break;
  }
  case Op::Samples:
    samples(out, box, h);
    break;
  case Op::Negate:
    rules.unary(
        -x, [] { return Interval(-1); }, [](const Interval &) { return Interval(0); });
    break;
  case Op::Add:
    rules.linear([](const Interval &u, const Interval &v) { return u + v; });
    break;
  case Op::Subtract:
    rules.linear([](const Interval &u, const Interval &v) { return u - v; });
    break;
  case Op::Multiply:
    rules.multiply();
    break;
  case Op::Divide:
    rules.divide();
    if (!f_.quotients.empty() && f_.quotients[at]) {
      extend(*f_.quotients[at], out);
    }
    break;
  case Op::IntegerPower:
    rules.integer_power(node.integer);
    break;
  case Op::RealPower:
    rules.real_power(node.constant);
    break;
  case Op::Less:
  case Op::LessEqual:
  case Op::Equal:
  case Op::NotEqual:
    // Something is equal to itself.
    rules.jump(node.argument[0] != node.argument[1]
                   ? compared(node.op, x, y)
                   : Interval(node.op == Op::Equal || node.op == Op::LessEqual ? 1 : 0));
    break;
  case Op::Weierstrass:
    rules.weierstrass(node);
    break;
  case Op::Min:
  case Op::Max:
    rules.extremum(node.op == Op::Min);
    break;
  case Op::If:
    rules.choice(*arguments[2]);
    break;
  default: {
    const Function &u = *node.function;
    if (u.slope == nullptr) {
      rules.jump(u.value(x));
    } else {
      rules.unary(
          u.value(x), [&] { return u.slope(x, out.value); },
          [&](const Interval &slope) { return u.second(x, out.value, slope); });
    }
  }
  }
  if (!out.value.bounded()) {
    rules.rough(Interval::whole());
  }
}

} // namespace checker
