// The forms of f and of the value, P/Q and R/S, are equal wherever the parts of both have values if P S = R
// Q. So two things are looked at node by node: the form, and whether it is that of the node almost
// everywhere, which is why the node must have a value almost everywhere, and why a jump is decided only by
// what is not 0 almost everywhere. Zeros are a null set of a polynomial in pi and coordinates that is not the
// zero polynomial, as pi is transcendental, and of a function that is analytic on the open cube and not 0 on
// some box. proofs/certificate-format.md, 10.
#include "normal_form.hpp"

#include "normal_algebra.hpp"

#include <algorithm>
#include <set>

namespace checker {

namespace {

constexpr ulong kMostBoxes = 64;         // that the cube is cut into
constexpr ulong kMostEvaluated = 100000; // nodes on boxes
constexpr ulong kProbes = 3;
constexpr std::size_t kMostSigns = 6;  // that are tried with both values
constexpr slong kMostSteps = 32;       // of a floor
constexpr int kDeepest = 100;          // of products under a logarithm
constexpr std::size_t kMostNoted = 64; // terms of what a sign is kept of

// The values of a node: over the cube, and on small boxes; the whole line where nothing is known.
struct Values {
  Interval cube;
  std::vector<Interval> probes;
  bool known() const { return cube.bounded(); }
  bool differs_from_zero() const {
    return std::any_of(probes.begin(), probes.end(),
                       [](const Interval &v) { return v.bounded() && excludes_zero(v); });
  }
  static bool excludes_zero(const Interval &v) { return v.lower.sign() > 0 || v.upper.sign() < 0; }
};

Values difference(const Values &a, const Values &b) {
  Values result{a.cube - b.cube, {}};
  for (std::size_t i = 0; i < a.probes.size(); ++i) {
    result.probes.push_back(a.probes[i] - b.probes[i]);
  }
  return result;
}

using Form = std::optional<Quotient>; // nothing: the node may have no value

class NormalForms {
public:
  NormalForms(Algebra &algebra, const Expression &f, std::size_t dimension)
      : algebra_(algebra), f_(f), values_(f.nodes.size()), differences_(f.nodes.size()) {
    enclose(dimension);
  }

  Form operator()() {
    for (std::size_t at = 0; at < f_.nodes.size(); ++at) {
      forms_.push_back(has_value(at) ? form(f_.nodes[at], at) : std::nullopt);
      inside_.push_back(sign_inside(at));
      if (forms_[at]) {
        note(at);
      }
    }
    return forms_.back();
  }

private:
  static std::size_t index(int at) { return static_cast<std::size_t>(at); }
  std::size_t argument(std::size_t at, int i) const { return index(f_.nodes[at].argument[i]); }
  const Quotient &of(int at) const { return *forms_[index(at)]; }
  const Values &values(int at) const { return values_[index(at)]; }

  // ---- enclosures ----

  void enclose(std::size_t dimension) {
    const auto d = dimension;
    Evaluator evaluator(f_, dimension);
    const ulong most = std::min(kMostBoxes, kMostEvaluated / f_.nodes.size());
    ulong side = 1;
    for (ulong boxes = 1; boxes <= most && dimension > 0;) {
      boxes = 1;
      for (std::size_t j = 0; j < d && boxes <= most; ++j) {
        boxes *= 2 * side;
      }
      side *= boxes <= most ? 2 : 1;
    }
    std::vector<ulong> place(d, 0);
    std::vector<Interval> box(d);
    for (bool first = true;; first = false) {
      for (std::size_t j = 0; j < d; ++j) {
        box[j] = Interval(Interval(place[j]).lower, Interval(place[j] + 1).upper) / Interval(side);
      }
      evaluator(box, Evaluator::Value);
      for (std::size_t at = 0; at < f_.nodes.size(); ++at) {
        const Interval &value = evaluator.at(at).value;
        values_[at].cube = first ? value : hull(values_[at].cube, value);
        const auto &argument = f_.nodes[at].argument;
        if (argument[1] >= 0) {
          const Interval gap =
              evaluator.at(index(argument[0])).value - evaluator.at(index(argument[1])).value;
          differences_[at].cube = first ? gap : hull(differences_[at].cube, gap);
        }
      }
      std::size_t j = 0;
      while (j < d && ++place[j] == side) {
        place[j++] = 0;
      }
      if (j == d) {
        break;
      }
    }
    for (ulong i = 0; i < kProbes; ++i) {
      for (std::size_t j = 0; j < d; ++j) {
        const Arf lower = Arf(37 + 91 * i + 58 * j % 400 + 113 * i * j % 300).times_two_to(-10);
        box[j] = Interval(lower, lower + two_to(-20));
      }
      evaluator(box, Evaluator::Value);
      for (std::size_t at = 0; at < f_.nodes.size(); ++at) {
        values_[at].probes.push_back(evaluator.at(at).value);
      }
    }
    for (std::size_t at = 0; at < f_.nodes.size(); ++at) {
      const auto &argument = f_.nodes[at].argument;
      if (argument[1] >= 0) {
        const Interval gap = differences_[at].cube;
        differences_[at] = difference(values(argument[0]), values(argument[1]));
        differences_[at].cube = gap;
      }
    }
  }

