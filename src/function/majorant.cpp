#include "majorant.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "node_index.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"
#include "numeric/signs.hpp"
#include "operations.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace layercert {

namespace {

constexpr std::size_t kMostMajorantTerms = 32;
constexpr std::size_t kMostLower = 8; // other lower bounds of a sum

double magnitude(const Interval &x) { return largest_upper(-x.lower(), x.upper()); }
Interval whole_if_nan(const Interval &x) { return has_nan(x) ? whole_line() : x; }

// Of x y, for ranges that may be infinite: 0 times infinity does not come up, as both have values almost
// everywhere.
Interval product_range(const Interval &x, const Interval &y) {
  if (bounded(x) && bounded(y)) {
    return whole_if_nan(x * y);
  }
  const double product = mul_down(mignitude_lower(x), mignitude_lower(y));
  const double least = std::isnan(product) ? 0 : product;
  if ((nonnegative(x) && nonnegative(y)) || (nonpositive(x) && nonpositive(y))) {
    return {least, kInfinity};
  }
  if ((nonnegative(x) && nonpositive(y)) || (nonpositive(x) && nonnegative(y))) {
    return {-kInfinity, -least};
  }
  return whole_line();
}

bool usable_lower(double coefficient) { return coefficient > 0 && std::isfinite(coefficient); }

} // namespace

MajorantEvaluator::MajorantEvaluator(const Expression &expression, std::size_t dimension)
    : expression_(expression), dimension_(dimension), natural_(expression, dimension),
      probe_(expression, dimension), bounds_(expression.nodes().size()) {
  has_log_ = std::any_of(expression.nodes().begin(), expression.nodes().end(),
                         [](const Node &node) { return node.op == Op::Log; });
}

// Equal monomials together; nothing for too many, or for a coefficient without a bound.
std::optional<std::vector<MajorantEvaluator::Term>> MajorantEvaluator::collected(std::vector<Term> terms) {
  std::vector<Term> result;
  for (Term &term : terms) {
    if (!std::isfinite(term.coefficient)) {
      return std::nullopt;
    }
    const auto same = std::find_if(result.begin(), result.end(),
                                   [&](const Term &other) { return other.monomial == term.monomial; });
    if (same == result.end()) {
      result.push_back(std::move(term));
    } else {
      same->coefficient = add_up(same->coefficient, term.coefficient);
    }
  }
  const bool finite = std::all_of(result.begin(), result.end(),
                                  [](const Term &term) { return std::isfinite(term.coefficient); });
  return finite && result.size() <= kMostMajorantTerms ? std::optional(std::move(result)) : std::nullopt;
}

// t_1 + t_2 from below. The weights of the means give the largest exponents of both sides the same part,
// which for sum |g_k|^b_k ends at |g_k|^(1 / sum 1/b): integrable powers stay integrable.
std::optional<MajorantEvaluator::Term> MajorantEvaluator::sum_lower(const std::optional<Term> &a,
                                                                    const std::optional<Term> &b) {
  if (!a || !b) {
    return a ? a : b;
  }
  const mpq_class first = a->monomial.largest_exponent();
  const mpq_class second = b->monomial.largest_exponent();
  if (first == 0 && second == 0 && a->monomial == b->monomial) {
    return Term{add_down(a->coefficient, b->coefficient), a->monomial};
  }
  if (first == 0 || second == 0 || a->monomial.shares_base(b->monomial)) {
    return first <= second ? a : b;
  }
  const mpq_class v = second / (first + second);
  const mpq_class w = first / (first + second);
  const auto part = [](double t, const mpq_class &weight) {
    return rational_power_lower(div_down(t, enclosure(weight).upper()), weight);
  };
  const double coefficient = mul_down(part(a->coefficient, v), part(b->coefficient, w));
  if (!usable_lower(coefficient)) {
    return a;
  }
  return Term{coefficient, a->monomial.power(v).times(b->monomial.power(w))};
}

