// Products add exponents, so that e^L e^M is one exponential. What an exponent holds in whole multiples of
// log|a| or of i pi leaves it as a power of |a| or a root of unity; what is left has a coefficient of log|a|
// in [0, 1). A divisor with several terms is an atom with a negative power; whether a sum is 0 is asked after
// it has been multiplied by its divisors.
#include "normal_algebra.hpp"

#include <algorithm>
#include <tuple>

namespace layercert::normal {

namespace {

// What came out of cases of the tests: identities take less than 10^4, and 2 10^5 take less than a second.
constexpr std::size_t kMostWork = 200000;
constexpr std::size_t kMostBits = 8192; // of a coefficient
constexpr std::size_t kMostParts = 400; // which are compared one by one
constexpr std::int32_t kLargestPower = 1 << 16;
constexpr unsigned long kLargestFactor = 1000; // that is looked for in numbers under logarithms
constexpr unsigned long kLargestOrder = 4096;  // of a root of unity that is written by others
constexpr unsigned long kLargestPrime = 61;    // by so many others, less one

std::size_t bits(const mpq_class &value) {
  return mpz_sizeinbase(value.get_num_mpz_t(), 2) + mpz_sizeinbase(value.get_den_mpz_t(), 2);
}

mpq_class fraction_part(const mpq_class &value) {
  mpz_class whole;
  mpz_fdiv_q(whole.get_mpz_t(), value.get_num_mpz_t(), value.get_den_mpz_t());
  return value - whole;
}

std::int32_t small(const mpz_class &n) {
  if (abs(n) > kLargestPower) {
    throw TooLarge();
  }
  return static_cast<std::int32_t>(n.get_si());
}

using Powers = std::map<Atom, std::int32_t>;

void multiply(Powers &to, const Powers &by, std::int32_t n = 1) {
  for (const auto &[atom, power] : by) {
    const auto at = to.try_emplace(atom, 0).first;
    const std::int64_t result = at->second + std::int64_t{power} * n;
    at->second = small(mpz_class(static_cast<long>(result)));
    if (at->second == 0) {
      to.erase(at);
    }
  }
}

} // namespace

bool operator<(const Monomial &a, const Monomial &b) {
  const int order = cmp(a.turn, b.turn);
  return order != 0 ? order < 0 : std::tie(a.exponential, a.powers) < std::tie(b.exponential, b.powers);
}
bool operator==(const Monomial &a, const Monomial &b) {
  return a.turn == b.turn && a.exponential == b.exponential && a.powers == b.powers;
}

Algebra::Algebra() {
  exponents_.emplace_back();
  exponent_numbers_.emplace(Sum(), 0);
}

void Algebra::work(std::size_t amount) {
  work_ += amount;
  if (work_ > kMostWork) {
    throw TooLarge();
  }
}

// ---- sums ----

Sum Algebra::number(const mpq_class &value) { return value == 0 ? Sum{} : Sum{{Monomial{}, value}}; }

std::optional<mpq_class> Algebra::number_of(const Sum &a) {
  if (a.empty()) {
    return mpq_class(0);
  }
  return a.size() == 1 && a.begin()->first == Monomial{} ? std::optional(a.begin()->second) : std::nullopt;
}

Sum Algebra::single(Atom atom, std::int32_t power) const {
  return {{Monomial{0, 0, {{atom, power}}}, mpq_class(1)}};
}
Sum Algebra::variable(int j) { return single(atom(Op::Variable, {}, j, 0, true)); }
Sum Algebra::pi() { return single(atom(Op::Pi, {}, 0, 0, true)); }

void Algebra::add(Sum &to, const Sum &a, const mpq_class &factor) {
  work(a.size());
  for (const auto &[monomial, coefficient] : a) {
    const auto at = to.try_emplace(monomial, 0).first;
    at->second += factor * coefficient;
    if (bits(at->second) > kMostBits) {
      throw TooLarge();
    }
    if (at->second == 0) {
      to.erase(at);
    }
  }
}
Sum Algebra::sum(Sum a, const Sum &b, const mpq_class &factor) {
  add(a, b, factor);
  return a;
}
Sum Algebra::scaled(const Sum &a, const mpq_class &factor) {
  Sum result;
  if (factor != 0) {
    add(result, a, factor);
  }
  return result;
}

Sum Algebra::product(const Sum &a, const Sum &b) {
  Sum result;
  for (const auto &[p, u] : a) {
    for (const auto &[q, v] : b) {
      work(1 + p.powers.size() + q.powers.size());
      add(result, product(p, q), u * v);
    }
  }
  return result;
}

Sum Algebra::product(const Monomial &a, const Monomial &b) {
  Powers powers = a.powers;
  multiply(powers, b.powers);
  const mpq_class turn = fraction_part(a.turn + b.turn);
  const bool one_exponential = a.exponential == 0 || b.exponential == 0;
  const bool plain = std::none_of(powers.begin(), powers.end(), [&](const auto &factor) {
    return is_rewritten(factor.first, factor.second);
  });
  if (one_exponential && plain && (a.turn == 0 || b.turn == 0)) {
    return {{Monomial{turn, std::max(a.exponential, b.exponential), std::move(powers)}, mpq_class(1)}};
  }
  Sum result = plain ? Sum{{Monomial{0, 0, std::move(powers)}, mpq_class(1)}} : reduced(std::move(powers));
  if (turn != 0) {
    result = product(result, root_of_unity(turn));
  }
  if (a.exponential != 0 || b.exponential != 0) {
    result = product(
        result, one_exponential ? Sum{{Monomial{0, std::max(a.exponential, b.exponential), {}}, mpq_class(1)}}
                                : exponential(sum(exponent(a.exponential), exponent(b.exponential))));
  }
  return result;
}

// sign^2 = 1, |u|^2 = u^2, and no divisor above the line.
bool Algebra::is_rewritten(Atom atom, std::int32_t power) const {
  const Part &of = part(atom);
  return (of.op == Op::Sign && of.integer == 0 && power != 1) || (of.op == Op::Abs && power >= 2) ||
         (of.op == Op::Divide && power > 0);
}
Sum Algebra::reduced(Powers powers) {
  Powers kept;
  Sum result = number(1);
  for (const auto &[atom, power] : powers) {
    const Part &of = part(atom);
    if (!is_rewritten(atom, power)) {
      kept.emplace(atom, power);
    } else if (of.op == Op::Sign) {
      if (power % 2 != 0) {
        kept.emplace(atom, 1);
      }
    } else {
      const Sum argument = of.arguments[0];
      if (of.op == Op::Abs && power % 2 != 0) {
        kept.emplace(atom, 1);
      }
      result = product(result, this->power(argument, of.op == Op::Abs ? power - power % 2 : power));
    }
  }
  return product({{Monomial{0, 0, std::move(kept)}, mpq_class(1)}}, result);
}

Sum Algebra::power(const Sum &a, std::int32_t n) {
  if (n < 0) {
    return power(inverse(a), -n);
  }
  if (n > kLargestPower) {
    throw TooLarge();
  }
  Sum result = number(1);
  Sum square = a; // a, a^2, a^4, ...
  for (std::int32_t left = n; left > 0; left /= 2) {
    if (left % 2 != 0) {
      result = product(result, square);
    }
    if (left > 1) {
      square = product(square, square);
    }
  }
  return result;
}

Sum Algebra::inverse(const Sum &a) {
  if (a.size() == 1) {
    const auto &[monomial, coefficient] = *a.begin();
    Powers powers;
    multiply(powers, monomial.powers, -1);
    Sum result = product(number(1 / coefficient), reduced(std::move(powers)));
    result = product(result, root_of_unity(-monomial.turn));
    return product(result, exponential(scaled(exponent(monomial.exponential), -1)));
  }
  const Fraction fraction = cleared(a);
  if (fraction.top.empty()) {
    throw TooLarge(); // not to be reached
  }
  Sum result = expanded(fraction.bottom);
  if (fraction.top.size() == 1) {
    return product(result, inverse(fraction.top));
  }
  const Split parts = split(fraction.top);
  const Known *sign = known(parts.rest);
  const Atom divisor =
      atom(Op::Divide, {parts.rest}, 0, 0, sign != nullptr && sign->strict && analytic(parts.rest));
  Powers powers;
  multiply(powers, parts.content, -1);
  multiply(powers, {{divisor, -1}});
  return product(scaled(result, 1 / parts.factor), reduced(std::move(powers)));
}

// ---- exponentials ----

std::int32_t Algebra::number_of_exponent(Sum L) {
  const auto [at, fresh] =
      exponent_numbers_.try_emplace(std::move(L), static_cast<std::int32_t>(exponents_.size()));
  if (fresh) {
    exponents_.push_back(at->first);
  }
  return at->second;
}

Sum Algebra::exponential(const Sum &L) {
  work(1 + L.size());
  Sum rest = L;
  Sum factor = number(1);
  for (const auto &[monomial, coefficient] : L) {
    if (monomial.exponential != 0 || monomial.powers.size() != 1 || monomial.powers.begin()->second != 1) {
      continue;
    }
    const Atom of = monomial.powers.begin()->first;
    if (part(of).op == Op::Pi && monomial.turn == mpq_class(1, 4)) {
      factor = product(factor, root_of_unity(coefficient / 2));
      rest.erase(monomial);
    } else if (part(of).op == Op::Log && monomial.turn == 0) {
      const mpq_class left = fraction_part(coefficient);
      const mpq_class whole = coefficient - left;
      if (whole != 0) {
        factor = product(factor, modulus_power(of, small(whole.get_num())));
        rest.erase(monomial);
        if (left != 0) {
          rest.emplace(monomial, left);
        }
      }
    }
  }
  const std::int32_t number = number_of_exponent(std::move(rest));
  return number == 0 ? factor : product(factor, {{Monomial{0, number, {}}, mpq_class(1)}});
}

// |a|^n, of log|a|: a is not 0 where that has a value.
Sum Algebra::modulus_power(Atom logarithm, std::int32_t n) {
  const Sum argument = part(logarithm).arguments[0];
  Sum result = power(argument, n);
  if (n % 2 == 0) {
    return result;
  }
  if (const std::optional<int> known = sign(argument)) {
    return scaled(result, *known);
  }
  return product(result, single(atom(Op::Sign, {argument})));
}

// For a prime p, sum_{j<p} exp(2 pi i (t + j/p)) = 0. With these relations roots of unity become those of a
// basis over the rational numbers: in none of them the leading digit of the p-part of t is p - 1.
Sum Algebra::root_of_unity(mpq_class turn) {
  turn = fraction_part(turn);
  if (turn == 0) {
    return number(1);
  }
  if (const auto found = roots_.find(turn); found != roots_.end()) {
    return found->second;
  }
  Sum result{{Monomial{turn, 0, {}}, mpq_class(1)}};
  if (turn.get_den() <= kLargestOrder) {
    const unsigned long order = turn.get_den().get_ui();
    unsigned long rest = order;
    for (unsigned long p = 2; p <= kLargestPrime && rest > 1; ++p) {
      unsigned long part = 1;
      for (; rest % p == 0; rest /= p) {
        part *= p;
      }
      if (part == 1) {
        continue;
      }
      // turn = a / part + b / other modulo 1.
      const mpz_class other(order / part);
      const mpz_class modulus(part);
      mpz_class a = 0;
      if (part > 1) {
        mpz_class inverted;
        mpz_invert(inverted.get_mpz_t(), other.get_mpz_t(), modulus.get_mpz_t());
        a = turn.get_num() * (other == 1 ? mpz_class(1) : inverted) % modulus;
      }
      if (a.get_ui() >= part / p * (p - 1)) {
        result.clear();
        for (unsigned long j = 1; j < p; ++j) {
          mpq_class shift(j, p);
          add(result, root_of_unity(turn - shift), -1);
        }
        break;
      }
    }
  }
  work(result.size());
  roots_.emplace(turn, result);
  return result;
}

Sum Algebra::conjugate(const Sum &a) {
  Sum result;
  for (const auto &[monomial, coefficient] : a) {
    if (monomial.turn == 0 && monomial.exponential == 0) {
      add(result, {{monomial, coefficient}});
      continue;
    }
    Sum factors{{Monomial{0, 0, monomial.powers}, coefficient}};
    factors = product(factors, root_of_unity(-monomial.turn));
    const Sum L = exponent(monomial.exponential);
    add(result, product(factors, exponential(conjugate(L))));
  }
  return result;
}

// ---- logarithms ----

Sum Algebra::log_number(mpz_class value) { // > 0
  Sum result;
  for (unsigned long p = 2; p <= kLargestFactor && value > 1; ++p) {
    std::int32_t count = 0;
    for (; mpz_divisible_ui_p(value.get_mpz_t(), p) != 0; ++count) {
      value /= p;
    }
    if (count != 0) {
      add(result, single(atom(Op::Log, {number(p)}, 0, 0, true)), count);
    }
  }
  if (value > 1) {
    add(result, single(atom(Op::Log, {number(value)}, 0, 0, true)));
  }
  return result;
}

Sum Algebra::log_modulus_of(Atom of) {
  const Part &known = part(of);
  switch (known.op) {
  case Op::Sign:
    if (known.integer == 0) {
      return {};
    }
    break;
  case Op::Divide:
  case Op::Abs:
    return log_modulus(Sum(known.arguments[0]));
  default:
    break;
  }
  const bool positive = known.op == Op::Variable || known.op == Op::Pi;
  return single(atom(Op::Log, {single(of)}, 0, 0, positive));
}

Sum Algebra::log_modulus(const Sum &a) {
  const auto of_powers = [&](Sum &to, const Powers &powers, int sign) {
    for (const auto &[atom, power] : powers) {
      add(to, log_modulus_of(atom), sign * power);
    }
  };
  const auto of_number = [&](Sum &to, const mpq_class &value) {
    add(to, log_number(abs(value.get_num())));
    add(to, log_number(value.get_den()), -1);
  };
  Sum result;
  if (a.size() == 1) {
    const auto &[monomial, coefficient] = *a.begin();
    of_number(result, coefficient);
    of_powers(result, monomial.powers, 1);
    const Sum L = exponent(monomial.exponential); // |e^L| = e^(Re L)
    add(result, L, mpq_class(1, 2));
    add(result, conjugate(L), mpq_class(1, 2));
    return result;
  }
  const Fraction fraction = cleared(a);
  of_powers(result, fraction.bottom, -1);
  if (fraction.top.size() <= 1) {
    if (fraction.top.empty()) {
      throw TooLarge(); // not to be reached
    }
    add(result, log_modulus(fraction.top));
    return result;
  }
  const Split parts = split(fraction.top);
  of_number(result, parts.factor);
  of_powers(result, parts.content, 1);
  const Known *sign = known(parts.rest);
  const bool is_analytic = sign != nullptr && sign->strict && analytic(parts.rest);
  add(result, single(atom(Op::Log, {parts.rest}, 0, 0, is_analytic)));
  return result;
}

// ---- atoms ----

Atom Algebra::atom(Op op, std::vector<Sum> arguments, std::int32_t integer, const mpq_class &constant,
                   bool analytic) {
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const auto same = [&](const Part &known) {
      return known.op == op && known.integer == integer && known.constant == constant &&
             known.arguments.size() == arguments.size();
    };
    bool equal = same(parts_[i]);
    for (std::size_t j = 0; equal && j < arguments.size(); ++j) {
      const Sum known = parts_[i].arguments[j];
      equal = known == arguments[j] || is_zero(sum(known, arguments[j], -1));
    }
    if (equal) {
      return static_cast<Atom>(i);
    }
  }
  if (parts_.size() == kMostParts) {
    throw TooLarge();
  }
  const bool varying = op == Op::Variable || std::any_of(arguments.begin(), arguments.end(),
                                                         [&](const Sum &a) { return varies(a); });
  parts_.push_back({op, std::move(arguments), integer, constant, varying, analytic || !varying});
  return static_cast<Atom>(parts_.size()) - 1;
}