  // The sign at every point of the open cube where the node has a value, if it is seen: a coordinate is
  // neither 0 nor 1 there.
  int sign_inside(std::size_t at) const {
    const Node &node = f_.nodes[at];
    const Interval &cube = values_[at].cube;
    if (values_[at].known() && Values::excludes_zero(cube)) {
      return cube.lower.sign();
    }
    const auto inside = [&](int i) { return inside_[argument(at, i)]; };
    const auto at_least_zero = [&](int i) {
      return inside(i) > 0 ||
             (values(node.argument[i]).known() && values(node.argument[i]).cube.lower.sign() >= 0);
    };
    switch (node.op) {
    case Op::Variable:
    case Op::Exp:
    case Op::Cosh:
      return 1;
    case Op::Negate:
      return -inside(0);
    case Op::Add:
      return (inside(0) > 0 && at_least_zero(1)) || (inside(1) > 0 && at_least_zero(0)) ? 1 : 0;
    case Op::Subtract: // 1 - x, or more
      return f_.nodes[argument(at, 1)].op == Op::Variable && values(node.argument[0]).known() &&
                     values(node.argument[0]).cube.lower >= Arf(1)
                 ? 1
                 : 0;
    case Op::Multiply:
    case Op::Divide:
      return inside(0) * inside(1);
    case Op::IntegerPower:
      return node.integer % 2 == 0 ? std::abs(inside(0)) : inside(0);
    case Op::RealPower:
      return std::max(inside(0), 0);
    case Op::Abs:
      return std::abs(inside(0));
    case Op::Asin:
    case Op::Atan:
    case Op::Sinh:
    case Op::Tanh:
    case Op::Cbrt:
    case Op::Erf:
    case Op::Sign:
      return inside(0);
    case Op::Max:
      return std::max(inside(0), inside(1));
    case Op::Min:
      return std::min(inside(0), inside(1));
    default:
      return 0;
    }
  }

  void note(std::size_t at) {
    const Quotient &form = *forms_[at];
    if (form.top.size() > kMostNoted || form.bottom.size() > kMostNoted) {
      return;
    }
    if (inside_[at] != 0) {
      algebra_.note_sign(form, inside_[at], values_[at].known());
    } else if (const int sign = one_sign(values_[at]); sign != 0 && zeros_are_null(form, values_[at])) {
      algebra_.note_sign(form, sign, false);
    }
  }

  // 1 for values that are at least 0, -1 for those at most 0.
  static int one_sign(const Values &values) {
    return !values.known() ? 0 : values.cube.lower.sign() >= 0 ? 1 : values.cube.upper.sign() <= 0 ? -1 : 0;
  }

  // ---- null sets ----

