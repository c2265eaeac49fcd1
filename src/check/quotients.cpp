// With u(g) = (g - a)^m U(g): the Taylor coefficient k of U at any point of an interval J around a is one of
// number m + k of u over J, since U(g) is the mean of u^(m)(a + t (g - a)) / m! with the weight m (1 - t)^(m
// - 1).
#include "quotients.hpp"

#include "expression.hpp"
#include "normal_form.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace checker {

namespace {

constexpr std::size_t kDegree = 7;
constexpr std::size_t kHighestOrder = 4;
constexpr std::size_t kMostQuotientNodes = 300; // between the quotient and its neck

using Taylor = std::vector<Interval>; // coefficients 0 to kDegree

struct NoExpansion {};

bool has_zero(const Interval &x) { return x.lower.sign() <= 0 && x.upper.sign() >= 0; }
Interval whole_number(std::size_t n) { return {static_cast<slong>(n)}; }

Taylor product(const Taylor &a, const Taylor &b) {
  Taylor result(kDegree + 1);
  for (std::size_t k = 0; k <= kDegree; ++k) {
    for (std::size_t j = 0; j <= k; ++j) {
      result[k] = result[k] + a[j] * b[k - j];
    }
  }
  return result;
}

Taylor quotient(const Taylor &a, const Taylor &b) {
  if (has_zero(b[0])) {
    throw NoExpansion{};
  }
  Taylor result(kDegree + 1);
  for (std::size_t k = 0; k <= kDegree; ++k) {
    Interval rest = a[k];
    for (std::size_t j = 0; j < k; ++j) {
      rest = rest - result[j] * b[k - j];
    }
    result[k] = rest / b[0];
  }
  return result;
}

Taylor number(const Interval &x) {
  Taylor result(kDegree + 1);
  result[0] = x;
  return result;
}

// h' = w g', the coefficient k from those of w before: k h_k = sum of j g_j w_(k-j).
Interval integrated(const Taylor &g, const Taylor &w, std::size_t k) {
  Interval sum;
  for (std::size_t j = 1; j <= k; ++j) {
    sum = sum + whole_number(j) * g[j] * w[k - j];
  }
  return sum / whole_number(k);
}

// Sine and cosine for sign = -1, the hyperbolic ones for sign = 1.
std::pair<Taylor, Taylor> circular(const Taylor &g, const Interval &sine_0, const Interval &cosine_0,
                                   slong sign) {
  Taylor s = number(sine_0);
  Taylor c = number(cosine_0);
  for (std::size_t k = 1; k <= kDegree; ++k) {
    s[k] = integrated(g, c, k);
    c[k] = Interval(sign) * integrated(g, s, k);
  }
  return {s, c};
}

Taylor power_of(const Taylor &g, const Rational &e, const Interval &first) {
  if (g[0].lower.sign() <= 0) {
    throw NoExpansion{};
  }
  Taylor h = number(first);
  for (std::size_t k = 1; k <= kDegree; ++k) {
    Interval sum;
    for (std::size_t j = 1; j <= k; ++j) {
      const Rational weight = e * static_cast<slong>(j) - static_cast<slong>(k - j);
      sum = sum + Interval(weight) * g[j] * h[k - j];
    }
    h[k] = sum / (whole_number(k) * g[0]);
  }
  return h;
}

class QuotientExpansion {
public:
  QuotientExpansion(const Expression &f, std::size_t g, const Interval &over) : f_(f) {
    Taylor variable = number(over);
    variable[1] = Interval(1);
    known_.emplace(g, std::move(variable));
  }

  // Of a node above g. Throws NoExpansion.
  const Taylor &operator()(std::size_t root) {
    std::set<std::size_t> open{root};
    std::vector<std::size_t> order;
    while (!open.empty()) { // arguments have smaller numbers
      const std::size_t at = *open.rbegin();
      open.erase(at);
      if (known_.contains(at)) {
        continue;
      }
      order.push_back(at);
      if (order.size() > kMostQuotientNodes) {
        throw NoExpansion{};
      }
      for (const int a : f_.nodes[at].argument) {
        if (a >= 0 && f_.variables[at] != 0) {
          open.insert(static_cast<std::size_t>(a));
        }
      }
    }
    for (auto at = order.rbegin(); at != order.rend(); ++at) {
      Taylor result = of(*at);
      for (const Interval &coefficient : result) {
        if (!coefficient.bounded()) {
          throw NoExpansion{};
        }
      }
      known_.emplace(*at, std::move(result));
    }
    return known_.at(root);
  }

private:
  const Taylor &argument(const Node &node, int i) const {
    return known_.at(static_cast<std::size_t>(node.argument[i]));
  }