bool Algebra::varies(const Sum &a) const {
  return std::any_of(a.begin(), a.end(), [&](const auto &term) {
    const Monomial &monomial = term.first;
    return std::any_of(monomial.powers.begin(), monomial.powers.end(),
                       [&](const auto &factor) { return part(factor.first).varies; }) ||
           varies(exponent(monomial.exponential));
  });
}
bool Algebra::analytic(const Sum &a) const {
  return std::all_of(a.begin(), a.end(), [&](const auto &term) {
    const Monomial &monomial = term.first;
    return std::all_of(monomial.powers.begin(), monomial.powers.end(),
                       [&](const auto &factor) {
                         const Part &of = part(factor.first);
                         const bool never_zero =
                             of.op == Op::Variable || of.op == Op::Pi || of.op == Op::Divide;
                         return of.analytic && (factor.second > 0 || never_zero);
                       }) &&
           analytic(exponent(monomial.exponential));
  });
}
bool Algebra::polynomial(const Sum &a) const {
  return std::all_of(a.begin(), a.end(), [&](const auto &term) {
    const Monomial &monomial = term.first;
    return monomial.turn == 0 && monomial.exponential == 0 &&
           std::all_of(monomial.powers.begin(), monomial.powers.end(), [&](const auto &factor) {
             const Op op = part(factor.first).op;
             return op == Op::Variable || op == Op::Pi;
           });
  });
}