// 1/|a| from below, where a single term bounds |a|.
std::optional<MajorantEvaluator::Term> MajorantEvaluator::reciprocal_of_upper(const Bounds &a) {
  if (!a.upper || a.upper->size() != 1) {
    return std::nullopt;
  }
  const Term &term = a.upper->front();
  const double coefficient = div_down(1.0, term.coefficient);
  if (!usable_lower(coefficient)) {
    return std::nullopt;
  }
  return Term{coefficient, term.monomial.power(-1)};
}

std::vector<MajorantEvaluator::Term> MajorantEvaluator::lowers_of(const Bounds &a) {
  std::vector<Term> result = a.other_lower;
  if (a.lower) {
    result.insert(result.begin(), *a.lower);
  }
  return result;
}

MajorantEvaluator::Bounds MajorantEvaluator::sum(const Bounds &a, const Bounds &b, bool subtract) const {
  Bounds result;
  if (!a.defined || !b.defined) {
    return result;
  }
  result.defined = true;
  const Interval second = subtract ? -b.range : b.range;
  result.range = whole_if_nan(a.range + second);
  if (a.upper && b.upper) {
    std::vector<Term> terms = *a.upper;
    terms.insert(terms.end(), b.upper->begin(), b.upper->end());
    result.upper = collected(std::move(terms));
  }
  if ((nonnegative(a.range) && nonnegative(second)) || (nonpositive(a.range) && nonpositive(second))) {
    result.lower = sum_lower(a.lower, b.lower);
    result.other_lower = lowers_of(a); // each part alone is a lower bound of such a sum
    for (Term &term : lowers_of(b)) {
      result.other_lower.push_back(std::move(term));
    }
    if (result.other_lower.size() > kMostLower) {
      result.other_lower.resize(kMostLower);
    }
  }
  return result;
}

MajorantEvaluator::Bounds MajorantEvaluator::product(const Bounds &a, const Bounds &b) const {
  Bounds result;
  if (!a.defined || !b.defined) {
    return result;
  }
  result.defined = true;
  result.range = product_range(a.range, b.range);
  if (a.upper && b.upper) {
    std::vector<Term> terms;
    for (const Term &s : *a.upper) {
      for (const Term &t : *b.upper) {
        terms.push_back({mul_up(s.coefficient, t.coefficient), s.monomial.times(t.monomial)});
      }
    }
    result.upper = collected(std::move(terms));
  }
  if (a.lower && b.lower) {
    const double coefficient = mul_down(a.lower->coefficient, b.lower->coefficient);
    if (usable_lower(coefficient)) {
      result.lower = Term{coefficient, a.lower->monomial.times(b.lower->monomial)};
    }
  }
  return result;
}

MajorantEvaluator::Bounds MajorantEvaluator::quotient(const Bounds &a, const Bounds &b) const {
  Bounds result = product(a, power(b, -1, false));
  if (!result.defined || !a.upper || b.other_lower.empty()) {
    return result;
  }
  // For each term of |a|, the lower bound of |b| that leaves the least pole: (Lemma 42 of proofs/theorem.md).
  std::vector<Term> terms;
  for (const Term &s : *a.upper) {
    std::optional<Term> best;
    mpq_class deepest;
    for (const Term &t : lowers_of(b)) {
      Term candidate{div_up(s.coefficient, t.coefficient), s.monomial.times(t.monomial.power(-1))};
      const mpq_class pole = candidate.monomial.deepest_pole();
      if (!best || pole < deepest || (pole == deepest && candidate.coefficient < best->coefficient)) {
        best = std::move(candidate);
        deepest = pole;
      }
    }
    terms.push_back(std::move(*best));
  }
  if (std::optional<std::vector<Term>> sum = collected(std::move(terms))) {
    result.upper = std::move(sum);
  }
  return result;
}

