#include "majorant.hpp"

#include "self_affine.hpp"

#include <algorithm>

namespace checker {

namespace {

constexpr std::size_t kMostTerms = 32;
constexpr std::size_t kMostSummands = 8;

Arf least_size(const Interval &x) {
  return x.lower.sign() > 0 ? x.lower : x.upper.sign() < 0 ? -x.upper : Arf(0);
}
Arf largest_size(const Interval &x) { return std::max(-x.lower, x.upper); }
bool nonnegative(const Interval &x) { return x.lower.sign() >= 0; }
bool nonpositive(const Interval &x) { return x.upper.sign() <= 0; }
Arf product_lower(const Arf &a, const Arf &b) { return (Interval(a) * Interval(b)).lower; }
Arf product_upper(const Arf &a, const Arf &b) { return (Interval(a) * Interval(b)).upper; }
bool usable(const Arf &coefficient) { return coefficient.sign() > 0 && coefficient.finite(); }

Rational largest_exponent(const std::map<std::size_t, Rational> &monomial) {
  Rational largest(0);
  for (const auto &[base, e] : monomial) {
    largest = largest < e ? e : largest;
  }
  return largest;
}
bool has_zeros(const std::map<std::size_t, Rational> &monomial) { return largest_exponent(monomial) > 0; }

Interval width(const Interval &x) { return Interval(x.upper) - Interval(x.lower); }

// The integral of y^-e from 0 to w.
Interval primitive(const Interval &w, const Rational &e) {
  const Rational rest = 1 - e;
  return real_power(w, rest) / Interval(rest);
}

} // namespace

Majorants::Majorants(const Expression &f, std::size_t dimension)
    : f_(f), evaluator_(f, dimension), bounds_(f.nodes.size()) {
  has_log_ = std::any_of(f.nodes.begin(), f.nodes.end(), [](const Node &node) { return node.op == Op::Log; });
}

Majorants::Monomial Majorants::times(const Monomial &a, const Monomial &b) {
  Monomial result = a;
  for (const auto &[base, e] : b) {
    Rational &sum = result.try_emplace(base, 0).first->second;
    sum = sum + e;
    if (sum == 0) {
      result.erase(base);
    }
  }
  return result;
}

Majorants::Monomial Majorants::raised(const Monomial &a, const Rational &e) {
  Monomial result;
  for (const auto &[base, exponent] : a) {
    result.emplace(base, exponent * e);
  }
  return result;
}

std::optional<std::vector<Majorants::Term>> Majorants::both(const Bounds &a, const Bounds &b) {
  if (!a.upper || !b.upper || a.upper->size() + b.upper->size() > kMostTerms) {
    return std::nullopt;
  }
  std::vector<Term> terms = *a.upper;
  terms.insert(terms.end(), b.upper->begin(), b.upper->end());
  return terms;
}

// s + t >= (s/u)^u (t/z)^z, u + z = 1, such that the largest exponents of both become equal.
std::optional<Majorants::Term> Majorants::sum_lower(const std::optional<Term> &a,
                                                    const std::optional<Term> &b) {
  if (!a || !b) {
    return a ? a : b;
  }
  const Rational first = largest_exponent(a->monomial);
  const Rational second = largest_exponent(b->monomial);
  const bool share = std::any_of(a->monomial.begin(), a->monomial.end(),
                                 [&](const auto &factor) { return b->monomial.contains(factor.first); });
  if (first <= 0 || second <= 0 || share) {
    return second < first ? b : a; // either alone is a lower bound
  }
  const Rational u = second / (first + second);
  const Rational z = first / (first + second);
  const auto part = [](const Arf &t, const Rational &weight) {
    return real_power(Interval(t) / Interval(weight), weight).lower;
  };
  const Arf coefficient = product_lower(part(a->coefficient, u), part(b->coefficient, z));
  return usable(coefficient) ? Term{coefficient, times(raised(a->monomial, u), raised(b->monomial, z))} : *a;
}

Majorants::Bounds Majorants::sum(const Bounds &a, const Bounds &b) const {
  Bounds result;
  result.defined = a.defined && b.defined;
  result.range = a.range + b.range;
  result.upper = both(a, b);
  if ((nonnegative(a.range) && nonnegative(b.range)) || (nonpositive(a.range) && nonpositive(b.range))) {
    result.lower = sum_lower(a.lower, b.lower);
    for (const Bounds *part : {&a, &b}) { // each part alone is at most the sum
      result.summands.insert(result.summands.end(), part->summands.begin(), part->summands.end());
      if (part->lower) {
        result.summands.push_back(*part->lower);
      }
    }
    result.summands.resize(std::min(result.summands.size(), kMostSummands));
  }
  return result;
}

Majorants::Bounds Majorants::product(const Bounds &a, const Bounds &b) const {
  Bounds result;
  result.defined = a.defined && b.defined;
  if (a.range.bounded() && b.range.bounded()) {
    result.range = a.range * b.range;
  } else if ((nonnegative(a.range) || nonpositive(a.range)) &&
             (nonnegative(b.range) || nonpositive(b.range))) {
    const bool same = nonnegative(a.range) == nonnegative(b.range);
    const Arf least = product_lower(least_size(a.range), least_size(b.range));
    result.range = same ? Interval(least, Arf::infinity()) : Interval(-Arf::infinity(), -least);
  }
  if (a.upper && b.upper && a.upper->size() * b.upper->size() <= kMostTerms) {
    result.upper.emplace();
    for (const Term &s : *a.upper) {
      for (const Term &t : *b.upper) {
        result.upper->push_back({product_upper(s.coefficient, t.coefficient), times(s.monomial, t.monomial)});
      }
    }
  }
  if (a.lower && b.lower) {
    const Arf coefficient = product_lower(a.lower->coefficient, b.lower->coefficient);
    if (usable(coefficient)) {
      result.lower = Term{coefficient, times(a.lower->monomial, b.lower->monomial)};
    }
  }
  return result;
}

// Each term of |a| is divided by the lower bound of |b| that leaves the smallest pole (Lemma 42 of
// proofs/theorem.md).
Majorants::Bounds Majorants::quotient(const Bounds &a, const Bounds &b) const {
  Bounds result = product(a, power(b, -1, false));
  if (!result.defined || !a.upper || b.summands.empty()) {
    return result;
  }
  std::vector<Term> divisors = b.summands;
  divisors.push_back(*b.lower); // there is one, since the power has a value
  result.upper.emplace();
  for (const Term &term : *a.upper) {
    std::optional<Term> chosen;
    Rational least;
    for (const Term &divisor : divisors) {
      Term one{(Interval(term.coefficient) / Interval(divisor.coefficient)).upper,
               times(term.monomial, raised(divisor.monomial, -1))};
      const Rational pole = largest_exponent(raised(one.monomial, -1));
      if (!chosen || pole < least || (pole == least && one.coefficient < chosen->coefficient)) {
        chosen = std::move(one);
        least = pole;
      }
    }
    result.upper->push_back(std::move(*chosen));
  }
  return result;
}

// Of a sum of terms without poles; the whole line if there are poles.
Interval Majorants::size_of(const std::vector<Term> &terms) const {
  Interval sum(0);
  for (const Term &term : terms) {
    Interval most(term.coefficient);
    for (const auto &[base, e] : term.monomial) {
      if (e < 0) {
        return Interval::whole();
      }
      most = most * real_power(Interval(largest_size(evaluator_.at(base).value)), e);
    }
    sum = sum + most;
  }
  return {-sum.upper, sum.upper};
}

// |a|^e, and a^e for a >= 0 or an even e. A negative power needs a lower bound of |a|: then a is 0 on a null
// set at most.
Majorants::Bounds Majorants::power(const Bounds &a, const Rational &e, bool even) const {
  Bounds result;
  const bool negative = e < 0;
  if (!a.defined || e == 0 || (negative && !a.lower)) {
    return result;
  }
  result.defined = true;
  const Interval size = real_power(abs(a.range), e);
  result.range = even || nonnegative(a.range) ? size : nonpositive(a.range) ? -size : hull(size, -size);
  if (!negative && a.upper) { // (sum of n terms)^e <= n^(max(e,1)-1) sum of their powers
    const Rational more = e > 1 ? Rational(e - 1) : Rational(0);
    const Interval factor = real_power(Interval(a.upper->size()), more);
    result.upper.emplace();
    for (const Term &term : *a.upper) {
      result.upper->push_back(
          {(factor * real_power(Interval(term.coefficient), e)).upper, raised(term.monomial, e)});
    }
  }
  if (negative) {
    result.upper = {{real_power(Interval(a.lower->coefficient), e).upper, raised(a.lower->monomial, e)}};
  }
  for (const Term &term : negative ? std::vector<Term>() : a.summands) {
    const Arf coefficient = real_power(Interval(term.coefficient), e).lower;
    if (usable(coefficient)) {
      result.summands.push_back({coefficient, raised(term.monomial, e)});
    }
  }
  const bool single = a.upper && a.upper->size() == 1;
  if (negative ? single : a.lower.has_value()) {
    const Term &base = negative ? a.upper->front() : *a.lower;
    if (usable(base.coefficient)) {
      const Arf coefficient = real_power(Interval(base.coefficient), e).lower;
      if (usable(coefficient)) {
        result.lower = Term{coefficient, raised(base.monomial, e)};
      }
    }
  }
  return result;
}

// With -log y <= y^-s / (e s) for y > 0 and s > 0: |log v| <= |log h| + (v/h)^-s / (e s), h the upper end of
// the range, or, where there is none, (v^-s + v^s) / (e s).
Majorants::Bounds Majorants::logarithm(const Bounds &a) const {
  Bounds result;
  const Interval h(a.range.upper);
  if (!a.defined || !nonnegative(a.range) || !a.lower || h.zero()) {
    return result;
  }
  const Rational &s = log_exponent_;
  const Interval factor = Interval(1) / (monotone(arb_exp, Interval(1)) * Interval(s));
  const Interval pole = factor * real_power(Interval(1) / Interval(a.lower->coefficient), s);
  const Monomial inverse = raised(a.lower->monomial, -s);
  const auto end = [](const Arf &x) { return x.zero() ? -Interval(Arf::infinity()) : monotone(arb_log, x); };
  result.defined = true;
  result.range = {end(a.range.lower).lower, end(a.range.upper).upper};
  if (h.bounded()) {
    const Interval log_h = monotone(arb_log, h);
    result.upper = {{abs(log_h).upper, {}}, {(pole * real_power(h, s)).upper, inverse}};
    return result;
  }
  const Bounds root = power(a, s, false);
  if (root.upper) {
    result.upper = {{pole.upper, inverse}};
    for (const Term &term : *root.upper) {
      result.upper->push_back({(factor * Interval(term.coefficient)).upper, term.monomial});
    }
  }
  return result;
}

Majorants::Bounds Majorants::by_rule(const Node &node) const {
  static const Bounds none;
  const Bounds *arguments[3] = {&none, &none, &none};
  bool defined = true;
  for (int i = 0; i < 3 && node.argument[i] >= 0; ++i) {
    arguments[i] = &bounds_[static_cast<std::size_t>(node.argument[i])];
    defined = defined && (arguments[i]->defined || (node.op == Op::If && i > 0));
  }
  if (!defined) {
    return {};
  }
  const Bounds &a = *arguments[0];
  const Bounds &b = *arguments[1];
  const auto negated = [](Bounds bounds) {
    bounds.range = -bounds.range;
    return bounds;
  };
  // Defined unless the range says nothing.
  const auto within = [](const Interval &range) {
    Bounds result;
    result.defined = range.lower.finite() || range.upper.finite();
    result.range = range;
    return result;
  };
  switch (node.op) {
  case Op::Negate:
    return negated(a);
  case Op::Abs: {
    Bounds result = a;
    result.range = abs(a.range);
    return result;
  }
  case Op::Add:
    return sum(a, b);
  case Op::Subtract:
    return sum(a, negated(b));
  case Op::Multiply:
    return product(a, b);
  case Op::Divide:
    return quotient(a, b);
  case Op::IntegerPower:
    return power(a, node.integer, node.integer % 2 == 0);
  case Op::RealPower:
    return nonnegative(a.range) ? power(a, node.constant, false) : Bounds();
  case Op::Cbrt: // |cbrt v| = |v|^(1/3), with the sign of v
    return power(a, Rational(1, 3), false);
  case Op::Log:
    return logarithm(a);
  case Op::Weierstrass:
    return within(weierstrass(a.range, node.constant, node.integer));
  case Op::Less:
  case Op::LessEqual:
  case Op::Equal:
  case Op::NotEqual:
    return within(compared(node.op, a.range, b.range));
  case Op::Floor: { // |floor v| <= |v| + 1
    Bounds result = a;
    result.range = node.function->value(a.range);
    result.lower.reset();
    result.summands.clear();
    if (result.upper) {
      result.upper->push_back({Arf(1), {}});
    }
    return result;
  }
  case Op::Min:
  case Op::Max: {
    Bounds result = a;
    result.range = node.op == Op::Min ? minimum(a.range, b.range) : maximum(a.range, b.range);
    result.upper = both(a, b);
    result.lower.reset();
    result.summands.clear();
    if (node.op == Op::Max && nonnegative(a.range) && nonnegative(b.range)) { // max(s, t) >= (s + t) / 2
      result.lower = sum_lower(a.lower, b.lower);
      if (result.lower) {
        result.lower->coefficient = result.lower->coefficient.times_two_to(-1);
      }
    }
    return result;
  }
  case Op::If: {
    const Bounds &c = *arguments[2];
    if (least_size(a.range).sign() > 0 || a.range.zero()) {
      return a.range.zero() ? c : b;
    }
    Bounds result;
    result.defined = b.defined && c.defined;
    result.range = hull(b.range, c.range);
    result.upper = both(b, c);
    return result;
  }
  default:
    return node.function != nullptr ? within(node.function->value(a.range)) : Bounds();
  }
}

Majorants::Bounds Majorants::bounds_of(std::size_t at) const {
  Bounds result = by_rule(f_.nodes[at]);
  const Jet &jet = evaluator_.at(at);
  const bool regular = jet.value.bounded();
  if (regular) {
    result.defined = true;
    result.range = jet.value;
  }
  if (!result.defined) {
    return {};
  }
  if (result.upper) {
    const Interval size = size_of(*result.upper);
    result.range = size.bounded() ? common(result.range, size) : result.range;
  }
  if (result.lower && result.lower->monomial.empty()) { // |v| is at least a number
    const Arf &size = result.lower->coefficient;
    if (nonnegative(result.range)) {
      result.range = common(result.range, Interval(size, Arf::infinity()));
    } else if (nonpositive(result.range)) {
      result.range = common(result.range, Interval(-Arf::infinity(), -size));
    }
  }
  const Arf least = least_size(result.range);
  if (least.sign() > 0 &&
      (!result.lower || result.lower->monomial.empty() || has_zeros(result.lower->monomial))) {
    result.lower = Term{least, {}};
  }
  // A product of zeros says more than the range: where v vanishes.
  const bool zeros = result.upper && result.upper->size() == 1 && has_zeros(result.upper->front().monomial) &&
                     std::all_of(result.upper->front().monomial.begin(), result.upper->front().monomial.end(),
                                 [](const auto &factor) { return factor.second > 0; });
  if (result.range.bounded() && (least.sign() > 0 || !zeros)) {
    result.upper = {{largest_size(result.range), {}}};
  }
  // A base: on the lines along one coordinate it is strictly monotone.
  bool steep = false;
  bool smooth = regular && least.zero();
  for (const Interval &slope : jet.slope) {
    smooth = smooth && slope.bounded();
    steep = steep || (slope.bounded() && least_size(slope).sign() > 0);
  }
  if (smooth && steep) {
    const Term itself{Arf(1), {{at, Rational(1)}}};
    if (!zeros) {
      result.upper = {itself};
    }
    if (!result.lower) {
      result.lower = itself;
    }
  }
  return result;
}

// Along the coordinate j in which |dg/dx_j| >= m: on each line |g| >= m |x_j - xi|, xi its zero or the end
// nearest to one.
Interval Majorants::along_lines(const Pole &pole, const Box &box) {
  const slong sides = nonnegative(pole.g.value) || nonpositive(pole.g.value) ? 1 : 2;
  Interval best = Interval::whole();
  for (std::size_t j = 0; j < box.size(); ++j) {
    const Interval slope(least_size(pole.g.slope[j]));
    if (slope.zero()) {
      continue;
    }
    Interval bound =
        Interval(sides) * primitive(width(box[j]) / Interval(sides), pole.e) * real_power(slope, -pole.e);
    for (std::size_t i = 0; i < box.size(); ++i) {
      bound = i == j ? bound : bound * width(box[i]);
    }
    best = bound.upper < best.upper ? bound : best;
  }
  return best;
}

// Where elimination in intervals finds every matrix of the Jacobian regular in some coordinates, (g_1, ..,
// g_K) is injective in these; the rest is substitution (Lemma 24 of proofs/lemmas.md).
Interval Majorants::by_substitution(const std::vector<Pole> &poles, const Box &box) {
  std::vector<std::vector<Interval>> rows;
  rows.reserve(poles.size());
  for (const Pole &pole : poles) {
    rows.push_back(pole.g.slope);
  }
  std::vector<bool> taken(box.size(), false);
  Interval bound(1);
  for (std::size_t k = 0; k < rows.size(); ++k) {
    std::size_t pivot = 0;
    Arf largest;
    for (std::size_t j = 0; j < box.size(); ++j) {
      if (!taken[j] && least_size(rows[k][j]) > largest) {
        largest = least_size(rows[k][j]);
        pivot = j;
      }
    }
    if (largest.zero()) {
      return Interval::whole();
    }
    taken[pivot] = true;
    bound = bound / Interval(largest);
    for (std::size_t i = k + 1; i < rows.size(); ++i) {
      const Interval factor = rows[i][pivot] / rows[k][pivot];
      for (std::size_t j = 0; j < box.size(); ++j) {
        rows[i][j] = taken[j] ? rows[i][j] : rows[i][j] - factor * rows[k][j];
      }
    }
  }
  for (const Pole &pole : poles) {
    const auto part = [&](const Arf &end) { return primitive(Interval(std::max(Arf(0), end)), pole.e); };
    bound = bound * (part(-pole.g.value.lower) + part(pole.g.value.upper));
  }
  for (std::size_t j = 0; j < box.size(); ++j) {
    bound = taken[j] ? bound : bound * width(box[j]);
  }
  return bound;
}

// prod |g_k|^-e_k <= sum (e_k / E) |g_k|^-E, E = sum e_k < 1.
Interval Majorants::by_means(const std::vector<Pole> &poles, const Box &box) {
  Rational total(0);
  for (const Pole &pole : poles) {
    total = total + pole.e;
  }
  if (total >= 1) {
    return Interval::whole();
  }
  Interval sum(0);
  for (const Pole &pole : poles) {
    sum = sum + Interval(pole.e / total) * along_lines({pole.g, total}, box);
  }
  return sum;
}

// Of the q-th power of the monomial over the box, from above.
Interval Majorants::integral(const Monomial &monomial, const Rational &q, const Box &box) const {
  Interval bound(1); // of the factors with positive exponents
  std::vector<Pole> poles;
  for (const auto &[base, exponent] : monomial) {
    const Rational e = exponent * q;
    const Jet &g = evaluator_.at(base);
    if (e > 0) {
      bound = bound * real_power(Interval(largest_size(g.value)), e);
    } else if (e > -1) {
      poles.push_back({g, -e});
    } else {
      return Interval::whole();
    }
  }
  if (poles.empty()) {
    for (const Interval &side : box) {
      bound = bound * width(side);
    }
    return bound;
  }
  if (poles.size() == 1) {
    return bound * along_lines(poles[0], box);
  }
  const Interval first = by_substitution(poles, box);
  const Interval second = by_means(poles, box);
  return bound * (first.upper < second.upper ? first : second);
}

Arf Majorants::norm_of(const Bounds &bounds, const Box &box, const Rational &q, const Arf &shift) const {
  if (!bounds.defined || !bounds.upper) {
    return Arf::infinity();
  }
  std::vector<Term> terms = *bounds.upper;
  terms.push_back({shift, {}});
  Interval sum(0);
  for (const Term &term : terms) { // Minkowski
    const Arf most = integral(term.monomial, q, box).upper;
    if (!term.coefficient.zero()) {
      sum = sum + Interval(term.coefficient) * real_power(Interval(most), 1 / q);
    }
  }
  return sum.upper;
}

void Majorants::evaluate(const Box &box, const Rational &log_exponent) {
  evaluator_(box, Evaluator::Slopes);
  log_exponent_ = log_exponent;
  for (std::size_t at = 0; at < bounds_.size(); ++at) {
    bounds_[at] = bounds_of(at);
  }
}

Interval Majorants::range(const Box &box) {
  evaluate(box, 1);
  return bounds_.back().defined ? bounds_.back().range : Interval::whole();
}

Arf Majorants::norm(const Box &box, const Rational &q, const Arf &shift) {
  Arf result = Arf::infinity();
  for (const slong part :
       {2, 8, 64, 512}) { // what a logarithm counts as: little where other poles leave little room
    evaluate(box, 1 / (part * q));
    result = norm_of(bounds_.back(), box, q, shift);
    if (!has_log_ || result.finite()) {
      break;
    }
  }
  return result;
}

} // namespace checker