// ---- divisors ----

Fraction Algebra::cleared(const Sum &a) {
  Fraction result{a, {}};
  while (true) {
    // Of the divisors the last, which no other is made of; then what else has negative powers.
    Powers least;
    for (const auto &[monomial, coefficient] : result.top) {
      for (const auto &[atom, power] : monomial.powers) {
        const auto at = least.try_emplace(atom, 0).first;
        at->second = std::min(at->second, power);
      }
    }
    std::erase_if(least, [](const auto &factor) { return factor.second == 0; });
    if (least.empty()) {
      return result;
    }
    const auto divisor = std::max_element(least.begin(), least.end(), [&](const auto &u, const auto &v) {
      const auto rank = [&](const auto &factor) {
        return std::pair(part(factor.first).op == Op::Divide, factor.first);
      };
      return rank(u) < rank(v);
    });
    const auto [atom, power] = *divisor;
    multiply(result.bottom, {{atom, -power}});
    Sum top;
    std::map<std::int32_t, Sum> powers; // of the divisor
    for (const auto &[monomial, coefficient] : result.top) {
      Monomial rest = monomial;
      const auto at = rest.powers.find(atom);
      const std::int32_t n = -power + (at == rest.powers.end() ? 0 : at->second);
      rest.powers.erase(atom);
      if (n == 0) {
        add(top, {{std::move(rest), coefficient}});
        continue;
      }
      const auto [found, fresh] = powers.try_emplace(n);
      if (fresh) {
        found->second = reduced({{atom, n}});
      }
      add(top, product({{std::move(rest), coefficient}}, found->second));
    }
    result.top = std::move(top);
  }
}

