// Node by node: whether it has a value almost everywhere, and its normal form there. Signs, steps,
// comparisons, absolute values, minima and maxima are written with sign atoms, s^2 = 1: |u| = u s, max(u, v)
// = (u + v + |u - v|) / 2, floor(u) = the sum of the steps that u takes.
#include "normal_form.hpp"

#include "expression_evaluator.hpp"
#include "layercert/error.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "node_index.hpp"
#include "normal_algebra.hpp"
#include "normal_ranges.hpp"
#include "normal_text.hpp"
#include "numeric/elementary.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <set>

namespace layercert::normal {

namespace {

constexpr std::size_t kMostNotedTerms = 64; // of a form whose sign is kept
constexpr int kMostJumps = 32;              // of a floor that is written as steps
constexpr std::size_t kMostSigns = 6;       // that are tried with both values
constexpr int kDeepestLogarithm = 100;      // of products in products
constexpr mpfr_prec_t kProofBits = 256;     // for the value of a constant

using Form = std::optional<Sum>; // nothing: no value, or not known

class Forms {
public:
  Forms(const Expression &f, std::size_t dimension) : f_(f), ranges_(f, dimension) {}

  bool root_varies() const { return ranges_.root_varies(); }
  // Whether no small box excludes that f has this value.
  bool may_be(const Interval &value) const {
    const auto &probes = ranges_.probes(f_.nodes().size() - 1);
    return std::all_of(probes.begin(), probes.end(), [&](const std::optional<Interval> &probe) {
      return !probe || overlap(*probe, value);
    });
  }

  std::optional<std::string> constant() {
    std::vector<std::size_t> uses(f_.nodes().size(), 0);
    for (const Node &node : f_.nodes()) {
      for (const std::int32_t argument : node.argument) {
        uses[index_of(std::max(argument, 0))] += argument >= 0 ? 1 : 0;
      }
    }
    for (std::size_t at = 0; at < f_.nodes().size(); ++at) {
      has_value_.push_back(has_value(at) ? 1 : 0);
      forms_.push_back(has_value_[at] != 0 ? form(at, uses) : std::nullopt);
      if (forms_[at]) {
        note(at);
      }
    }
    return forms_.back() ? constant_of(*forms_.back()) : std::nullopt;
  }

private:
  const Node &node(std::size_t at) const { return f_.nodes()[at]; }
  std::size_t argument(std::size_t at, std::size_t i) const { return index_of(node(at).argument[i]); }
  // Requires: it is known.
  const Sum &form_of(std::size_t at, std::size_t i) const { return *forms_[argument(at, i)]; }
  const mpq_class &constant(std::size_t at) const { return f_.constants()[index_of(node(at).constant)]; }

  // ---- null sets ----

  // Whether one of the small boxes shows that it is not 0 almost everywhere there.
  using Witness = std::vector<std::optional<Interval>>;
  static bool differs_from_zero(const Witness &witness) {
    return std::any_of(witness.begin(), witness.end(), [](const std::optional<Interval> &value) {
      return value && (value->lower() > 0 || value->upper() < 0);
    });
  }
  Witness difference_at_probes(std::size_t at) const {
    const Witness &a = ranges_.probes(argument(at, 0));
    const Witness &b = ranges_.probes(argument(at, 1));
    Witness result;
    for (std::size_t i = 0; i < a.size(); ++i) {
      result.push_back(a[i] && b[i] ? std::optional(*a[i] - *b[i]) : std::nullopt);
    }
    return result;
  }