  bool zeros_are_null(const Quotient &a, const Values &values) {
    if (a.top.empty()) {
      return false;
    }
    if (algebra_.plain(a.top) || (values.known() && Values::excludes_zero(values.cube)) ||
        (algebra_.smooth(a.top) && values.differs_from_zero())) {
      return true;
    }
    // A polynomial for each choice of the signs in it.
    std::set<int> signs;
    for (const auto &[powers, coefficient] : a.top) {
      for (const auto &[part, power] : powers) {
        if (algebra_.at(part).op == Op::Sign && algebra_.at(part).integer == 0) {
          signs.insert(part);
        }
      }
    }
    if (signs.empty() || signs.size() > kMostSigns) {
      return false;
    }
    for (ulong choice = 0; choice < ulong{1} << signs.size(); ++choice) {
      SumOfMonomials chosen;
      for (const auto &[powers, coefficient] : a.top) {
        Monomial rest = powers;
        Rational factor = coefficient;
        ulong bit = 1;
        for (const int sign : signs) {
          factor *= rest.erase(sign) != 0 && (choice & bit) != 0 ? -1 : 1;
          bit *= 2;
        }
        algebra_.work(1);
        if ((chosen[rest] += factor) == 0) {
          chosen.erase(rest);
        }
      }
      if (chosen.empty() || !algebra_.plain(chosen)) {
        return false;
      }
    }
    return true;
  }
  bool not_zero(int at) {
    return inside_[index(at)] != 0 || (forms_[index(at)] && zeros_are_null(of(at), values(at)));
  }
  bool not_negative(int at) const {
    return inside_[index(at)] > 0 || (values(at).known() && values(at).cube.lower.sign() >= 0) ||
           (forms_[index(at)] && algebra_.sign(of(at)) == 1);
  }

  // ---- values ----

  bool has_value(std::size_t at) {
    const Node &node = f_.nodes[at];
    if (values_[at].known()) {
      return true;
    }
    if (node.op == Op::If) {
      const std::optional<Rational> condition = decided(node);
      if (condition) {
        return forms_[argument(at, *condition != 0 ? 1 : 2)].has_value();
      }
    }
    for (const int argument : node.argument) {
      if (argument >= 0 && !forms_[index(argument)]) {
        return false;
      }
    }
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
    case Op::Tan: {
      Values cosines{Interval::whole(), {}};
      for (const Interval &angle : values(a).probes) {
        cosines.probes.push_back(angle.bounded() ? sine(angle, 1) : Interval::whole());
      }
      return zeros_are_null(Algebra::quotient(algebra_.wave(of(a), 1)), cosines);
    }
    case Op::Asin:
    case Op::Acos:
    case Op::Samples:
      return false;
    default:
      return true;
    }
  }

  // The condition of an `if`, where its form is a number.
  std::optional<Rational> decided(const Node &node) const {
    return forms_[index(node.argument[0])] ? Algebra::value(of(node.argument[0])) : std::nullopt;
  }

  // ---- forms ----

  static Quotient number(const Rational &value) { return Algebra::quotient(value); }
  Quotient single(Op op, std::vector<Quotient> arguments, slong integer = 0, const Rational &constant = 0,
                  bool smooth = false) {
    return Algebra::quotient(
        Algebra::single(algebra_.part(op, std::move(arguments), integer, constant, smooth)));
  }
  Quotient pi_times(const Rational &factor) {
    return algebra_.times(number(factor), single(Op::Pi, {}, 0, 0, true));
  }
  Quotient hyperbolic(const Quotient &u, int sign) {
    return algebra_.times(
        number(Rational(1, 2)),
        algebra_.sum(algebra_.exponential(u), algebra_.exponential(algebra_.negative(u)), sign));
  }

  // The sign of u, almost everywhere; nothing where u may be 0 on more than a null set.
  Form sign(const Quotient &u, const Values &values) {
    if (const std::optional<Rational> x = Algebra::value(u)) {
      return number(sgn(*x));
    }
    if (values.known() && Values::excludes_zero(values.cube)) {
      return number(values.cube.lower.sign());
    }
    if (const std::optional<int> known = algebra_.sign(u)) {
      return number(*known);
    }
    if (!zeros_are_null(u, values)) {
      return std::nullopt;
    }
    if (const int known = one_sign(values); known != 0) {
      return number(known);
    }
    return algebra_.times(sign_of(u.top), sign_of(u.bottom));
  }
  // By the signs of the factors. Requires: zeros are a null set.
  Quotient sign_of(const SumOfMonomials &a) {
    const Factors parts = algebra_.factors(a);
    Quotient result = number(sgn(parts.factor));
    const auto by = [&](const SumOfMonomials &factor) {
      const Quotient u = Algebra::quotient(factor);
      if (const std::optional<int> known = algebra_.sign(u)) {
        result = algebra_.times(result, number(*known));
      } else {
        result = algebra_.times(result, single(Op::Sign, {u}));
      }
    };
    for (const auto &[part, power] : parts.content) {
      if (power % 2 != 0) {
        by(Algebra::single(part));
      }
    }
    if (parts.rest.size() > 1) {
      by(parts.rest);
      return result;
    }
    for (const auto &[part, power] : parts.rest.begin()->first) {
      const Op op = algebra_.at(part).op;
      if (op == Op::Sign && algebra_.at(part).integer == 0) {
        result = algebra_.times(result, Algebra::quotient(Algebra::single(part)));
      } else if (op != Op::Exp && op != Op::Abs) {
        by(Algebra::single(part));
      }
    }
    return result;
  }