bool Algebra::is_zero(const Sum &a) {
  if (a.empty()) {
    return true;
  }
  const Sum top = cleared(a).top;
  return top.empty() || without_square_roots(top).empty();
}

// sqrt 2 = z + 1/z with z = exp(2 pi i / 8), sqrt 3 likewise with exp(2 pi i / 12): relations between roots
// of unity and powers that the forms, whose texts they would make longer, do not use.
Sum Algebra::without_square_roots(const Sum &a) {
  Sum result;
  for (const auto &[monomial, coefficient] : a) {
    Sum L = exponent(monomial.exponential);
    Sum factor = number(1);
    for (const auto &[term, multiple] : Sum(L)) {
      if (term.turn != 0 || term.exponential != 0 || term.powers.size() != 1 ||
          term.powers.begin()->second != 1 || multiple < mpq_class(1, 2)) {
        continue;
      }
      const Part &of = part(term.powers.begin()->first);
      const std::optional<mpq_class> p = of.op == Op::Log ? number_of(of.arguments[0]) : std::nullopt;
      if (p && (*p == 2 || *p == 3)) {
        add(L, {{term, mpq_class(1, 2)}}, -1);
        const mpq_class turn(1, *p == 2 ? 8 : 12);
        factor = product(factor, sum(root_of_unity(turn), root_of_unity(-turn)));
      }
    }
    Sum rest{{Monomial{0, 0, monomial.powers}, coefficient}};
    rest = product(product(rest, root_of_unity(monomial.turn)), factor);
    add(result, product(rest, exponential(L)));
  }
  return result;
}