  // Whether `a` is 0 on a null set only. `witness` encloses it.
  bool zeros_are_null(const Sum &a, const Witness &witness) {
    const Sum top = algebra_.cleared(a).top;
    if (top.empty()) {
      return false;
    }
    if (!algebra_.varies(top) || algebra_.analytic(top)) {
      return algebra_.polynomial(top) || differs_from_zero(witness);
    }
    std::set<Atom> signs;
    for (const auto &[monomial, coefficient] : top) {
      for (const auto &[atom, power] : monomial.powers) {
        if (algebra_.part(atom).op == Op::Sign) {
          signs.insert(atom);
        }
      }
    }
    return signs.size() <= kMostSigns && nowhere_zero_polynomial(top, {signs.begin(), signs.end()});
  }
  // With all values, 1 and -1, of the signs.
  bool nowhere_zero_polynomial(const Sum &a, const std::vector<Atom> &signs) {
    for (std::size_t choice = 0; choice < (std::size_t{1} << signs.size()); ++choice) {
      Sum chosen;
      for (const auto &[monomial, coefficient] : a) {
        Monomial rest = monomial;
        mpq_class factor = coefficient;
        for (std::size_t i = 0; i < signs.size(); ++i) {
          if (rest.powers.erase(signs[i]) != 0 && (choice >> i & 1U) != 0) {
            factor = -factor;
          }
        }
        algebra_.add(chosen, {{std::move(rest), factor}});
      }
      if (chosen.empty() || !algebra_.polynomial(chosen)) {
        return false;
      }
    }
    return true;
  }
  // Of a node.
  bool not_zero(std::size_t at) {
    return ranges_.positive(at) || ranges_.negative(at) ||
           (forms_[at] && zeros_are_null(*forms_[at], ranges_.probes(at)));
  }
  bool not_negative(std::size_t at) const {
    return ranges_.positive(at) || ranges_.value(at).lower() >= 0 ||
           (forms_[at] && algebra_.sign(*forms_[at]) == 1);
  }

  // ---- where there are values ----

  // Whether the node has a value almost everywhere.
  bool has_value(std::size_t at) {
    if (ranges_.defined(at)) {
      return true;
    }
    const auto of = [&](std::size_t i) { return has_value_[argument(at, i)] != 0; };
    if (node(at).op == Op::If && of(0)) {
      if (const std::optional<mpq_class> condition = condition_of(at)) {
        return of(*condition != 0 ? 1 : 2);
      }
    }
    for (std::size_t i = 0; i < 3 && node(at).argument[i] >= 0; ++i) {
      if (!of(i)) {
        return false;
      }
    }
    switch (node(at).op) {
    case Op::Divide:
      return not_zero(argument(at, 1));
    case Op::PowerInteger:
      return node(at).integer >= 0 || not_zero(argument(at, 0));
    case Op::Power: {
      const Node &exponent = node(argument(at, 1));
      const bool above = exponent.op == Op::Constant && constant(argument(at, 1)) > 0;
      return not_negative(argument(at, 0)) && (above || not_zero(argument(at, 0)));
    }
    case Op::Sqrt:
      return not_negative(argument(at, 0));
    case Op::Log:
      return not_negative(argument(at, 0)) && not_zero(argument(at, 0));
    case Op::Tan: {
      if (!forms_[argument(at, 0)]) {
        return false;
      }
      Witness cosines;
      for (const std::optional<Interval> &angle : ranges_.probes(argument(at, 0))) {
        cosines.push_back(angle ? std::optional(cos_range(*angle)) : std::nullopt);
      }
      return zeros_are_null(cosine(form_of(at, 0)), cosines);
    }
    case Op::Asin:
    case Op::Acos:
    case Op::Table:
      return false;
    default:
      return true;
    }
  }

  std::optional<mpq_class> condition_of(std::size_t at) const {
    return forms_[argument(at, 0)] ? Algebra::number_of(form_of(at, 0)) : std::nullopt;
  }

  void note(std::size_t at) {
    if (forms_[at]->size() > kMostNotedTerms) { // the partial sums of a long sum
      return;
    }
    const bool positive = ranges_.positive(at);
    if (positive || ranges_.negative(at)) {
      algebra_.note_sign(*forms_[at], positive ? 1 : -1, ranges_.defined(at));
      return;
    }
    const Interval &value = ranges_.value(at);
    if ((value.lower() >= 0 || value.upper() <= 0) && zeros_are_null(*forms_[at], ranges_.probes(at))) {
      algebra_.note_sign(*forms_[at], value.lower() >= 0 ? 1 : -1, false);
    }
  }

  // ---- forms ----

  Sum sine(const Sum &u) {
    const Sum turned = algebra_.product(u, algebra_.imaginary());
    const Sum difference =
        algebra_.sum(algebra_.exponential(turned), algebra_.exponential(algebra_.scaled(turned, -1)), -1);
    return algebra_.scaled(algebra_.product(difference, algebra_.imaginary()), mpq_class(-1, 2));
  }
  Sum cosine(const Sum &u) { return hyperbolic(algebra_.product(u, algebra_.imaginary()), 1); }
  Sum hyperbolic(const Sum &u, int sign) { // cosh for 1, sinh for -1
    return algebra_.scaled(
        algebra_.sum(algebra_.exponential(u), algebra_.exponential(algebra_.scaled(u, -1)), sign),
        mpq_class(1, 2));
  }

