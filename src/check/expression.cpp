#include "expression.hpp"

#include "self_affine.hpp"

#include <algorithm>

namespace checker {

namespace {

// What is 0, or does not vary, says so whatever the other factor does.
Interval product(const Interval &u, const Interval &v) { return u.zero() || v.zero() ? Interval(0) : u * v; }

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

// Of u(a), with u' in `first` and u'' in `second`.
void Evaluator::chain(Jet &out, const Jet &a, const Interval &first, const Interval &second) {
  for (std::size_t j = 0; j < out.slope.size(); ++j) {
    out.slope[j] = product(first, a.slope[j]);
  }
  for (std::size_t j = 0; j < out.rate_slope.size(); ++j) {
    out.rate_slope[j] = product(first, a.rate_slope[j]) + product(second, product(a.rate(), a.slope[j]));
  }
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
  const auto unary = [&](const Interval &value, const auto &first, const auto &second) {
    out.value = value;
    if (!out.slope.empty() && value.bounded()) {
      const Interval slope = first();
      chain(out, a, slope, depth_ == Rates ? second(slope) : Interval(0));
    }
  };
  // Nothing is known of slopes.
  const auto rough = [&](const Interval &value) {
    out.value = value;
    std::fill(out.slope.begin(), out.slope.end(), Interval::whole());
    std::fill(out.rate_slope.begin(), out.rate_slope.end(), Interval::whole());
  };
  // Constant where the value is a point or no argument varies, otherwise a jump.
  const auto jump = [&](const Interval &value) {
    const auto slope = [&](std::size_t j) {
      const bool varies = !value.point() && (!a.slope[j].zero() || (!b.slope.empty() && !b.slope[j].zero()));
      return varies ? Interval::whole() : Interval(0);
    };
    out.value = value;
    for (std::size_t j = 0; j < out.slope.size(); ++j) {
      out.slope[j] = slope(j);
    }
    for (std::size_t j = 0; j < out.rate_slope.size(); ++j) {
      out.rate_slope[j] = slope(j);
    }
  };
  // The same operation on every part: f(a, b) is linear.
  const auto linear = [&](const auto &f) {
    out.value = f(x, y);
    for (std::size_t j = 0; j < out.slope.size(); ++j) {
      out.slope[j] = f(a.slope[j], b.slope[j]);
    }
    for (std::size_t j = 0; j < out.rate_slope.size(); ++j) {
      out.rate_slope[j] = f(a.rate_slope[j], b.rate_slope[j]);
    }
  };
  if (!known) {
    rough(Interval::whole());
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
    unary(
        -x, [] { return Interval(-1); }, [](const Interval &) { return Interval(0); });
    break;
  case Op::Add:
    linear([](const Interval &u, const Interval &v) { return u + v; });
    break;
  case Op::Subtract:
    linear([](const Interval &u, const Interval &v) { return u - v; });
    break;
  case Op::Multiply:
    out.value = x * y;
    for (std::size_t j = 0; j < out.slope.size(); ++j) {
      out.slope[j] = product(x, b.slope[j]) + product(y, a.slope[j]);
    }
    for (std::size_t j = 0; j < out.rate_slope.size(); ++j) {
      out.rate_slope[j] = product(x, b.rate_slope[j]) + product(a.rate(), b.slope[j]) +
                          product(a.slope[j], b.rate()) + product(a.rate_slope[j], y);
    }
    break;
  case Op::Divide:
    out.value = x / y;
    for (std::size_t j = 0; j < out.slope.size(); ++j) {
      out.slope[j] = (a.slope[j] - product(out.value, b.slope[j])) / y;
    }
    for (std::size_t j = 0; j < out.rate_slope.size(); ++j) {
      out.rate_slope[j] = (a.rate_slope[j] - product(out.slope[j], b.rate()) -
                           product(out.rate(), b.slope[j]) - product(out.value, b.rate_slope[j])) /
                          y;
    }
    if (!f_.quotients.empty() && f_.quotients[at]) {
      extend(*f_.quotients[at], out);
    }
    break;
  case Op::IntegerPower: {
    const slong n = node.integer;
    unary(
        power(x, n), [&] { return n == 0 ? Interval(0) : Interval(n) * power(x, n - 1); },
        [&](const Interval &) {
          return n == 0 || n == 1 ? Interval(0) : Interval(n * (n - 1)) * power(x, n - 2);
        });
    break;
  }
  case Op::RealPower: {
    const Rational &e = node.constant;
    const Rational less = e - 1;
    const Rational least = e - 2;
    unary(
        real_power(x, e), [&] { return Interval(e) * real_power(x, less); },
        [&](const Interval &) { return Interval(e * less) * real_power(x, least); });
    break;
  }
  case Op::Less:
  case Op::LessEqual:
  case Op::Equal:
  case Op::NotEqual:
    // Something is equal to itself.
    jump(node.argument[0] != node.argument[1]
             ? compared(node.op, x, y)
             : Interval(node.op == Op::Equal || node.op == Op::LessEqual ? 1 : 0));
    break;
  case Op::Weierstrass: {
    const Interval value = weierstrass(x, node.constant, node.integer);
    const Rational ratio = node.constant * node.integer;
    if (ratio >= 1) {
      jump(value);
      break;
    }
    unary(
        value, [&] { return -pi() * weierstrass(x, ratio, node.integer, true); },
        [](const Interval &) { return Interval::whole(); });
    break;
  }
  case Op::Min:
  case Op::Max: {
    const bool least = node.op == Op::Min;
    if (least ? x.upper <= y.lower : x.lower >= y.upper) {
      out = a;
    } else if (least ? y.upper <= x.lower : y.lower >= x.upper) {
      out = b;
    } else {
      linear(hull);
      out.value = least ? minimum(x, y) : maximum(x, y);
      // The rate is one number where both arguments have it, as 0 for a shift along which neither varies.
      const bool one_rate = !out.rate_slope.empty() && out.rate().point();
      for (std::size_t j = 0; j < out.rate_slope.size(); ++j) {
        const bool varies = !one_rate && (!a.slope[j].zero() || !b.slope[j].zero());
        out.rate_slope[j] = varies ? Interval::whole() : Interval(0);
      }
    }
    break;
  }
  case Op::If: {
    const Jet &c = *arguments[2];
    const bool yes = x.lower.sign() > 0 || x.upper.sign() < 0;
    if (yes || x.zero()) {
      out = yes ? b : c;
    } else {
      rough(hull(b.value, c.value));
    }
    break;
  }
  default: {
    const Function &u = *node.function;
    if (u.slope == nullptr) {
      jump(u.value(x));
    } else {
      unary(
          u.value(x), [&] { return u.slope(x, out.value); },
          [&](const Interval &slope) { return u.second(x, out.value, slope); });
    }
  }
  }
  if (!out.value.bounded()) {
    rough(Interval::whole());
  }
}

} // namespace checker