Sum Algebra::simplified(Sum a) {
  const bool divided = std::any_of(a.begin(), a.end(), [&](const auto &term) {
    return std::any_of(term.first.powers.begin(), term.first.powers.end(),
                       [&](const auto &factor) { return part(factor.first).op == Op::Divide; });
  });
  if (!divided) {
    return a;
  }
  const Fraction fraction = cleared(a);
  const Sum bottom = expanded(fraction.bottom);
  if (fraction.top.empty() || bottom.empty() || fraction.top.size() != bottom.size()) {
    return fraction.top.empty() ? Sum{} : a;
  }
  const mpq_class factor = fraction.top.begin()->second / bottom.begin()->second;
  return sum(fraction.top, bottom, -factor).empty() ? number(factor) : a;
}

Sum Algebra::expanded(const Powers &powers) { return reduced(powers); }

Split Algebra::split(const Sum &a) const {
  Split result{1, a.begin()->first.powers, {}};
  for (const auto &[monomial, coefficient] : a) {
    for (const auto &[atom, power] : monomial.powers) {
      if (power < 0) {
        result.content.try_emplace(atom, 0);
      }
    }
    for (auto &[atom, power] : result.content) {
      const auto at = monomial.powers.find(atom);
      power = std::min(power, at == monomial.powers.end() ? 0 : at->second);
    }
  }
  std::erase_if(result.content, [&](const auto &factor) { // what has rules of its own stays
    const Op op = part(factor.first).op;
    return factor.second == 0 || op == Op::Sign || op == Op::Abs || op == Op::Divide;
  });
  for (const auto &[monomial, coefficient] : a) {
    Monomial rest = monomial;
    multiply(rest.powers, result.content, -1);
    result.rest.emplace(std::move(rest), coefficient);
  }
  result.factor = result.rest.begin()->second;
  for (auto &[monomial, coefficient] : result.rest) {
    coefficient /= result.factor;
  }
  return result;
}