  // The sign of `a` almost everywhere; nothing where it may be 0 on more than a null set.
  Form sign(const Sum &a, const Interval &value, const Witness &witness) {
    if (const std::optional<mpq_class> number = Algebra::number_of(a)) {
      return Algebra::number(sgn(*number));
    }
    if (algebra_.is_zero(a)) {
      return Sum{};
    }
    if (value.lower() > 0 || value.upper() < 0) {
      return Algebra::number(value.lower() > 0 ? 1 : -1);
    }
    if (const std::optional<int> known = algebra_.sign(a)) {
      return Algebra::number(*known);
    }
    if (!zeros_are_null(a, witness)) {
      return std::nullopt;
    }
    if (value.lower() >= 0 || value.upper() <= 0) {
      return Algebra::number(value.lower() >= 0 ? 1 : -1);
    }
    const Split parts = algebra_.split(a);
    Sum result = Algebra::number(sgn(parts.factor));
    for (const auto &[atom, power] : parts.content) {
      if (power % 2 != 0 && algebra_.sign(algebra_.single(atom)) != 1) {
        result = algebra_.product(result, algebra_.single(algebra_.atom(Op::Sign, {algebra_.single(atom)})));
      }
    }
    if (parts.rest.size() == 1) { // powers of signs and of divisors are left
      const auto &[monomial, coefficient] = *parts.rest.begin();
      if (monomial == Monomial{}) {
        return result;
      }
      if (monomial.powers.size() == 1 && monomial.exponential == 0 && monomial.turn == 0 &&
          algebra_.part(monomial.powers.begin()->first).op == Op::Sign) {
        return algebra_.product(result, parts.rest);
      }
    }
    return algebra_.product(result, algebra_.single(algebra_.atom(Op::Sign, {parts.rest})));
  }

  Sum modulus(const Sum &a, const Interval &value, const Witness &witness) {
    if (const Form s = sign(a, value, witness)) {
      return algebra_.product(a, *s);
    }
    const Split parts = algebra_.split(a);
    const Sum without = algebra_.scaled(a, 1 / parts.factor); // |c u| = |c| |u|
    return algebra_.scaled(algebra_.single(algebra_.atom(Op::Abs, {without})), abs(parts.factor));
  }

  // 1 where a >= 0, else 0.
  Form step(const Sum &a, const Interval &value, const Witness &witness) {
    if (value.lower() >= 0 || algebra_.is_zero(a)) {
      return Algebra::number(1);
    }
    const Form s = sign(a, value, witness);
    return s ? Form(algebra_.scaled(algebra_.sum(*s, Algebra::number(1)), mpq_class(1, 2))) : std::nullopt;
  }

  Form floor(std::size_t at) {
    const Sum &u = form_of(at, 0);
    if (const std::optional<mpq_class> number = Algebra::number_of(u)) {
      mpz_class whole;
      mpz_fdiv_q(whole.get_mpz_t(), number->get_num_mpz_t(), number->get_den_mpz_t());
      return Algebra::number(whole);
    }
    const Interval &value = ranges_.value(argument(at, 0));
    if (!bounded(value)) {
      return std::nullopt;
    }
    const double first = std::floor(value.lower());
    const double last = std::floor(value.upper());
    if (!(std::fabs(first) < 0x1p50 && last - first <= kMostJumps)) {
      return std::nullopt;
    }
    Sum result = Algebra::number(mpq_class(first));
    for (double k = first + 1; k <= last; ++k) {
      const Interval shift(k);
      Witness witness;
      for (const std::optional<Interval> &probe : ranges_.probes(argument(at, 0))) {
        witness.push_back(probe ? std::optional(*probe - shift) : std::nullopt);
      }
      const Form s = step(algebra_.sum(u, Algebra::number(mpq_class(k)), -1), value - shift, witness);
      if (!s) {
        return std::nullopt;
      }
      algebra_.add(result, *s);
    }
    return result;
  }