  Taylor of(std::size_t at) const {
    const Node &node = f_.nodes[at];
    if (f_.variables[at] == 0) {
      return number(f_.fixed[at]);
    }
    if (node.op == Op::Variable || node.op == Op::Samples) {
      throw NoExpansion{};
    }
    const Taylor &a = argument(node, 0);
    const Interval first = node.function != nullptr ? node.function->value(a[0]) : Interval::whole();
    switch (node.op) {
    case Op::Negate:
      return product(a, number(Interval(-1)));
    case Op::Add:
    case Op::Subtract: {
      Taylor result = a;
      for (std::size_t k = 0; k <= kDegree; ++k) {
        const Interval &b = argument(node, 1)[k];
        result[k] = node.op == Op::Add ? a[k] + b : a[k] - b;
      }
      return result;
    }
    case Op::Multiply: {
      Taylor result = product(a, argument(node, 1));
      result[0] = node.argument[0] == node.argument[1] ? square(a[0]) : result[0];
      return result;
    }
    case Op::Divide:
      return quotient(a, argument(node, 1));
    case Op::IntegerPower: {
      if (node.integer < -64 || node.integer > 64) {
        throw NoExpansion{};
      }
      Taylor result = number(Interval(1));
      for (slong i = 0; i < std::abs(node.integer); ++i) {
        result = product(result, a);
      }
      result = node.integer < 0 ? quotient(number(Interval(1)), result) : result;
      result[0] = power(a[0], node.integer);
      return result;
    }
    case Op::RealPower:
      return power_of(a, node.constant, real_power(a[0], node.constant));
    case Op::Exp: {
      Taylor h = number(first);
      for (std::size_t k = 1; k <= kDegree; ++k) {
        h[k] = integrated(a, h, k);
      }
      return h;
    }
    case Op::Log: { // h' = g' / g
      if (a[0].lower.sign() <= 0) {
        throw NoExpansion{};
      }
      return primitive(a, quotient(number(Interval(1)), a), first);
    }
    case Op::Atan: {
      Taylor w = product(a, a);
      w[0] = square(a[0]) + Interval(1);
      return primitive(a, quotient(number(Interval(1)), w), first);
    }
    case Op::Sin:
      return circular(a, first, sine(a[0], 1), -1).first;
    case Op::Cos:
      return circular(a, sine(a[0]), first, -1).second;
    case Op::Sinh:
      return circular(a, first, find_function(Op::Cosh)->value(a[0]), 1).first;
    case Op::Cosh:
      return circular(a, find_function(Op::Sinh)->value(a[0]), first, 1).second;
    case Op::Tan:
    case Op::Tanh: { // h' = (1 + h^2) g', or (1 - h^2) g'
      const Interval sign(node.op == Op::Tan ? 1 : -1);
      Taylor h = number(first);
      Taylor w = number(Interval(1) + sign * square(first));
      for (std::size_t k = 1; k <= kDegree; ++k) {
        h[k] = integrated(a, w, k);
        w[k] = sign * product(h, h)[k];
      }
      return h;
    }
    default:
      throw NoExpansion{};
    }
  }

  static Taylor primitive(const Taylor &g, const Taylor &w, const Interval &first) {
    Taylor h = number(first);
    for (std::size_t k = 1; k <= kDegree; ++k) {
      h[k] = integrated(g, w, k);
    }
    return h;
  }

