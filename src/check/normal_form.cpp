// Every rule holds at each point where all parts of the expression have a value: sin^2 = 1 - cos^2, sinh^2 = cosh^2 - 1, |u|^2 = u^2,
// (u^(1/q))^q = u, tan = sin/cos, tanh = sinh/cosh, f(-u) = f(u) or -f(u) or 1/f(u), and exact arithmetic of rational numbers. So where
// the quotients P/Q of f and R/S of the value have P S = R Q, f has that value wherever all parts of f have one; that they do almost
// everywhere is looked at by itself.
#include "normal_form.hpp"

#include <deque>
#include <map>
#include <optional>

namespace checker {

namespace {

constexpr std::size_t kMostWork = 200000; // products of two terms, and terms that are added
constexpr std::size_t kMostBits = 10000;  // of a coefficient
constexpr std::size_t kMostParts = 300;   // that are compared one by one
constexpr slong kHighestPower = 100000;

struct TooLarge {};

using Monomial = std::map<int, slong>;           // the power, at least 1, of each opaque part
using Polynomial = std::map<Monomial, Rational>; // without zeros

struct Quotient {
  Polynomial top, bottom; // the bottom is not 0
};

// An opaque part: an operation of what stands in it.
struct Part {
  Op op = Op::Pi;
  std::vector<Quotient> arguments;
  slong integer = 0;
  Rational constant;
};

class NormalForms {
public:
  // Of every node.
  std::vector<Quotient> of(const Expression &f) {
    std::vector<Quotient> forms;
    for (const Node &node : f.nodes) {
      std::vector<Quotient> arguments;
      for (int i = 0; i < 3 && node.argument[i] >= 0; ++i) {
        arguments.push_back(forms[static_cast<std::size_t>(node.argument[i])]);
        work(arguments.back().top.size() + arguments.back().bottom.size());
      }
      forms.push_back(of(node, arguments));
    }
    return forms;
  }

  bool equal(const Quotient &a, const Quotient &b) {
    return product(a.top, b.bottom) == product(b.top, a.bottom);
  }

  // A polynomial in pi and the variables that is not 0 has no zeros but on a null set, as pi is transcendental.
  bool zeros_are_null(const Quotient &a) const { return !a.top.empty() && plain(a.top); }
  // Then it takes each value on a null set only.
  bool levels_are_null(const Quotient &a) const {
    bool varies = false;
    for (const auto &[monomial, coefficient] : a.top) {
      for (const auto &[part, power] : monomial) {
        varies = varies || parts_[static_cast<std::size_t>(part)].op == Op::Variable;
      }
    }
    return varies && plain(a.top) && number(a.bottom).has_value();
  }

private:
  void work(std::size_t amount) {
    work_ += amount;
    if (work_ > kMostWork) {
      throw TooLarge();
    }
  }

  // ---- polynomials ----

  static Polynomial constant(const Rational &value) {
    Polynomial result;
    if (value != 0) {
      result.emplace(Monomial(), value);
    }
    return result;
  }
  static Polynomial variable(int part, slong power = 1) { return {{Monomial{{part, power}}, Rational(1)}}; }

  // Its value, if it is a number.
  static std::optional<Rational> number(const Polynomial &a) {
    if (a.empty()) {
      return Rational(0);
    }
    return a.size() == 1 && a.begin()->first.empty() ? std::optional(a.begin()->second) : std::nullopt;
  }

  void add(Polynomial &to, const Polynomial &a, const Rational &factor = 1) {
    work(a.size());
    for (const auto &[monomial, coefficient] : a) {
      const auto at = to.try_emplace(monomial, 0).first;
      at->second += factor * coefficient;
      if (mpz_sizeinbase(at->second.get_num_mpz_t(), 2) + mpz_sizeinbase(at->second.get_den_mpz_t(), 2) >
          kMostBits) {
        throw TooLarge();
      }
      if (at->second == 0) {
        to.erase(at);
      }
    }
  }

  Polynomial product(const Polynomial &a, const Polynomial &b) {
    Polynomial result;
    for (const auto &[p, u] : a) {
      for (const auto &[q, v] : b) {
        Monomial monomial = p;
        work(1 + p.size() + q.size());
        for (const auto &[part, power] : q) {
          slong &sum = monomial[part];
          sum += power;
          if (sum > kHighestPower) {
            throw TooLarge();
          }
        }
        add(result, reduced(std::move(monomial)), u * v);
      }
    }
    return result;
  }