  Quotient modulus(const Quotient &u, const Values &values) {
    if (const Form s = sign(u, values)) {
      return algebra_.times(u, *s);
    }
    const auto of_polynomial = [&](const SumOfMonomials &a) {
      const Factors parts = algebra_.factors(a);
      const Quotient factor = number(1 / parts.factor);
      return algebra_.times(number(abs(parts.factor)),
                            single(Op::Abs, {algebra_.times(factor, Algebra::quotient(a))}));
    };
    return algebra_.times(of_polynomial(u.top), algebra_.inverse(of_polynomial(u.bottom)));
  }

  // 1 for u >= 0, else 0.
  Form step(const Quotient &u, const Values &values) {
    if (u.top.empty() || (values.known() && values.cube.lower.sign() >= 0)) {
      return number(1);
    }
    const Form s = sign(u, values);
    return s ? Form(algebra_.times(number(Rational(1, 2)), algebra_.sum(*s, number(1)))) : std::nullopt;
  }
  Form floor(const Quotient &u, const Values &values) {
    if (const std::optional<Rational> x = Algebra::value(u)) {
      Integer whole;
      mpz_fdiv_q(whole.get_mpz_t(), x->get_num_mpz_t(), x->get_den_mpz_t());
      return number(Rational(whole));
    }
    if (!values.known()) {
      return std::nullopt;
    }
    const Rational first = rational(values.cube.lower.floor());
    const Rational last = rational(values.cube.upper.floor());
    if (last - first > kMostSteps) {
      return std::nullopt;
    }
    Quotient result = number(first);
    for (Rational k = first + 1; k <= last; ++k) {
      const Values here{Interval(k), std::vector<Interval>(values.probes.size(), Interval(k))};
      const Form s = step(algebra_.sum(u, number(k), -1), difference(values, here));
      if (!s) {
        return std::nullopt;
      }
      result = algebra_.sum(result, *s);
    }
    return result;
  }

  Quotient opaque(const Node &node) {
    std::vector<Quotient> arguments;
    for (int i = 0; i < 3 && node.argument[i] >= 0; ++i) {
      arguments.push_back(of(node.argument[i]));
    }
    // The square of this sign is not known to be 1.
    return single(node.op, std::move(arguments), node.op == Op::Sign ? 1 : node.integer, node.constant);
  }

  // asin and atan.
  Quotient odd(Op op, const Quotient &u, bool smooth) {
    const bool minus = Algebra::leading_sign(u) < 0;
    const Quotient inside = minus ? algebra_.negative(u) : u;
    const Quotient value = single(op, {inside}, 0, 0, smooth && algebra_.smooth(inside));
    return minus ? algebra_.negative(value) : value;
  }
  Quotient arc_sine(const Node &node) {
    const Quotient &u = of(node.argument[0]);
    if (const std::optional<Rational> x = Algebra::value(u)) {
      if (*x == 0 || abs(*x) == 1 || abs(*x) == Rational(1, 2)) {
        return pi_times(abs(*x) == 1 ? Rational(*x / 2) : Rational(*x / 3));
      }
    }
    const Values &range = values(node.argument[0]);
    return odd(Op::Asin, u, range.known() && range.cube.lower > Arf(-1) && range.cube.upper < Arf(1));
  }
  Quotient arc_tangent(const Quotient &u) {
    const std::optional<Rational> x = Algebra::value(u);
    return x && (*x == 0 || abs(*x) == 1) ? pi_times(*x / 4) : odd(Op::Atan, u, true);
  }

  // u without the number in it, if it has another part: that number, and whether the rest begins below 0.
  static Rational constant_term(const Quotient &u) {
    const std::optional<Rational> bottom = Algebra::value(u.bottom);
    const auto found = u.top.find(Monomial());
    return bottom && found != u.top.end() ? Rational(found->second / *bottom) : Rational(0);
  }
  int side(const Quotient &u) { return Algebra::leading_sign(algebra_.sum(u, number(constant_term(u)), -1)); }