  Sum opaque(std::size_t at, bool analytic = false) {
    std::vector<Sum> arguments;
    for (std::size_t i = 0; i < 3 && node(at).argument[i] >= 0; ++i) {
      arguments.push_back(form_of(at, i));
    }
    const bool smooth = analytic && std::all_of(arguments.begin(), arguments.end(),
                                                [&](const Sum &a) { return algebra_.analytic(a); });
    const bool jump = node(at).op == Op::Sign || node(at).op == Op::Weierstrass;
    return algebra_.single(algebra_.atom(node(at).op, std::move(arguments),
                                         node(at).op == Op::Sign ? 1
                                         : jump                  ? node(at).integer
                                                                 : 0, // 1: its square may be 0
                                         node(at).op == Op::Weierstrass ? constant(at) : mpq_class(0),
                                         smooth));
  }

  // f(c + rest), f even or odd about 0: with the first coefficient of the rest above 0.
  bool turned(const Sum &u) const {
    for (const auto &[monomial, coefficient] : u) {
      if (!(monomial == Monomial{})) {
        return coefficient < 0;
      }
    }
    return !u.empty() && u.begin()->second < 0;
  }
  static mpq_class constant_part(const Sum &u) {
    const auto at = u.find(Monomial{});
    return at == u.end() ? mpq_class(0) : at->second;
  }

  Sum odd(std::size_t at, bool analytic) {
    const Sum u = form_of(at, 0);
    const bool minus = turned(u);
    const Sum inside = minus ? algebra_.scaled(u, -1) : u;
    const Sum value = algebra_.single(algebra_.atom(node(at).op == Op::Acos ? Op::Asin : node(at).op,
                                                    {inside}, 0, 0, analytic && algebra_.analytic(inside)));
    return minus ? algebra_.scaled(value, -1) : value;
  }
  Sum asin(std::size_t at) {
    if (const std::optional<mpq_class> x = Algebra::number_of(form_of(at, 0))) {
      for (const auto &[value, angle] :
           {std::pair(mpq_class(0), mpq_class(0)), std::pair(mpq_class(1, 2), mpq_class(1, 6)),
            std::pair(mpq_class(1), mpq_class(1, 2))}) {
        if (abs(*x) == value) {
          return algebra_.scaled(algebra_.pi(), sgn(*x) * angle);
        }
      }
    }
    const Interval &u = ranges_.value(argument(at, 0));
    return odd(at, u.lower() > -1 && u.upper() < 1);
  }
  Sum atan(std::size_t at) {
    const std::optional<mpq_class> x = Algebra::number_of(form_of(at, 0));
    return x && (*x == 0 || abs(*x) == 1) ? algebra_.scaled(algebra_.pi(), *x / 4) : odd(at, true);
  }

  Sum cantor(std::size_t at) { // C(1 - u) = 1 - C(u)
    const Sum u = form_of(at, 0);
    const Interval &value = ranges_.value(argument(at, 0));
    const std::optional<mpq_class> number = Algebra::number_of(u);
    if (value.upper() <= 0 || (number && *number <= 0)) {
      return Sum{};
    }
    if (value.lower() >= 1 || (number && *number >= 1)) {
      return Algebra::number(1);
    }
    if (!turned(u)) {
      return opaque(at);
    }
    const Sum mirrored = algebra_.sum(Algebra::number(1), u, -1);
    return algebra_.sum(Algebra::number(1), algebra_.single(algebra_.atom(Op::Cantor, {mirrored})), -1);
  }
  // T is even and has the period 1, W is even and has the period 2, and W(u + 1) = -W(u) if b is odd.
  Sum even_and_periodic(std::size_t at) {
    Sum u = form_of(at, 0);
    if (turned(u)) {
      u = algebra_.scaled(u, -1);
    }
    const bool takagi = node(at).op == Op::Takagi;
    const bool changes = !takagi && node(at).integer % 2 != 0;
    mpz_class whole;
    mpq_class scaled = constant_part(u);
    scaled /= takagi || changes ? 1 : 2;
    mpz_fdiv_q(whole.get_mpz_t(), scaled.get_num_mpz_t(), scaled.get_den_mpz_t());
    u = algebra_.sum(u, Algebra::number(mpq_class(whole) * (takagi || changes ? 1 : 2)), -1);
    if (takagi && u.empty()) {
      return {};
    }
    const Sum value = algebra_.single(
        algebra_.atom(node(at).op, {u}, takagi ? 0 : node(at).integer, takagi ? mpq_class(0) : constant(at)));
    return changes && mpz_odd_p(whole.get_mpz_t()) != 0 ? algebra_.scaled(value, -1) : value;
  }