  // By the first rule that applies to a power of one of the parts; the product applies the others.
  Polynomial reduced(Monomial monomial) {
    for (auto at = monomial.begin(); at != monomial.end(); ++at) {
      const Part &part = parts_[static_cast<std::size_t>(at->first)];
      Polynomial instead; // of part^degree
      slong degree = 2;
      if (part.op == Op::Sin || part.op == Op::Sinh) {
        const Op other = part.op == Op::Sin ? Op::Cos : Op::Cosh;
        if (at->second < degree) {
          continue;
        }
        const int sign = part.op == Op::Sin ? 1 : -1;
        instead = constant(sign);
        add(instead, variable(function(other, part.arguments[0]).first, 2), -sign);
      } else if (part.op == Op::Abs || part.op == Op::RealPower) {
        const std::optional<Rational> bottom = number(part.arguments[0].bottom);
        degree = part.op == Op::Abs ? 2 : part.constant.get_den().get_si();
        if (at->second < degree || !bottom) {
          continue;
        }
        add(instead, part.arguments[0].top, 1 / *bottom);
        instead = part.op == Op::Abs ? product(instead, instead) : instead;
      } else {
        continue;
      }
      at->second -= degree;
      if (at->second == 0) {
        monomial.erase(at);
      }
      return product({{std::move(monomial), Rational(1)}}, instead);
    }
    return {{std::move(monomial), Rational(1)}};
  }

  bool plain(const Polynomial &a) const {
    for (const auto &[monomial, coefficient] : a) {
      for (const auto &[part, power] : monomial) {
        const Op op = parts_[static_cast<std::size_t>(part)].op;
        if (op != Op::Pi && op != Op::Variable) {
          return false;
        }
      }
    }
    return true;
  }

  // ---- quotients ----

  static Quotient quotient(const Rational &value) { return {constant(value), constant(1)}; }
  static Quotient quotient(Polynomial top) { return {std::move(top), constant(1)}; }
  static std::optional<Rational> number(const Quotient &a) {
    const std::optional<Rational> top = number(a.top);
    const std::optional<Rational> bottom = number(a.bottom);
    return top && bottom ? std::optional<Rational>(*top / *bottom) : std::nullopt;
  }

  Quotient negative(const Quotient &a) {
    Quotient result{{}, a.bottom};
    add(result.top, a.top, -1);
    return result;
  }
  Quotient sum(const Quotient &a, const Quotient &b) {
    if (a.bottom == b.bottom) {
      Quotient result = a;
      add(result.top, b.top);
      return result;
    }
    Quotient result{product(a.top, b.bottom), product(a.bottom, b.bottom)};
    add(result.top, product(b.top, a.bottom));
    return result;
  }
  Quotient times(const Quotient &a, const Quotient &b) {
    return {product(a.top, b.top), product(a.bottom, b.bottom)};
  }
  Quotient inverse(const Quotient &a) {
    if (a.top.empty()) {
      throw TooLarge(); // has no value anywhere
    }
    if (const std::optional<Rational> value = number(a)) {
      return quotient(1 / *value);
    }
    return {a.bottom, a.top};
  }
  Quotient power(const Quotient &a, slong n) {
    const Quotient base = n < 0 ? inverse(a) : a;
    Quotient result = quotient(Rational(1));
    for (slong i = 0; i < std::abs(n); ++i) {
      result = times(result, base);
    }
    return result;
  }

  // ---- opaque parts ----

  int part(Op op, std::vector<Quotient> arguments = {}, slong integer = 0, const Rational &constant = 0) {
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      const Part &known = parts_[i];
      bool same = known.op == op && known.integer == integer && known.constant == constant &&
                  known.arguments.size() == arguments.size();
      for (std::size_t j = 0; same && j < arguments.size(); ++j) {
        same = equal(known.arguments[j], arguments[j]);
      }
      if (same) {
        return static_cast<int>(i);
      }
    }
    if (parts_.size() == kMostParts) {
      throw TooLarge();
    }
    parts_.push_back({op, std::move(arguments), integer, constant});
    return static_cast<int>(parts_.size()) - 1;
  }