// At least the sum of the terms on the box; infinite if one has a pole.
double MajorantEvaluator::largest(const std::vector<Term> &terms) const {
  double sum = 0;
  for (const Term &term : terms) {
    double most = term.coefficient;
    for (const Monomial::Factor &factor : term.monomial.factors()) {
      if (factor.exponent < 0) {
        return kInfinity;
      }
      const double size = magnitude(natural_.range_at(index_of(factor.base)).value);
      most = mul_up(most, rational_power_upper(size, factor.exponent));
    }
    sum = add_up(sum, most);
  }
  return std::isnan(sum) ? kInfinity : sum;
}

// At most the term on the box.
double MajorantEvaluator::smallest(const Term &term) const {
  double least = term.coefficient;
  for (const Monomial::Factor &factor : term.monomial.factors()) {
    if (factor.exponent > 0) {
      return 0;
    }
    const double size = magnitude(natural_.range_at(index_of(factor.base)).value);
    least = mul_down(least, rational_power_lower(size, factor.exponent));
  }
  return usable_lower(least) ? least : 0;
}

// a^b for a > 0 almost everywhere, a <= h: with c <= b <= C, a^b = a^c a^(b - c) <= a^c max(1, h)^(C - c).
MajorantEvaluator::Bounds MajorantEvaluator::variable_power(const Bounds &a, const Bounds &b) const {
  constexpr double kParts = 1024; // c is a multiple of 1/kParts
  Bounds result;
  if (!a.defined || !b.defined || !nonnegative(a.range) || !a.lower || !bounded(a.range) ||
      !bounded(b.range) || magnitude(b.range) > kParts) {
    return result;
  }
  const double c = std::floor(b.range.lower() * kParts) / kParts; // exact
  const double h = a.range.upper();
  const double factor = h > 1 ? pow_up(h, sub_up(b.range.upper(), c)) : 1.0;
  Bounds least = power(a, mpq_class(c), false);
  if (c == 0) {
    least.upper = {{1.0, Monomial()}};
  }
  result.defined = true;
  result.range = {0.0, mul_up(least.range.upper(), factor)};
  if (least.upper) {
    for (Term &term : *least.upper) {
      term.coefficient = mul_up(term.coefficient, factor);
    }
    result.upper = collected(std::move(*least.upper));
  }
  return result;
}

// |a|^e, and a^e for a >= 0 or (`even`: e is an even integer) of any sign. For an odd integer the caller
// mends the sign.
MajorantEvaluator::Bounds MajorantEvaluator::power(const Bounds &a, const mpq_class &e, bool even) const {
  Bounds result;
  if (!a.defined ||
      (e <= 0 && !a.lower)) { // for these, the lower bound says that a is not 0 but on a null set
    return result;
  }
  result.defined = true;
  const Interval size = bounded(a.range) ? abs_range(a.range) : Interval(mignitude_lower(a.range), kInfinity);
  if (e == 0) {
    result.range = Interval(1.0);
    return result;
  }
  const bool positive = even || nonnegative(a.range);
  const double least = e > 0 ? rational_power_lower(size.lower(), e)
                       : std::isfinite(size.upper()) && size.upper() > 0
                           ? rational_power_lower(size.upper(), e)
                           : 0.0;
  const double extreme = e > 0 ? size.upper() : size.lower();
  const double most = e > 0 && std::isinf(extreme) ? kInfinity : rational_power_upper(extreme, e);
  result.range = positive               ? Interval(least, most)
                 : nonpositive(a.range) ? Interval(-most, -least)
                                        : Interval(-most, most);
  if (e > 0 && a.upper) { // (sum t)^e <= sum t^e for e <= 1, <= n^(e-1) sum t^e above
    const auto n = static_cast<double>(a.upper->size());
    const double factor = e <= 1 ? 1.0 : rational_power_upper(n, mpq_class(e - 1));
    std::vector<Term> terms;
    for (const Term &term : *a.upper) {
      terms.push_back({mul_up(factor, rational_power_upper(term.coefficient, e)), term.monomial.power(e)});
    }
    result.upper = collected(std::move(terms));
  }
  if (e < 0) {
    const double coefficient = rational_power_upper(a.lower->coefficient, e);
    result.upper = collected({Term{coefficient, a.lower->monomial.power(e)}});
  }
  const std::optional<Term> base = e > 0 ? a.lower : reciprocal_of_upper(a);
  if (base) {
    const mpq_class size_of_e = abs(e);
    const double coefficient = rational_power_lower(base->coefficient, size_of_e);
    if (usable_lower(coefficient)) {
      result.lower = Term{coefficient, base->monomial.power(size_of_e)};
    }
  }
  for (const Term &term : e > 0 ? a.other_lower : std::vector<Term>()) {
    const double coefficient = rational_power_lower(term.coefficient, e);
    if (usable_lower(coefficient)) {
      result.other_lower.push_back({coefficient, term.monomial.power(e)});
    }
  }
  return result;
}