  // log |u| of the node u, by products and powers where it is made of them.
  Sum log_modulus(std::size_t at, int depth = 0) {
    const auto inside = [&](std::size_t i) { return log_modulus(argument(at, i), depth + 1); };
    if (depth < kDeepestLogarithm) {
      switch (node(at).op) {
      case Op::Multiply:
        return algebra_.sum(inside(0), inside(1));
      case Op::Divide:
        return algebra_.sum(inside(0), inside(1), -1);
      case Op::Negate:
      case Op::Abs:
        return inside(0);
      case Op::PowerInteger:
        return algebra_.scaled(inside(0), node(at).integer);
      case Op::Sqrt:
        return algebra_.scaled(inside(0), mpq_class(1, 2));
      case Op::Power:
        return algebra_.product(form_of(at, 1), inside(0));
      case Op::Exp:
        return form_of(at, 0);
      default:
        break;
      }
    }
    return algebra_.log_modulus(*forms_[at]);
  }
  // u^v = e^(v log u), where u > 0 almost everywhere.
  Form power(std::size_t at, const Sum &exponent) {
    const std::size_t base = argument(at, 0);
    if (algebra_.is_zero(*forms_[base])) {
      const std::optional<mpq_class> number = Algebra::number_of(exponent);
      return number && *number > 0 ? Form(Sum{}) : std::nullopt;
    }
    if (!not_zero(base)) {
      return algebra_.single(algebra_.atom(Op::Power, {*forms_[base], exponent}));
    }
    algebra_.note_sign(*forms_[base], 1, ranges_.positive(base) && ranges_.defined(base));
    return algebra_.exponential(algebra_.product(exponent, log_modulus(base)));
  }