  // The part f(u) or f(-u), and whether it is that of -u.
  std::pair<int, bool> function(Op op, const Quotient &u) {
    const std::size_t before = parts_.size();
    const Quotient opposite = negative(u);
    const int at = part(op, {opposite});
    if (static_cast<std::size_t>(at) < before) {
      return {at, !equal(opposite, u)};
    }
    parts_.pop_back();
    return {part(op, {u}), false};
  }

  Quotient odd(Op op, const Quotient &u) {
    const auto [at, minus] = function(op, u);
    const Quotient result = quotient(variable(at));
    return minus ? negative(result) : result;
  }
  Quotient even(Op op, const Quotient &u) { return quotient(variable(function(op, u).first)); }

  // The value of a function of one variable at a rational number, if it is one that is known.
  static std::optional<Rational> at_number(Op op, const Rational &x) {
    switch (op) {
    case Op::Abs:
      return Rational(abs(x));
    case Op::Floor: {
      Rational result;
      mpz_fdiv_q(result.get_num_mpz_t(), x.get_num_mpz_t(), x.get_den_mpz_t());
      return result;
    }
    case Op::Step:
      return Rational(x >= 0 ? 1 : 0);
    case Op::Sign:
      return Rational(sgn(x));
    case Op::Sin:
    case Op::Tan:
    case Op::Asin:
    case Op::Atan:
    case Op::Sinh:
    case Op::Tanh:
    case Op::Cbrt:
    case Op::Erf:
      return x == 0 ? std::optional(Rational(0)) : std::nullopt;
    case Op::Cos:
    case Op::Cosh:
    case Op::Exp:
      return x == 0 ? std::optional(Rational(1)) : std::nullopt;
    case Op::Log:
      return x == 1 ? std::optional(Rational(0)) : std::nullopt;
    default:
      return std::nullopt;
    }
  }

  // u^e = (u^(1/q))^p for e = p/q.
  Quotient real_power(const Quotient &u, const Rational &e) {
    if (!e.get_den().fits_sint_p() || !e.get_num().fits_sint_p()) {
      throw TooLarge();
    }
    const slong p = e.get_num().get_si();
    const ulong q = e.get_den().get_ui();
    if (const std::optional<Rational> x = number(u); x && *x > 0) { // a root that is rational
      Rational root;
      if (mpz_root(root.get_num_mpz_t(), x->get_num_mpz_t(), q) != 0 &&
          mpz_root(root.get_den_mpz_t(), x->get_den_mpz_t(), q) != 0) {
        return power(quotient(root), p);
      }
    }
    return power(quotient(variable(part(Op::RealPower, {u}, 0, Rational(1, q)))), p);
  }

  Quotient of(const Node &node, const std::vector<Quotient> &a) {
    std::vector<Rational> numbers;
    for (const Quotient &argument : a) {
      if (const std::optional<Rational> value = number(argument)) {
        numbers.push_back(*value);
      }
    }
    const bool all = !a.empty() && numbers.size() == a.size();
    if (a.size() == 1 && all) {
      if (const std::optional<Rational> value = at_number(node.op, numbers[0])) {
        return quotient(*value);
      }
    }
    switch (node.op) {
    case Op::Constant:
      return quotient(node.constant);
    case Op::Negate:
      return negative(a[0]);
    case Op::Add:
      return sum(a[0], a[1]);
    case Op::Subtract:
      return sum(a[0], negative(a[1]));
    case Op::Multiply:
      return times(a[0], a[1]);
    case Op::Divide:
      return times(a[0], inverse(a[1]));
    case Op::IntegerPower:
      return power(a[0], node.integer);
    case Op::RealPower:
      return real_power(a[0], node.constant);
    case Op::Sin:
    case Op::Asin:
    case Op::Atan:
    case Op::Sinh:
    case Op::Cbrt:
    case Op::Erf:
    case Op::Sign:
      return odd(node.op, a[0]);
    case Op::Cos:
    case Op::Cosh:
    case Op::Abs:
      return even(node.op, a[0]);
    case Op::Tan:
      return times(odd(Op::Sin, a[0]), inverse(even(Op::Cos, a[0])));
    case Op::Tanh:
      return times(odd(Op::Sinh, a[0]), inverse(even(Op::Cosh, a[0])));
    case Op::Exp: {
      const auto [at, minus] = function(Op::Exp, a[0]);
      const Quotient result = quotient(variable(at));
      return minus ? inverse(result) : result;
    }
    case Op::Min:
    case Op::Max:
      if (equal(a[0], a[1])) {
        return a[0];
      }
      if (all) {
        return quotient((node.op == Op::Min) == (numbers[0] < numbers[1]) ? numbers[0] : numbers[1]);
      }
      break;
    case Op::Less:
    case Op::LessEqual:
    case Op::Equal:
    case Op::NotEqual:
      if (all || equal(a[0], a[1])) {
        const int order = all ? cmp(numbers[0], numbers[1]) : 0;
        const bool holds = node.op == Op::Less        ? order < 0
                           : node.op == Op::LessEqual ? order <= 0
                           : node.op == Op::Equal     ? order == 0
                                                      : order != 0;
        return quotient(Rational(holds ? 1 : 0));
      }
      break;
    case Op::If:
      if (const std::optional<Rational> condition = number(a[0])) {
        return *condition != 0 ? a[1] : a[2];
      }
      if (equal(a[1], a[2])) {
        return a[1];
      }
      break;
    default:
      break;
    }
    return quotient(variable(part(node.op, a, node.integer, node.constant)));
  }