// -log y <= y^-s / (e s) for every y > 0 and s > 0. With v <= h, h the upper end of the range, |log v| <=
// |log h| + (v/h)^-s / (e s); without an upper end, |log v| <= (v^-s + v^s) / (e s).
MajorantEvaluator::Bounds MajorantEvaluator::logarithm(const Bounds &a) const {
  Bounds result;
  if (!a.defined || !nonnegative(a.range) || !a.lower || !(a.range.upper() > 0)) {
    return result;
  }
  result.defined = true;
  const double h = a.range.upper();
  const mpq_class &s = log_exponent_;
  const double factor = div_up(1.0, mul_down(e_down(), enclosure(s).lower()));
  const double pole = rational_power_upper(a.lower->coefficient, mpq_class(-s));
  std::vector<Term> terms{{mul_up(factor, pole), a.lower->monomial.power(-s)}};
  if (std::isfinite(h)) {
    const Interval log_h(log_down(h), log_up(h));
    result.range = {a.range.lower() > 0 ? log_down(a.range.lower()) : -kInfinity, log_h.upper()};
    terms[0].coefficient = mul_up(terms[0].coefficient, rational_power_upper(h, s));
    terms.push_back({abs_range(log_h).upper(), Monomial()});
    result.upper = collected(std::move(terms));
  } else if (a.upper) {
    result.range = {a.range.lower() > 0 ? log_down(a.range.lower()) : -kInfinity, kInfinity};
    const Bounds root = power(a, s, false);
    if (root.upper) {
      for (const Term &term : *root.upper) {
        terms.push_back({mul_up(factor, term.coefficient), term.monomial});
      }
      result.upper = collected(std::move(terms));
    }
  }
  return result;
}

