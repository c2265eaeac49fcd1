// With u(g) = (g - a)^m U(g): the Taylor coefficient k of U at any point of an interval J around a is one of
// number m + k of u over J, since U(g) is the mean of u^(m)(a + t (g - a)) / m! with the weight m (1 - t)^(m
// - 1).
#include "quotients.hpp"

#include "expression.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace checker {

namespace {

constexpr std::size_t kDegree = 7;
constexpr std::size_t kHighestOrder = 4;
constexpr std::size_t kMostNodes = 300; // between the quotient and its neck

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

class Expansion {
public:
  Expansion(const Expression &f, std::size_t g, const Interval &over) : f_(f) {
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
      if (order.size() > kMostNodes) {
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

Arf distance(const Interval &g, const Interval &zero) {
  return std::max({(g - zero).lower, (zero - g).lower, Arf(0)});
}

} // namespace

std::vector<std::size_t> necks(const Expression &f, std::size_t node) {
  std::vector<std::size_t> result;
  std::set<std::size_t> ways{node};
  for (std::size_t steps = 0; steps < kMostNodes && !ways.empty(); ++steps) {
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
      Expansion expansion(f, g, zero);
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
  return std::nullopt;
}

bool CommonZero::near(const Interval &g) const {
  const Arf width = g.upper - g.lower;
  return distance(g, zero_) <= std::max(width.times_two_to(3), two_to(-3));
}

std::optional<CommonZero::Value> CommonZero::over(const Expression &f, const Interval &g) const {
  try {
    const Interval around = hull(g, zero_);
    Expansion over(f, g_, around);
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
