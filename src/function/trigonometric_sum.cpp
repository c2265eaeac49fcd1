#include "trigonometric_sum.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/elementary.hpp"

#include <cmath>

namespace layercert {

namespace {

constexpr std::size_t kMostWaves = 48;

using Wave = TrigonometricSum::Wave;

// sum + slope x; nothing where it is neither.
struct Value {
  TrigonometricSum sum;
  Interval slope{0.0};

  bool is_affine() const { return sum.waves.empty() && sum.rest_upper == 0; }
  bool is_constant() const { return is_affine() && slope.lower() == 0 && slope.upper() == 0; }
};

class Reader {
public:
  Reader(const Expression &f, double rest) : f_(f), rest_(rest) {}

  std::optional<TrigonometricSum> read() {
    for (const Node &node : f_.nodes()) {
      values_.push_back(value_of(node));
      if (values_.back() && values_.back()->sum.waves.size() > kMostWaves) {
        values_.back() = std::nullopt;
      }
    }
    const std::optional<Value> &last = values_.back();
    return last && last->slope.lower() == 0 && last->slope.upper() == 0 ? std::optional(last->sum)
                                                                        : std::nullopt;
  }

private:
  const std::optional<Value> &argument(const Node &node, std::size_t i) const {
    return values_[static_cast<std::size_t>(node.argument[i])];
  }

  static Value number(const Interval &x) { return {{x, {}, 0}, Interval(0.0)}; }

  static Value scaled(Value value, const Interval &factor) {
    value.sum.constant *= factor;
    value.slope *= factor;
    for (Wave &wave : value.sum.waves) {
      wave.amplitude *= factor;
    }
    value.sum.rest_upper = mul_up(value.sum.rest_upper, abs_range(factor).upper());
    return value;
  }

  static Value together(Value a, const Value &b) {
    a.sum.constant += b.sum.constant;
    a.slope += b.slope;
    a.sum.waves.insert(a.sum.waves.end(), b.sum.waves.begin(), b.sum.waves.end());
    a.sum.rest_upper = add_up(a.sum.rest_upper, b.sum.rest_upper);
    return a;
  }

  // cos(slope x + constant + turn).
  static std::optional<Value> cosine(const Value &angle, const Interval &turn) {
    if (angle.slope.lower() <= 0 && angle.slope.upper() >= 0) {
      return angle.is_constant() ? std::optional(number(cos_range(angle.sum.constant + turn))) : std::nullopt;
    }
    return Value{{Interval(0.0), {{Interval(1.0), angle.slope, angle.sum.constant + turn}}, 0},
                 Interval(0.0)};
  }

  // sum over n < count of a^n cos(b^n pi u), and a^count / (1 - a) for the rest.
  std::optional<Value> weierstrass(const Value &u, const Interval &a, std::int32_t b) const {
    Value sum = number(Interval(0.0));
    Interval amplitude(1.0);
    Interval factor(pi_down(), pi_up()); // b^n pi
    const Interval left = Interval(1.0) - a;
    while ((amplitude / left).upper() > rest_) {
      const std::optional<Value> wave = cosine(scaled(u, factor), Interval(0.0));
      if (!wave || sum.sum.waves.size() == kMostWaves) {
        return std::nullopt;
      }
      sum = together(std::move(sum), scaled(*wave, amplitude));
      amplitude *= a;
      factor *= Interval(static_cast<double>(b));
    }
    sum.sum.rest_upper = add_up(sum.sum.rest_upper, (amplitude / left).upper());
    return sum;
  }

  std::optional<Value> value_of(const Node &node) const {
    const auto constant = [&] { return enclosure(f_.constants()[static_cast<std::size_t>(node.constant)]); };
    switch (node.op) {
    case Op::Constant:
      return number(constant());
    case Op::Pi:
      return number(Interval(pi_down(), pi_up()));
    case Op::E:
      return number(Interval(e_down(), e_up()));
    case Op::Variable:
      return Value{{}, Interval(1.0)};
    default:
      break;
    }
    if (node.argument[0] < 0) {
      return std::nullopt; // a table
    }
    const std::optional<Value> &a = argument(node, 0);
    const bool binary = node.argument[1] >= 0;
    if (!a || (binary && !argument(node, 1))) {
      return std::nullopt;
    }
    switch (node.op) {
    case Op::Negate:
      return scaled(*a, Interval(-1.0));
    case Op::Add:
      return together(*a, *argument(node, 1));
    case Op::Subtract:
      return together(*a, scaled(*argument(node, 1), Interval(-1.0)));
    case Op::Multiply: {
      const Value &b = *argument(node, 1);
      return a->is_constant()  ? std::optional(scaled(b, a->sum.constant))
             : b.is_constant() ? std::optional(scaled(*a, b.sum.constant))
                               : std::nullopt;
    }
    case Op::Divide: {
      const Value &b = *argument(node, 1);
      const bool divisible = b.is_constant() && !(b.sum.constant.lower() <= 0 && b.sum.constant.upper() >= 0);
      return divisible ? std::optional(scaled(*a, Interval(1.0) / b.sum.constant)) : std::nullopt;
    }
    case Op::Cos:
      return a->is_affine() ? cosine(*a, Interval(0.0)) : std::nullopt;
    case Op::Sin: // cos(x - pi/2)
      return a->is_affine() ? cosine(*a, Interval(-pi_up(), -pi_down()) / Interval(2.0)) : std::nullopt;
    case Op::Weierstrass:
      return a->is_affine() ? weierstrass(*a, constant(), node.integer) : std::nullopt;
    default:
      return std::nullopt;
    }
  }

  const Expression &f_;
  double rest_;
  std::vector<std::optional<Value>> values_;
};

} // namespace

std::optional<TrigonometricSum> trigonometric_sum(const Expression &f, double rest) {
  assert_upward();
  return Reader(f, rest).read();
}

} // namespace layercert