  Form form(std::size_t at, const std::vector<std::size_t> &uses) {
    const Op op = node(at).op;
    if (op == Op::If) {
      return choice(at);
    }
    for (std::size_t i = 0; i < 3 && node(at).argument[i] >= 0; ++i) {
      if (!forms_[argument(at, i)]) {
        return std::nullopt;
      }
    }
    const auto a = [&]() -> const Sum & { return form_of(at, 0); };
    const auto b = [&]() -> const Sum & { return form_of(at, 1); };
    const auto value = [&]() -> const Interval & { return ranges_.value(argument(at, 0)); };
    const auto witness = [&]() -> const Witness & { return ranges_.probes(argument(at, 0)); };
    switch (op) {
    case Op::Constant:
      return Algebra::number(constant(at));
    case Op::Pi:
      return algebra_.pi();
    case Op::E:
      return algebra_.exponential(Algebra::number(1));
    case Op::Variable:
      return algebra_.variable(node(at).integer);
    case Op::Negate:
      return algebra_.scaled(a(), -1);
    case Op::Add:
    case Op::Subtract: {
      // A long sum hands on its beginning: n of them would together have about n^2 / 2 terms.
      const Op first = node(argument(at, 0)).op;
      const bool chain = (first == Op::Add || first == Op::Subtract) && uses[argument(at, 0)] == 1;
      Sum result;
      if (chain) {
        result = std::move(*forms_[argument(at, 0)]);
        forms_[argument(at, 0)].reset(); // nothing is known of it any more, and nobody asks
      } else {
        result = a();
        algebra_.work(result.size());
      }
      algebra_.add(result, b(), op == Op::Add ? 1 : -1);
      return result;
    }
    case Op::Multiply:
      return algebra_.simplified(algebra_.product(a(), b()));
    case Op::Divide:
      return algebra_.is_zero(b()) ? std::nullopt
                                   : Form(algebra_.simplified(algebra_.product(a(), algebra_.inverse(b()))));
    case Op::PowerInteger:
      return node(at).integer < 0 && algebra_.is_zero(a()) ? std::nullopt
                                                           : Form(algebra_.power(Sum(a()), node(at).integer));
    case Op::Power:
      return power(at, Sum(b()));
    case Op::Sqrt:
      return power(at, Algebra::number(mpq_class(1, 2)));
    case Op::Exp:
      return algebra_.exponential(Sum(a()));
    case Op::Log:
      return log_modulus(argument(at, 0));
    case Op::Sin:
      return sine(a());
    case Op::Cos:
      return cosine(a());
    case Op::Tan:
    case Op::Tanh: {
      const Sum top = op == Op::Tan ? sine(a()) : hyperbolic(a(), -1);
      const Sum bottom = op == Op::Tan ? cosine(a()) : hyperbolic(a(), 1);
      if (algebra_.is_zero(bottom)) {
        return std::nullopt;
      }
      if (op == Op::Tanh || (value().lower() > -1.5 && value().upper() < 1.5)) {
        algebra_.note_sign(bottom, 1, ranges_.defined(argument(at, 0)));
      }
      return algebra_.product(top, algebra_.inverse(bottom));
    }
    case Op::Sinh:
      return hyperbolic(a(), -1);
    case Op::Cosh:
      return hyperbolic(a(), 1);
    case Op::Asin:
      return asin(at);
    case Op::Acos: // pi/2 - asin
      return algebra_.sum(algebra_.scaled(algebra_.pi(), mpq_class(1, 2)), asin(at), -1);
    case Op::Atan:
      return atan(at);
    case Op::Cbrt:
    case Op::Erf:
      return algebra_.is_zero(a()) ? Sum{} : odd(at, op == Op::Erf);
    case Op::Abs:
      return modulus(a(), value(), witness());
    case Op::Sign: {
      const Form s = sign(a(), value(), witness());
      return s ? s : Form(opaque(at));
    }
    case Op::Step: {
      const Form s = step(a(), value(), witness());
      return s ? s : Form(opaque(at));
    }
    case Op::Floor: {
      const Form whole = floor(at);
      return whole ? whole : Form(opaque(at));
    }
    case Op::Min:
    case Op::Max: {
      const Sum gap = algebra_.sum(a(), b(), -1);
      const Sum size = modulus_or_zero(gap, at);
      const Sum both = algebra_.sum(a(), b());
      return algebra_.scaled(algebra_.sum(both, size, op == Op::Max ? 1 : -1), mpq_class(1, 2));
    }
    case Op::Less: // 1 - step(a - b)
    case Op::LessEqual: {
      const bool less = op == Op::Less;
      const Sum gap = algebra_.sum(a(), b(), -1);
      Witness at_probes = difference_at_probes(at);
      Interval range = ranges_.difference(at);
      if (!less) {
        for (std::optional<Interval> &probe : at_probes) {
          probe = probe ? std::optional(-*probe) : std::nullopt;
        }
        range = -range;
      }
      const Form s = step(less ? gap : algebra_.scaled(gap, -1), range, at_probes);
      return !s ? Form(opaque(at)) : less ? Form(algebra_.sum(Algebra::number(1), *s, -1)) : s;
    }
    case Op::Equal:
    case Op::NotEqual: {
      const Sum gap = algebra_.sum(a(), b(), -1);
      const Interval &range = ranges_.difference(at);
      if (algebra_.is_zero(gap)) {
        return Algebra::number(op == Op::Equal ? 1 : 0);
      }
      const bool differ =
          range.lower() > 0 || range.upper() < 0 || zeros_are_null(gap, difference_at_probes(at));
      return differ ? Algebra::number(op == Op::Equal ? 0 : 1) : opaque(at);
    }
    case Op::Cantor:
      return cantor(at);
    case Op::Takagi:
    case Op::Weierstrass:
      return even_and_periodic(at);
    case Op::If:
    case Op::Table:
      break;
    }
    return std::nullopt;
  }

  Sum modulus_or_zero(const Sum &gap, std::size_t at) {
    return algebra_.is_zero(gap) ? Sum{} : modulus(gap, ranges_.difference(at), difference_at_probes(at));
  }

  Form choice(std::size_t at) {
    if (const std::optional<mpq_class> condition = condition_of(at)) {
      return forms_[argument(at, *condition != 0 ? 1 : 2)];
    }
    for (std::size_t i = 0; i < 3; ++i) {
      if (!forms_[argument(at, i)]) {
        return std::nullopt;
      }
    }
    const Sum &c = form_of(at, 0);
    const Sum gap = algebra_.sum(form_of(at, 1), form_of(at, 2), -1);
    if (algebra_.is_zero(gap)) {
      return form_of(at, 2);
    }
    if (algebra_.is_zero(algebra_.sum(algebra_.product(c, c), c, -1))) { // c is 0 or 1
      return algebra_.sum(form_of(at, 2), algebra_.product(c, gap));
    }
    return opaque(at);
  }