// ---- signs ----

const Algebra::Known *Algebra::known(const Sum &rest) const {
  const auto found = signs_.find(rest);
  return found == signs_.end() ? nullptr : &found->second;
}

std::optional<int> Algebra::sign(Atom atom) const {
  const Part &of = part(atom);
  if (of.op == Op::Variable || of.op == Op::Pi) {
    return 1;
  }
  return of.op == Op::Divide ? sign(of.arguments[0]) : std::nullopt;
}

std::optional<int> Algebra::content_sign(const Powers &content) const {
  int result = 1;
  for (const auto &[atom, power] : content) {
    const std::optional<int> of = sign(atom);
    if (!of) {
      return std::nullopt;
    }
    result *= power % 2 != 0 ? *of : 1;
  }
  return result;
}

void Algebra::note_sign(const Sum &a, int sign, bool strict) {
  if (a.empty()) {
    return;
  }
  const Split parts = split(a);
  if (const std::optional<int> content = content_sign(parts.content)) {
    Known &entry = signs_.try_emplace(parts.rest, Known{0, false}).first->second;
    entry = {sign * sgn(parts.factor) * *content, strict || entry.strict};
  }
}

std::optional<int> Algebra::sign(const Sum &a) const {
  if (a.empty()) {
    return std::nullopt;
  }
  const Split parts = split(a);
  const std::optional<int> content = content_sign(parts.content);
  if (!content) {
    return std::nullopt;
  }
  const int outside = sgn(parts.factor) * *content;
  if (number_of(parts.rest)) { // it is 1
    return outside;
  }
  const Known *rest = known(parts.rest);
  return rest != nullptr ? std::optional(outside * rest->sign) : std::nullopt;
}

} // namespace layercert::normal