  const Expression &f_;
  std::map<std::size_t, Taylor> known_;
};

// U and its two derivatives, from the coefficients of u at a and over an interval that holds a and g; h = g -
// a.
CommonZero::Value divided(const Taylor &at_zero, const Taylor &around, std::size_t order, const Interval &h) {
  const std::size_t last = kDegree - order;
  CommonZero::Value sum;
  for (std::size_t k = last + 1; k-- > 0;) {
    const Interval &c = k == last ? around[kDegree] : at_zero[order + k];
    sum.value = c + h * sum.value;
    if (k >= 1) {
      sum.slope = whole_number(k) * c + h * sum.slope;
    }
    if (k >= 2) {
      sum.second = whole_number(k * (k - 1)) * c + h * sum.second;
    }
  }
  return sum;
}

constexpr int kGaps = 64; // of the range of g, in which a change of sign is looked for
constexpr int kBisections = 50;
constexpr slong kMostBelow = 1000; // denominators

// q with |q - x| < 1e-10, if there is one of a small denominator: by the Stern-Brocot tree.
std::optional<Rational> simple_number(double x) {
  const double y = std::abs(x);
  slong a = 0, b = 1, c = 1, d = 0; // a/b <= |x| <= c/d
  for (int steps = 0; steps < 5000; ++steps) {
    const slong p = a + c;
    const slong q = b + d;
    for (const auto &[above, below] : {std::pair(a, b), std::pair(p, q)}) {
      if (below > 0 && std::abs(static_cast<double>(above) / static_cast<double>(below) - y) < 1e-10) {
        return Rational(x < 0 ? -above : above, below);
      }
    }
    if (q > kMostBelow) {
      return std::nullopt;
    }
    const bool below = static_cast<double>(p) < y * static_cast<double>(q);
    (below ? a : c) = p;
    (below ? b : d) = q;
  }
  return std::nullopt;
}

std::vector<CommonZero::Number> numbers_at(double x) {
  std::vector<CommonZero::Number> result;
  if (const std::optional<Rational> q = simple_number(x)) {
    result.push_back({CommonZero::Number::Plain, *q, false});
  }
  if (const std::optional<Rational> q = simple_number(x / pi().lower.about()); q && *q != 0) {
    result.push_back({CommonZero::Number::OfPi, *q, false});
  }
  if (const std::optional<Rational> q = simple_number(x * x); q && *q != 0) {
    result.push_back({CommonZero::Number::Root, *q, x < 0});
  }
  return result;
}

Arf distance(const Interval &g, const Interval &zero) {
  return std::max({(g - zero).lower, (zero - g).lower, Arf(0)});
}

} // namespace

std::vector<std::size_t> necks(const Expression &f, std::size_t node) {
  std::vector<std::size_t> result;
  std::set<std::size_t> ways{node};
  for (std::size_t steps = 0; steps < kMostQuotientNodes && !ways.empty(); ++steps) {
    const std::size_t last = *ways.rbegin();
    if (ways.size() == 1 && last != node) {
      result.push_back(last);
    }
    if (f.nodes[last].op == Op::Variable || f.nodes[last].op == Op::Samples) {
      break;
    }
    ways.erase(last);
    for (const int a : f.nodes[last].argument) {
      if (a >= 0 && f.variables[static_cast<std::size_t>(a)] != 0) {
        ways.insert(static_cast<std::size_t>(a));
      }
    }
  }
  return result;
}

std::optional<CommonZero> CommonZero::find(const Expression &f, std::size_t node, std::size_t g,
                                           const Interval &range) {
  CommonZero result(static_cast<std::size_t>(f.nodes[node].argument[0]),
                    static_cast<std::size_t>(f.nodes[node].argument[1]), g);
  for (slong k = 0; k <= 128; ++k) { // 0, 1/8, -1/8, ..
    const Interval zero(Arf(k % 2 == 0 ? -(k / 2) : (k + 1) / 2).times_two_to(-3));
    if (zero.lower < range.lower || zero.lower > range.upper) {
      continue;
    }
    try {
      QuotientExpansion expansion(f, g, zero);
      const Taylor v = expansion(result.v_);
      if (!v[0].zero()) {
        continue;
      }
      const Taylor &u = expansion(result.u_);
      std::size_t m = 0;
      while (m <= kHighestOrder && u[m].zero() && v[m].zero()) {
        ++m;
      }
      if (m > 0 && m <= kHighestOrder && !has_zero(v[m])) {
        result.zero_ = zero;
        result.order_ = m;
        result.u_at_zero_ = u;
        result.v_at_zero_ = v;
        return result;
      }
    } catch (const NoExpansion &) {
    }
  }
  return result.at_number(f, range) ? std::optional(result) : std::nullopt;
}