  Quotient self_affine(const Node &node) {
    Quotient u = of(node.argument[0]);
    const int turned = side(u) != 0 ? side(u) : Algebra::leading_sign(u);
    if (node.op == Op::Cantor) { // C(1 - u) = 1 - C(u)
      const Values &range = values(node.argument[0]);
      const std::optional<Rational> x = Algebra::value(u);
      if ((x && *x <= 0) || (range.known() && range.cube.upper.sign() <= 0)) {
        return number(0);
      }
      if ((x && *x >= 1) || (range.known() && range.cube.lower >= Arf(1))) {
        return number(1);
      }
      if (turned >= 0) {
        return single(Op::Cantor, {u});
      }
      return algebra_.sum(number(1), single(Op::Cantor, {algebra_.sum(number(1), u, -1)}), -1);
    }
    // Even, of period 1 (takagi) or 2 (weierstrass), and for odd b with W(u + 1) = -W(u).
    u = turned < 0 ? algebra_.negative(u) : u;
    const bool opposite = node.op == Op::Weierstrass && node.integer % 2 != 0;
    const Rational period = node.op == Op::Takagi || opposite ? 1 : 2;
    const Rational periods = constant_term(u) / period;
    Integer whole;
    mpz_fdiv_q(whole.get_mpz_t(), periods.get_num_mpz_t(), periods.get_den_mpz_t());
    u = algebra_.sum(u, number(period * whole), -1);
    if (node.op == Op::Takagi && u.top.empty()) {
      return number(0);
    }
    const Quotient value = single(node.op, {u}, node.integer, node.constant);
    return opposite && mpz_odd_p(whole.get_mpz_t()) != 0 ? algebra_.negative(value) : value;
  }

  // log |u| of a node.
  Quotient log_modulus(int at, int depth = 0) {
    const Node &node = f_.nodes[index(at)];
    const auto inside = [&](int i) { return log_modulus(node.argument[i], depth + 1); };
    if (depth < kDeepest) {
      switch (node.op) {
      case Op::Multiply:
        return algebra_.sum(inside(0), inside(1));
      case Op::Divide:
        return algebra_.sum(inside(0), inside(1), -1);
      case Op::Negate:
      case Op::Abs:
        return inside(0);
      case Op::IntegerPower:
        return algebra_.times(number(node.integer), inside(0));
      case Op::RealPower:
        return algebra_.times(number(node.constant), inside(0));
      case Op::Exp:
        return of(node.argument[0]);
      default:
        break;
      }
    }
    return algebra_.log_modulus(of(at));
  }
  Form real_power(const Node &node) {
    const int a = node.argument[0];
    if (of(a).top.empty()) {
      return node.constant > 0 ? Form(number(0)) : std::nullopt;
    }
    if (!not_zero(a)) {
      return single(Op::RealPower, {of(a)}, 0, node.constant);
    }
    algebra_.note_sign(of(a), 1, inside_[index(a)] > 0 && values(a).known());
    return algebra_.exponential(algebra_.times(number(node.constant), log_modulus(a)));
  }

  Form choice(const Node &node) {
    if (const std::optional<Rational> condition = decided(node)) {
      return forms_[index(node.argument[*condition != 0 ? 1 : 2])];
    }
    for (const int argument : node.argument) {
      if (!forms_[index(argument)]) {
        return std::nullopt;
      }
    }
    const Quotient &c = of(node.argument[0]);
    const Quotient gap = algebra_.sum(of(node.argument[1]), of(node.argument[2]), -1);
    if (gap.top.empty()) {
      return of(node.argument[1]);
    }
    if (algebra_.equal(algebra_.times(c, c), c)) { // 0 or 1
      return algebra_.sum(of(node.argument[2]), algebra_.times(c, gap));
    }
    return opaque(node);
  }