// What follows from the arguments' bounds alone.
MajorantEvaluator::Bounds MajorantEvaluator::structural(const Node &node) const {
  const auto argument = [&](std::size_t i) -> const Bounds & { return bounds_[index_of(node.argument[i])]; };
  const auto within = [](const Interval &range) {
    Bounds result;
    result.defined = true;
    result.range = whole_if_nan(range);
    return result;
  };
  const auto either = [&](const Bounds &a, const Bounds &b, const Interval &range) {
    Bounds result = within(range);
    if (a.upper && b.upper) {
      std::vector<Term> terms = *a.upper;
      terms.insert(terms.end(), b.upper->begin(), b.upper->end());
      result.upper = collected(std::move(terms));
    }
    return result;
  };
  if (node.op == Op::If) {
    const Bounds &condition = argument(0);
    if (!condition.defined) {
      return {};
    }
    if (mignitude_lower(condition.range) > 0) {
      return argument(1);
    }
    if (condition.range.lower() == 0 && condition.range.upper() == 0) {
      return argument(2);
    }
    return argument(1).defined && argument(2).defined
               ? either(argument(1), argument(2), hull(argument(1).range, argument(2).range))
               : Bounds();
  }
  for (std::size_t i = 0; i < 3 && node.argument[i] >= 0; ++i) {
    if (!argument(i).defined) {
      return {};
    }
  }
  switch (node.op) {
  case Op::Negate: {
    Bounds result = argument(0);
    result.range = -result.range;
    return result;
  }
  case Op::Abs: {
    Bounds result = argument(0);
    result.range =
        bounded(result.range) ? abs_range(result.range) : Interval(mignitude_lower(result.range), kInfinity);
    return result;
  }
  case Op::Add:
  case Op::Subtract:
    return sum(argument(0), argument(1), node.op == Op::Subtract);
  case Op::Multiply: {
    Bounds result = product(argument(0), argument(1));
    if (node.argument[0] == node.argument[1]) {
      result.range = {0.0, kInfinity};
    }
    return result;
  }
  case Op::Divide:
    return quotient(argument(0), argument(1));
  case Op::PowerInteger:
    return power(argument(0), node.integer, node.integer % 2 == 0);
  case Op::Power: {
    const Node &exponent = expression_.nodes()[index_of(node.argument[1])];
    if (exponent.op != Op::Constant) {
      return variable_power(argument(0), argument(1));
    }
    if (!nonnegative(argument(0).range)) {
      return {};
    }
    return power(argument(0), expression_.constants()[index_of(exponent.constant)], false);
  }
  case Op::Log:
    return logarithm(argument(0));
  case Op::Min:
    return either(argument(0), argument(1), min_range(argument(0).range, argument(1).range));
  case Op::Max: {
    Bounds result = either(argument(0), argument(1), max_range(argument(0).range, argument(1).range));
    if (nonnegative(argument(0).range) && nonnegative(argument(1).range)) { // max(a, b) >= (a + b) / 2
      result.lower = sum_lower(argument(0).lower, argument(1).lower);
      if (result.lower) {
        result.lower->coefficient = div_down(result.lower->coefficient, 2.0);
        if (!usable_lower(result.lower->coefficient)) {
          result.lower.reset();
        }
      }
    }
    return result;
  }
  case Op::Floor: { // |floor v| <= |v| + 1
    Bounds result = within(whole_line());
    if (argument(0).upper) {
      std::vector<Term> terms = *argument(0).upper;
      terms.push_back({1.0, Monomial()});
      result.upper = collected(std::move(terms));
    }
    return result;
  }
  default:
    break;
  }
  const OperationRules &rules = rules_of(node.op);
  if (rules.root > 0) {
    return rules.root % 2 != 0 || nonnegative(argument(0).range)
               ? power(argument(0), mpq_class(1, rules.root), false)
               : Bounds();
  }
  if (rules.by_range) {
    bool undefined = false;
    const Interval &first = argument(0).range;
    const Interval range =
        rules.enclosure(first, node.argument[1] >= 0 ? argument(1).range : first, undefined);
    return undefined ? Bounds() : within(range);
  }
  return {}; // no rule; leaves are what the natural evaluation says
}

bool MajorantEvaluator::vanishes_on_null_set_only(std::size_t at) const {
  bool steep = false;
  for (const Interval &slope : natural_.gradient_at(at)) {
    if (!bounded(slope)) {
      return false;
    }
    steep = steep || mignitude_lower(slope) > 0;
  }
  return steep;
}

