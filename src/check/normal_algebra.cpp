#include "normal_algebra.hpp"

#include <algorithm>
#include <cstdlib>

namespace checker {

namespace {

constexpr std::size_t kMostWork = 200000;      // products of two terms, and terms that are added
constexpr std::size_t kMostNormalBits = 10000; // of a coefficient
constexpr std::size_t kMostParts = 300;        // that are compared one by one
constexpr slong kHighestPower = 100000;
constexpr ulong kLargestPrime = 1000; // that numbers under logarithms are divided by

Rational floor(const Rational &x) {
  Integer result;
  mpz_fdiv_q(result.get_mpz_t(), x.get_num_mpz_t(), x.get_den_mpz_t());
  return Rational(result);
}

slong small(const Rational &whole) {
  if (abs(whole) > kHighestPower) {
    throw TooLarge();
  }
  return whole.get_num().get_si();
}

} // namespace

void Algebra::work(std::size_t amount) {
  work_ += amount;
  if (work_ > kMostWork) {
    throw TooLarge();
  }
}

// ---- polynomials ----

SumOfMonomials Algebra::number(const Rational &value) {
  SumOfMonomials result;
  if (value != 0) {
    result.emplace(Monomial(), value);
  }
  return result;
}

std::optional<Rational> Algebra::value(const SumOfMonomials &a) {
  if (a.empty()) {
    return Rational(0);
  }
  return a.size() == 1 && a.begin()->first.empty() ? std::optional(a.begin()->second) : std::nullopt;
}

void Algebra::add(SumOfMonomials &to, const SumOfMonomials &a, const Rational &factor) {
  work(a.size());
  for (const auto &[powers, coefficient] : a) {
    const auto at = to.try_emplace(powers, 0).first;
    at->second += factor * coefficient;
    if (mpz_sizeinbase(at->second.get_num_mpz_t(), 2) + mpz_sizeinbase(at->second.get_den_mpz_t(), 2) >
        kMostNormalBits) {
      throw TooLarge();
    }
    if (at->second == 0) {
      to.erase(at);
    }
  }
}

SumOfMonomials Algebra::product(const SumOfMonomials &a, const SumOfMonomials &b) {
  SumOfMonomials result;
  for (const auto &[p, u] : a) {
    for (const auto &[q, v] : b) {
      Monomial powers = p;
      work(1 + p.size() + q.size());
      for (const auto &[part, power] : q) {
        slong &sum = powers[part];
        sum += power;
        if (sum > kHighestPower) {
          throw TooLarge();
        }
      }
      add(result, reduced(std::move(powers)), u * v);
    }
  }
  return result;
}

SumOfMonomials Algebra::power(const SumOfMonomials &a, slong n) {
  SumOfMonomials result = number(1);
  for (slong i = 0; i < n; ++i) {
    result = product(result, a);
  }
  return result;
}

// By the first rule that applies; the product applies the others.
SumOfMonomials Algebra::reduced(Monomial powers) {
  std::vector<int> exponentials, waves;
  for (const auto &[part, power] : powers) {
    const Op op = at(part).op;
    if (op == Op::Exp) {
      exponentials.insert(exponentials.end(), power > 1 ? 2 : 1, part);
    } else if (op == Op::Sin || op == Op::Cos) {
      waves.insert(waves.end(), power > 1 ? 2 : 1, part);
    } else if (power > 1 && (op == Op::Sign || op == Op::Abs) && at(part).integer == 0) {
      const SumOfMonomials square =
          op == Op::Sign ? number(1) : this->power(polynomial(at(part).arguments[0]), 2);
      const slong pairs = power / 2;
      const bool odd = power % 2 != 0;
      Monomial rest = powers;
      rest.erase(part);
      if (odd) {
        rest.emplace(part, 1);
      }
      return product(monomial(std::move(rest)), this->power(square, pairs));
    }
  }
  if (exponentials.size() > 1) {
    Quotient u = quotient(Rational(0));
    Monomial rest = powers;
    for (const auto &[part, power] : powers) {
      if (at(part).op == Op::Exp) {
        u = sum(u, at(part).arguments[0], power);
        rest.erase(part);
      }
    }
    return product(monomial(std::move(rest)), polynomial(exponential(u)));
  }
  if (waves.size() > 1) {
    const int first = waves[0];
    const int second = waves[1];
    for (const int part : {first, second}) {
      if (--powers[part] == 0) {
        powers.erase(part);
      }
    }
    const Quotient &u = at(first).arguments[0];
    const Quotient &v = at(second).arguments[0];
    const bool sine_u = at(first).op == Op::Sin;
    const bool sine_v = at(second).op == Op::Sin;
    const Rational half(1, 2);
    SumOfMonomials instead;
    if (sine_u == sine_v) {
      add(instead, wave(sum(u, v, -1), 1), half);
      add(instead, wave(sum(u, v), 1), sine_u ? Rational(-half) : half);
    } else {
      add(instead, wave(sum(u, v)), half);
      add(instead, wave(sine_u ? sum(u, v, -1) : sum(v, u, -1)), half);
    }
    return product(monomial(std::move(powers)), instead);
  }
  return monomial(std::move(powers));
}

Factors Algebra::factors(const SumOfMonomials &a) const {
  Factors result;
  for (const auto &[part, power] : a.begin()->first) {
    const Op op = at(part).op;
    if (op != Op::Exp && op != Op::Sin && op != Op::Cos && op != Op::Sign && op != Op::Abs) {
      result.content.emplace(part, power);
    }
  }
  for (const auto &[powers, coefficient] : a) {
    for (auto &[part, power] : result.content) {
      const auto found = powers.find(part);
      power = std::min(power, found == powers.end() ? 0 : found->second);
    }
  }
  std::erase_if(result.content, [](const auto &factor) { return factor.second == 0; });
  for (const auto &[powers, coefficient] : a) {
    Monomial rest = powers;
    for (const auto &[part, power] : result.content) {
      if ((rest[part] -= power) == 0) {
        rest.erase(part);
      }
    }
    result.rest.emplace(std::move(rest), coefficient);
  }
  result.factor = result.rest.begin()->second;
  for (auto &[powers, coefficient] : result.rest) {
    coefficient /= result.factor;
  }
  return result;
}

bool Algebra::plain(const SumOfMonomials &a) const {
  return std::all_of(a.begin(), a.end(), [&](const auto &term) {
    return std::all_of(term.first.begin(), term.first.end(), [&](const auto &factor) {
      return at(factor.first).op == Op::Pi || at(factor.first).op == Op::Variable;
    });
  });
}
bool Algebra::smooth(const SumOfMonomials &a) const {
  return std::all_of(a.begin(), a.end(), [&](const auto &term) {
    return std::all_of(term.first.begin(), term.first.end(),
                       [&](const auto &factor) { return at(factor.first).smooth; });
  });
}
bool Algebra::never_zero(const SumOfMonomials &a) const {
  const Factors parts = factors(a);
  const bool content = std::all_of(parts.content.begin(), parts.content.end(), [&](const auto &factor) {
    return at(factor.first).op == Op::Pi || at(factor.first).op == Op::Variable;
  });
  const auto known = signs_.find(parts.rest);
  return content && smooth(a) && (value(parts.rest) || (known != signs_.end() && known->second.inside));
}
bool Algebra::smooth(const Quotient &a) const { return smooth(a.top) && never_zero(a.bottom); }

// ---- quotients ----

std::optional<Rational> Algebra::value(const Quotient &a) {
  const std::optional<Rational> top = value(a.top);
  const std::optional<Rational> bottom = value(a.bottom);
  return top && bottom ? std::optional<Rational>(*top / *bottom) : std::nullopt;
}

// Without what all terms of top and bottom share, and a number where they are multiples of each other.
Quotient Algebra::simplified(Quotient a) {
  if (a.top.empty()) {
    return quotient(Rational(0));
  }
  work(a.top.size() + a.bottom.size());
  if (const std::optional<Rational> bottom = value(a.bottom)) {
    if (*bottom != 1) {
      SumOfMonomials top;
      add(top, a.top, 1 / *bottom);
      return quotient(std::move(top));
    }
    return a;
  }
  Factors above = factors(a.top);
  Factors below = factors(a.bottom);
  Monomial top, bottom;
  for (const auto &[part, power] : above.content) {
    const auto other = below.content.find(part);
    const slong common = other == below.content.end() ? 0 : std::min(power, other->second);
    if (power > common) {
      top.emplace(part, power - common);
    }
  }
  for (const auto &[part, power] : below.content) {
    const auto other = above.content.find(part);
    const slong common = other == above.content.end() ? 0 : std::min(power, other->second);
    if (power > common) {
      bottom.emplace(part, power - common);
    }
  }
  const bool same = above.rest == below.rest;
  SumOfMonomials factor = monomial(std::move(top));
  factor.begin()->second = above.factor / below.factor;
  return {product(factor, same ? number(1) : above.rest),
          product(monomial(std::move(bottom)), same ? number(1) : below.rest)};
}

SumOfMonomials Algebra::polynomial(const Quotient &a) const {
  if (value(a.bottom) != Rational(1)) {
    throw TooLarge();
  }
  return a.top;
}

Quotient Algebra::negative(const Quotient &a) {
  Quotient result{{}, a.bottom};
  add(result.top, a.top, -1);
  return result;
}
Quotient Algebra::sum(const Quotient &a, const Quotient &b, const Rational &factor) {
  if (a.bottom == b.bottom) {
    Quotient result = a;
    add(result.top, b.top, factor);
    return value(a.bottom) ? result : simplified(std::move(result));
  }
  Quotient result{product(a.top, b.bottom), product(a.bottom, b.bottom)};
  add(result.top, product(b.top, a.bottom), factor);
  return simplified(std::move(result));
}
Quotient Algebra::times(const Quotient &a, const Quotient &b) {
  return simplified({product(a.top, b.top), product(a.bottom, b.bottom)});
}
Quotient Algebra::inverse(const Quotient &a) {
  if (a.top.empty()) {
    throw TooLarge(); // has no value anywhere
  }
  return simplified({a.bottom, a.top});
}
Quotient Algebra::power(const Quotient &a, slong n) {
  const Quotient base = n < 0 ? inverse(a) : a;
  Quotient result = quotient(Rational(1));
  for (slong i = 0; i < std::abs(n); ++i) {
    work(1);
    result = times(result, base);
  }
  return result;
}
bool Algebra::equal(const Quotient &a, const Quotient &b) {
  return a.bottom == b.bottom ? a.top == b.top : product(a.top, b.bottom) == product(b.top, a.bottom);
}

int Algebra::leading_sign(const Quotient &a) {
  return a.top.empty() ? 0 : sgn(a.top.begin()->second) * sgn(a.bottom.begin()->second);
}

// ---- parts ----

int Algebra::part(Op op, std::vector<Quotient> arguments, slong integer, const Rational &constant,
                  bool smooth) {
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
  if (parts_.size() >= kMostParts) {
    throw TooLarge();
  }
  const auto has_variable = [&](const SumOfMonomials &a) {
    return std::any_of(a.begin(), a.end(), [&](const auto &term) {
      return std::any_of(term.first.begin(), term.first.end(),
                         [&](const auto &factor) { return at(factor.first).varies; });
    });
  };
  const bool varies =
      op == Op::Variable || std::any_of(arguments.begin(), arguments.end(), [&](const Quotient &a) {
        return has_variable(a.top) || has_variable(a.bottom);
      });
  parts_.push_back({op, std::move(arguments), integer, constant, smooth || !varies, varies});
  return static_cast<int>(parts_.size()) - 1;
}

// e^(u + k log |a|) = |a|^k e^u for a whole k; what is left of the multiples of log |a| lies in [0, 1).
Quotient Algebra::exponential(const Quotient &u) {
  Quotient factor = quotient(Rational(1));
  Quotient rest = u;
  if (value(u.bottom) == Rational(1)) {
    for (const auto &[powers, coefficient] : u.top) {
      work(1);
      const bool logarithm =
          powers.size() == 1 && powers.begin()->second == 1 && at(powers.begin()->first).op == Op::Log;
      const Rational k = logarithm ? floor(coefficient) : Rational(0);
      if (k == 0) {
        continue;
      }
      add(rest.top, {{powers, k}}, -1);
      const Quotient inside = at(powers.begin()->first).arguments[0];
      Quotient size = inside;
      if (small(k) % 2 != 0) {
        if (const std::optional<int> known = sign(inside)) {
          size = *known < 0 ? negative(inside) : inside;
        } else {
          factor = times(factor, quotient(single(part(Op::Sign, {inside}))));
        }
      }
      factor = times(factor, power(size, small(k)));
    }
  }
  if (rest.top.empty()) {
    return factor;
  }
  const bool is_smooth = smooth(rest);
  return times(factor, quotient(single(part(Op::Exp, {rest}, 0, 0, is_smooth))));
}

SumOfMonomials Algebra::wave(const Quotient &u, int quarters) {
  Quotient rest = u;
  Rational half_turns = 0; // of what is left, in [0, 1/2)
  if (value(u.bottom) == Rational(1)) {
    for (const auto &[powers, coefficient] : u.top) {
      if (powers.size() == 1 && powers.begin()->second == 1 && at(powers.begin()->first).op == Op::Pi) {
        add(rest.top, {{powers, coefficient}}, -1);
        const Rational whole = floor(2 * coefficient);
        quarters += static_cast<int>(Integer(whole.get_num() % 4).get_si());
        half_turns = coefficient - whole / 2;
        break;
      }
    }
  }
  const auto root = [&](long n) { // sqrt(n) / 2
    const Quotient half_log = log_number(Rational(n));
    SumOfMonomials result;
    add(result, polynomial(exponential(times(half_log, quotient(Rational(1, 2))))), Rational(1, 2));
    return result;
  };
  if (half_turns == Rational(1, 6) || half_turns == Rational(1, 4) || half_turns == Rational(1, 3)) {
    const SumOfMonomials sine = half_turns == Rational(1, 6)   ? number(Rational(1, 2))
                                : half_turns == Rational(1, 4) ? root(2)
                                                               : root(3);
    const SumOfMonomials cosine = half_turns == Rational(1, 3)   ? number(Rational(1, 2))
                                  : half_turns == Rational(1, 4) ? root(2)
                                                                 : root(3);
    SumOfMonomials result = product(wave(rest, quarters), cosine);
    add(result, product(wave(rest, quarters + 1), sine));
    return result;
  }
  if (half_turns != 0) {
    rest = sum(rest, quotient(single(part(Op::Pi, {}, 0, 0, true))), half_turns);
  }
  quarters = ((quarters % 4) + 4) % 4;
  if (rest.top.empty()) {
    return number(Rational(quarters == 1 ? 1 : quarters == 3 ? -1 : 0));
  }
  bool minus = quarters >= 2;
  if (leading_sign(rest) < 0) {
    rest = negative(rest);
    minus = quarters % 2 == 0 ? !minus : minus;
  }
  const bool is_smooth = smooth(rest);
  SumOfMonomials result;
  add(result, single(part(quarters % 2 == 0 ? Op::Sin : Op::Cos, {rest}, 0, 0, is_smooth)), minus ? -1 : 1);
  return result;
}

// Numbers by the logarithms of their prime factors.
Quotient Algebra::log_number(const Rational &value) {
  Quotient result = quotient(Rational(0));
  for (const bool top : {true, false}) {
    Integer n = abs(top ? value.get_num() : value.get_den());
    const auto take = [&](const Integer &factor, slong count) {
      const Quotient one = quotient(single(part(Op::Log, {quotient(Rational(factor))}, 0, 0, true)));
      result = sum(result, one, top ? count : -count);
    };
    for (ulong p = 2; p <= kLargestPrime && n > 1; ++p) {
      slong count = 0;
      for (; mpz_divisible_ui_p(n.get_mpz_t(), p) != 0; ++count) {
        n /= p;
      }
      if (count > 0) {
        take(Integer(p), count);
      }
    }
    if (n > 1) {
      take(n, 1);
    }
  }
  return result;
}

Quotient Algebra::log_polynomial(const SumOfMonomials &a) {
  const Factors parts = factors(a);
  Quotient result = log_number(parts.factor);
  const auto take = [&](const SumOfMonomials &inside, slong count) {
    const bool is_smooth = never_zero(inside);
    result = sum(result, quotient(single(part(Op::Log, {quotient(inside)}, 0, 0, is_smooth))), count);
  };
  for (const auto &[part, power] : parts.content) {
    take(single(part), power);
  }
  if (parts.rest.size() > 1) {
    take(parts.rest, 1);
    return result;
  }
  for (const auto &[part, power] : parts.rest.begin()->first) { // what has rules of its own
    const Part &of = at(part);
    if (of.op == Op::Exp) {
      result = sum(result, of.arguments[0], power);
    } else if (of.op == Op::Abs) {
      result = sum(result, log_modulus(of.arguments[0]), power);
    } else if (of.op != Op::Sign || of.integer != 0) {
      take(single(part), power);
    }
  }
  return result;
}

Quotient Algebra::log_modulus(const Quotient &u) {
  if (u.top.empty()) {
    throw TooLarge();
  }
  return sum(log_polynomial(u.top), log_polynomial(u.bottom), -1);
}

// ---- signs ----

std::optional<int> Algebra::content_sign(const Monomial &content) const {
  int result = 1;
  for (const auto &[part, power] : content) {
    if (power % 2 != 0 && at(part).op != Op::Pi && at(part).op != Op::Variable) {
      const auto known = signs_.find(single(part));
      if (known == signs_.end()) {
        return std::nullopt;
      }
      result *= known->second.sign;
    }
  }
  return result;
}

std::optional<int> Algebra::sign(const SumOfMonomials &a) const {
  const Factors parts = factors(a);
  const std::optional<int> content = content_sign(parts.content);
  const auto known = signs_.find(parts.rest);
  const std::optional<int> rest = value(parts.rest)       ? std::optional(1)
                                  : known != signs_.end() ? std::optional(known->second.sign)
                                                          : std::nullopt;
  return content && rest ? std::optional(sgn(parts.factor) * *content * *rest) : std::nullopt;
}
std::optional<int> Algebra::sign(const Quotient &a) const {
  if (a.top.empty()) {
    return std::nullopt;
  }
  const std::optional<int> top = sign(a.top);
  const std::optional<int> bottom = sign(a.bottom);
  return top && bottom ? std::optional(*top * *bottom) : std::nullopt;
}

void Algebra::note_sign(const Quotient &a, int of, bool inside) {
  if (a.top.empty()) {
    return;
  }
  const Factors parts = factors(a.top);
  const std::optional<int> content = content_sign(parts.content);
  const std::optional<int> bottom = sign(a.bottom);
  if (content && bottom && !value(parts.rest)) {
    Known &known = signs_[parts.rest];
    const bool polynomial = value(a.bottom).has_value();
    known = {of * sgn(parts.factor) * *content * *bottom, known.inside || (inside && polynomial)};
  }
}

} // namespace checker