  Form form(const Node &node, std::size_t at) {
    if (node.op == Op::If) {
      return choice(node);
    }
    for (const int argument : node.argument) {
      if (argument >= 0 && !forms_[index(argument)]) {
        return std::nullopt;
      }
    }
    const auto a = [&]() -> const Quotient & { return of(node.argument[0]); };
    const auto b = [&]() -> const Quotient & { return of(node.argument[1]); };
    const auto or_opaque = [&](const Form &found) { return found ? *found : opaque(node); };
    switch (node.op) {
    case Op::Constant:
      return number(node.constant);
    case Op::Pi:
    case Op::Variable:
      return single(node.op, {}, node.integer, 0, true);
    case Op::Negate:
      return algebra_.negative(a());
    case Op::Add:
      return algebra_.sum(a(), b());
    case Op::Subtract:
      return algebra_.sum(a(), b(), -1);
    case Op::Multiply:
      return algebra_.times(a(), b());
    case Op::Divide:
      return algebra_.times(a(), algebra_.inverse(b()));
    case Op::IntegerPower:
      return algebra_.power(a(), node.integer);
    case Op::RealPower:
      return real_power(node);
    case Op::Exp:
      return algebra_.exponential(a());
    case Op::Log:
      return log_modulus(node.argument[0]);
    case Op::Sin:
      return Algebra::quotient(algebra_.wave(a()));
    case Op::Cos:
      return Algebra::quotient(algebra_.wave(a(), 1));
    case Op::Tan:
      return algebra_.times(Algebra::quotient(algebra_.wave(a())),
                            algebra_.inverse(Algebra::quotient(algebra_.wave(a(), 1))));
    case Op::Sinh:
      return hyperbolic(a(), -1);
    case Op::Cosh:
      return hyperbolic(a(), 1);
    case Op::Tanh: {
      const Quotient bottom = hyperbolic(a(), 1);
      algebra_.note_sign(bottom, 1, values(node.argument[0]).known());
      return algebra_.times(hyperbolic(a(), -1), algebra_.inverse(bottom));
    }
    case Op::Asin:
      return arc_sine(node);
    case Op::Acos:
      return algebra_.sum(pi_times(Rational(1, 2)), arc_sine(node), -1);
    case Op::Atan:
      return arc_tangent(a());
    case Op::Cbrt:
    case Op::Erf:
      return a().top.empty() ? number(0) : odd(node.op, a(), node.op == Op::Erf);
    case Op::Abs:
      return modulus(a(), values(node.argument[0]));
    case Op::Sign:
      return or_opaque(sign(a(), values(node.argument[0])));
    case Op::Step:
      return or_opaque(step(a(), values(node.argument[0])));
    case Op::Floor:
      return or_opaque(floor(a(), values(node.argument[0])));
    case Op::Min:
    case Op::Max: { // half of a + b -+ |a - b|
      const Quotient gap = algebra_.sum(a(), b(), -1);
      const Quotient size = gap.top.empty() ? gap : modulus(gap, differences_[at]);
      return algebra_.times(number(Rational(1, 2)),
                            algebra_.sum(algebra_.sum(a(), b()), size, node.op == Op::Max ? 1 : -1));
    }
    case Op::Less: { // not a - b >= 0
      const Form s = step(algebra_.sum(a(), b(), -1), differences_[at]);
      return s ? algebra_.sum(number(1), *s, -1) : opaque(node);
    }
    case Op::LessEqual: { // b - a >= 0
      const Values zero{Interval(0), std::vector<Interval>(differences_[at].probes.size(), Interval(0))};
      return or_opaque(step(algebra_.sum(b(), a(), -1), difference(zero, differences_[at])));
    }
    case Op::Equal:
    case Op::NotEqual: {
      const Quotient gap = algebra_.sum(a(), b(), -1);
      const bool equal = gap.top.empty();
      return equal || zeros_are_null(gap, differences_[at]) ? number(equal == (node.op == Op::Equal) ? 1 : 0)
                                                            : opaque(node);
    }
    case Op::Cantor:
    case Op::Takagi:
    case Op::Weierstrass:
      return self_affine(node);
    default:
      return std::nullopt;
    }
  }

  Algebra &algebra_;
  const Expression &f_;
  std::vector<Values> values_, differences_;
  std::vector<Form> forms_;
  std::vector<int> inside_;
};

} // namespace

bool is_constant(const Expression &f, std::size_t dimension, const Expression &value) {
  try {
    Algebra algebra;
    const Form form = NormalForms(algebra, f, dimension)();
    const Form constant = NormalForms(algebra, value, 0)();
    return form && constant && algebra.equal(*form, *constant);
  } catch (const TooLarge &) {
    return false;
  }
}

} // namespace checker