  std::deque<Part> parts_; // stay where they are
  std::size_t work_ = 0;
};

// Whether f has a value almost everywhere on the cube: each part of it has one everywhere where its enclosure over the cube is bounded, and
// otherwise by what its arguments are.
class Domain {
public:
  Domain(const Expression &f, int dimension, const NormalForms &rules, const std::vector<Quotient> &forms)
      : rules_(rules), forms_(forms), evaluator_(f, dimension) {
    evaluator_(std::vector<Interval>(static_cast<std::size_t>(dimension), Interval(Arf(0), Arf(1))),
               Evaluator::Value);
    for (std::size_t at = 0; at < f.nodes.size(); ++at) {
      bool everywhere = evaluator_.at(at).value.bounded();
      if (!everywhere) {
        everywhere = defined(f.nodes[at]);
        for (const int argument : f.nodes[at].argument) {
          everywhere = everywhere && (argument < 0 || has_value_[static_cast<std::size_t>(argument)]);
        }
      }
      has_value_.push_back(everywhere);
    }
  }
  bool value() const { return has_value_.back(); }

private:
  const Interval &range(int at) const { return evaluator_.at(static_cast<std::size_t>(at)).value; }
  const Quotient &form(int at) const { return forms_[static_cast<std::size_t>(at)]; }
  bool not_negative(int at) const { return range(at).lower.sign() >= 0; }
  bool not_zero(int at) const {
    return range(at).lower.sign() > 0 || range(at).upper.sign() < 0 || rules_.zeros_are_null(form(at));
  }

  // Whether the operation has a value where its arguments have one.
  bool defined(const Node &node) const {
    const int a = node.argument[0];
    switch (node.op) {
    case Op::Divide:
      return not_zero(node.argument[1]);
    case Op::IntegerPower:
      return node.integer >= 0 || not_zero(a);
    case Op::RealPower:
      return not_negative(a) && (node.constant > 0 || not_zero(a));
    case Op::Log:
      return not_negative(a) && not_zero(a);
    case Op::Tan:
      return rules_.levels_are_null(form(a));
    case Op::Negate:
    case Op::Add:
    case Op::Subtract:
    case Op::Multiply:
    case Op::Exp:
    case Op::Sin:
    case Op::Cos:
    case Op::Atan:
    case Op::Sinh:
    case Op::Cosh:
    case Op::Tanh:
    case Op::Cbrt:
    case Op::Erf:
    case Op::Abs:
    case Op::Floor:
    case Op::Step:
    case Op::Sign:
    case Op::Min:
    case Op::Max:
    case Op::Less:
    case Op::LessEqual:
    case Op::Equal:
    case Op::NotEqual:
    case Op::If:
      return true;
    default:
      return false;
    }
  }

  const NormalForms &rules_;
  const std::vector<Quotient> &forms_;
  Evaluator evaluator_;
  std::vector<bool> has_value_;
};

} // namespace

bool is_constant(const Expression &f, int dimension, const Expression &value) {
  try {
    NormalForms rules;
    const std::vector<Quotient> forms = rules.of(f);
    return rules.equal(forms.back(), rules.of(value).back()) && Domain(f, dimension, rules, forms).value();
  } catch (const TooLarge &) {
    return false;
  }
}

} // namespace checker