// A zero of order 1 of v at a number of few digits, that of u by the normal forms of u and v there.
bool CommonZero::at_number(const Expression &f, const Interval &range) {
  const double from = std::max(range.lower.about(), -8.0);
  const double step = (std::min(range.upper.about(), 8.0) - from) / kGaps;
  const auto sign = [&](double place) { // 0: not known
    try {
      QuotientExpansion expansion(f, g_, Interval(Arf::from_double(place)));
      const Interval v = expansion(v_)[0];
      return v.lower.sign() > 0 ? 1 : v.upper.sign() < 0 ? -1 : 0;
    } catch (const NoExpansion &) {
      return 0;
    }
  };
  int left = sign(from);
  for (int i = 1; i <= kGaps; ++i) {
    double a = from + (i - 1) * step;
    double b = from + i * step;
    const int right = sign(b);
    const int here = std::exchange(left, right);
    if (here * right >= 0) {
      continue;
    }
    for (int n = 0; n < kBisections; ++n) {
      const double middle = a + (b - a) / 2;
      (sign(middle) == here ? a : b) = middle;
    }
    for (const Number &number : numbers_at(b)) {
      if (vanishes_at(f, v_, number) && vanishes_at(f, u_, number) && take(f, number)) {
        return true;
      }
    }
  }
  return false;
}

// The node g as that number, in the nodes that `root` needs.
Expression CommonZero::with_number(const Expression &f, std::size_t root, const Number &number) const {
  Expression result;
  const auto add = [&](Op op, const Rational &constant, int a = -1, int b = -1) {
    Node node;
    node.op = op;
    node.constant = constant;
    node.argument[0] = a;
    node.argument[1] = b;
    result.nodes.push_back(node);
    return static_cast<int>(result.nodes.size()) - 1;
  };
  int place = add(Op::Constant, number.q);
  if (number.form == Number::OfPi) {
    place = add(Op::Multiply, 0, place, add(Op::Pi, 0));
  } else if (number.form == Number::Root) {
    place = add(Op::RealPower, Rational(1, 2), place);
    place = number.negative ? add(Op::Negate, 0, place) : place;
  }
  std::set<std::size_t> open{root}, needed;
  while (!open.empty()) {
    const std::size_t at = *open.rbegin();
    open.erase(at);
    if (at == g_) {
      continue;
    }
    needed.insert(at);
    for (const int a : f.nodes[at].argument) {
      if (a >= 0) {
        open.insert(static_cast<std::size_t>(a));
      }
    }
  }
  std::map<std::size_t, int> values{{g_, place}};
  for (const std::size_t at : needed) {
    Node node = f.nodes[at];
    for (int &a : node.argument) {
      a = a < 0 ? -1 : values.at(static_cast<std::size_t>(a));
    }
    result.nodes.push_back(node);
    values[at] = static_cast<int>(result.nodes.size()) - 1;
  }
  result.prepare(0);
  return result;
}

bool CommonZero::vanishes_at(const Expression &f, std::size_t w, const Number &number) const {
  return is_constant(with_number(f, w, number), 0, Expression::of_number(0));
}

bool CommonZero::take(const Expression &f, const Number &number) {
  zero_ = with_number(f, g_, number).fixed.back();
  try {
    QuotientExpansion expansion(f, g_, zero_);
    v_at_zero_ = expansion(v_);
    u_at_zero_ = expansion(u_);
    order_ = 1;
    return zero_.bounded() && !has_zero(v_at_zero_[1]);
  } catch (const NoExpansion &) {
    return false;
  }
}

bool CommonZero::near(const Interval &g) const {
  const Arf width = g.upper - g.lower;
  return distance(g, zero_) <= std::max(width.times_two_to(3), two_to(-3));
}

std::optional<CommonZero::Value> CommonZero::over(const Expression &f, const Interval &g) const {
  try {
    const Interval around = hull(g, zero_);
    QuotientExpansion over(f, g_, around);
    const Interval h = g - zero_;
    const Value U = divided(u_at_zero_, over(u_), order_, h);
    const Value V = divided(v_at_zero_, over(v_), order_, h);
    if (has_zero(V.value)) {
      return std::nullopt;
    }
    Value result;
    result.value = U.value / V.value;
    result.slope = (U.slope - result.value * V.slope) / V.value;
    result.second = (U.second - Interval(2) * result.slope * V.slope - result.value * V.second) / V.value;
    return result.value.bounded() ? std::optional(result) : std::nullopt;
  } catch (const NoExpansion &) {
    return std::nullopt;
  }
}

} // namespace checker