  // ---- the constant ----

  // What of a monomial depends on the coordinates, and what does not.
  std::pair<Monomial, Sum> parted(const Monomial &monomial) {
    Monomial varying, fixed;
    for (const auto &[atom, power] : monomial.powers) {
      (algebra_.part(atom).varies ? varying : fixed).powers.emplace(atom, power);
    }
    Sum L, constant;
    for (const auto &term : Sum(algebra_.exponent(monomial.exponential))) {
      const Sum one{term};
      algebra_.add(algebra_.varies(one) ? L : constant, one);
    }
    const Sum with_L = algebra_.exponential(L); // one exponential: L is a part of an exponent
    varying.exponential = with_L.begin()->first.exponential;
    fixed.turn = monomial.turn;
    return {varying, algebra_.product({{fixed, mpq_class(1)}}, algebra_.exponential(constant))};
  }

  std::optional<std::string> constant_of(const Sum &a) {
    if (algebra_.is_zero(a)) {
      return "0";
    }
    const Fraction fraction = algebra_.cleared(a);
    Sum value = a;
    if (algebra_.varies(a)) { // top = c bottom
      const Sum bottom = algebra_.expanded(fraction.bottom);
      const auto coefficients = [&](const Sum &of) {
        std::map<Monomial, Sum> result;
        for (const auto &[monomial, coefficient] : of) {
          const auto [varying, fixed] = parted(monomial);
          algebra_.add(result[varying], fixed, coefficient);
        }
        return result;
      };
      const std::map<Monomial, Sum> above = coefficients(fraction.top);
      const std::map<Monomial, Sum> below = coefficients(bottom);
      const auto first = std::find_if(below.begin(), below.end(),
                                      [&](const auto &term) { return !algebra_.is_zero(term.second); });
      if (first == below.end() || !above.contains(first->first)) {
        return std::nullopt;
      }
      const Sum &u = above.at(first->first);
      value = algebra_.product(u, algebra_.inverse(first->second));
      if (!algebra_.is_zero(algebra_.sum(fraction.top, algebra_.product(value, bottom), -1))) {
        return std::nullopt;
      }
    }
    const std::optional<mpq_class> number = Algebra::number_of(value);
    return number ? number->get_str() : text_of(algebra_, value);
  }

  const Expression &f_;
  Ranges ranges_;
  Algebra algebra_;
  std::vector<char> has_value_;
  std::vector<Form> forms_;
};

// An enclosure of the number that the text is; nothing where it may have no value.
std::optional<Interval> enclosure_of(const std::string &text) {
  const Expression constant = parse_expression(text, 1);
  prepare_mpfr_thread();
  const std::vector<MpfrInterval> anywhere{mpfr_enclosure(0.0, kProofBits)};
  const MpfrRange value = ExpressionEvaluator(constant, 1).range(anywhere, kProofBits);
  if (value.undefined || has_nan(value.value) || !bounded(value.value)) {
    return std::nullopt;
  }
  return Interval(mpfr_get_d(value.value.lower().get(), MPFR_RNDD),
                  mpfr_get_d(value.value.upper().get(), MPFR_RNDU));
}

} // namespace

bool surely_varies(const Expression &f, std::size_t dimension) { return Ranges(f, dimension).root_varies(); }

std::optional<std::string> constant_almost_everywhere(const Expression &f, std::size_t dimension) {
  assert_upward();
  try {
    Forms forms(f, dimension);
    if (forms.root_varies()) {
      return std::nullopt;
    }
    std::optional<std::string> text = forms.constant();
    const std::optional<Interval> value = text ? enclosure_of(*text) : std::nullopt;
    if (!value) {
      return std::nullopt;
    }
    if (!forms.may_be(*value)) { // on one of the small boxes f is another number: a rule was wrong
      assert(false);
      return std::nullopt;
    }
    return text;
  } catch (const TooLarge &) {
    return std::nullopt;
  } catch (const InputError &) { // the constant's text is too long
    return std::nullopt;
  }
}

} // namespace layercert::normal