MajorantEvaluator::Bounds MajorantEvaluator::bounds_of(std::size_t at) const {
  Bounds result = structural(expression_.nodes()[at]);
  const Range natural = natural_.range_at(at);
  const bool regular = !natural.undefined && bounded(natural.value);
  if (regular) {
    result.defined = true;
    result.range = natural.value;
  }
  if (!result.defined) {
    return {};
  }
  const bool single = result.upper && result.upper->size() == 1;
  if (const double size = result.upper ? largest(*result.upper) : kInfinity;
      std::isfinite(size)) { // as good as a range
    const Interval both = intersect(result.range, Interval(-size, size));
    result.range = has_nan(both) ? result.range : both;
  }
  if (result.lower && (nonnegative(result.range) || nonpositive(result.range))) {
    const double low = smallest(*result.lower);
    const Interval beyond = nonnegative(result.range) ? Interval(low, kInfinity) : Interval(-kInfinity, -low);
    const Interval both = intersect(result.range, beyond);
    result.range = has_nan(both) ? result.range : both;
  }
  const double least = mignitude_lower(result.range);
  if (least > 0 &&
      (!result.lower || result.lower->monomial.constant() || result.lower->monomial.has_zeros())) {
    result.lower = Term{least, Monomial()};
  }
  // A product of zeros tells more than the range: where v vanishes. It has no poles, which the range would do
  // without.
  const auto is_zero = [](const Monomial::Factor &factor) { return factor.exponent > 0; };
  const bool zeros = single && result.upper->front().monomial.has_zeros() &&
                     std::all_of(result.upper->front().monomial.factors().begin(),
                                 result.upper->front().monomial.factors().end(), is_zero);
  if (bounded(result.range) && (least > 0 || !zeros)) {
    result.upper = {{magnitude(result.range), Monomial()}};
  }
  if (regular && least == 0 && vanishes_on_null_set_only(at)) { // |v| = |g|, one of the bases
    const Term itself{1.0, Monomial(static_cast<std::int32_t>(at))};
    if (!zeros) {
      result.upper = {itself};
    }
    if (!result.lower) {
      result.lower = itself;
    }
  }
  return result;
}

void MajorantEvaluator::evaluate(std::span<const Interval> box, const mpq_class &log_exponent) {
  assert_upward();
  assert(box.size() == dimension_);
  log_exponent_ = log_exponent;
  std::vector<Interval> gradient(dimension_);
  natural_.range_and_gradient(box, gradient);
  for (std::size_t at = 0; at < bounds_.size(); ++at) {
    bounds_[at] = bounds_of(at);
  }
}

// Minkowski: || |f| + shift ||_q <= (constant + shift) |box|^(1/q) + sum c_i || psi_i ||_q.
double MajorantEvaluator::norm_of(const Bounds &bounds, std::span<const Interval> box, const mpq_class &q,
                                  double shift) const {
  if (!bounds.defined || (!bounds.upper && !bounded(bounds.range))) {
    return kInfinity;
  }
  const std::vector<Term> terms =
      bounded(bounds.range) ? std::vector<Term>{{magnitude(bounds.range), Monomial()}} : *bounds.upper;
  const auto base = [&](std::int32_t k) {
    return BaseBounds{natural_.range_at(index_of(k)).value, natural_.gradient_at(index_of(k))};
  };
  const mpq_class inverse = 1 / q;
  const auto norm = [&](const Monomial &monomial) {
    const double integral = integral_upper(monomial, q, box, base);
    return std::isinf(integral) ? kInfinity : rational_power_upper(integral, inverse);
  };
  double sum = shift == 0 ? 0 : mul_up(shift, norm(Monomial()));
  for (const Term &term : terms) {
    sum = term.coefficient == 0 ? sum : add_up(sum, mul_up(term.coefficient, norm(term.monomial)));
  }
  return std::isnan(sum) ? kInfinity : sum;
}

Interval MajorantEvaluator::range(std::span<const Interval> box) {
  evaluate(box, mpq_class(1, 2));
  return bounds_.back().defined ? bounds_.back().range : whole_line();
}

double MajorantEvaluator::norm_upper(std::span<const Interval> box, const mpq_class &q, double shift) {
  assert(shift >= 0);
  // The exponent that a logarithm counts as: small where other poles leave little room.
  for (const int part : {2, 8, 64, 512}) {
    evaluate(box, mpq_class(1 / (part * q)));
    const double norm = norm_of(bounds_.back(), box, q, shift);
    if (!has_log_ || std::isfinite(norm)) {
      return norm;
    }
  }
  return kInfinity;
}

} // namespace layercert
