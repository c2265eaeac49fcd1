#include "polynomial.hpp"

#include <algorithm>
#include <cassert>

namespace layercert {

namespace {

constexpr std::size_t kMostMonomials = 1 << 13;
constexpr std::size_t kMostProducts = 1 << 20; // of two terms
constexpr int kHighestDegree = 40;             // of one variable

} // namespace

Polynomial::Polynomial(std::size_t variables, const mpq_class &constant) : variables_(variables) {
  add(Exponents(variables, 0), constant);
}

Polynomial Polynomial::variable(std::size_t variables, std::size_t j) {
  assert(j < variables);
  Polynomial result(variables, 0);
  Exponents exponents(variables, 0);
  exponents[j] = 1;
  result.add(exponents, 1);
  return result;
}

int Polynomial::degree() const {
  int highest = 0;
  for (const auto &[exponents, coefficient] : terms_) {
    for (const std::uint8_t exponent : exponents) {
      highest = std::max(highest, static_cast<int>(exponent));
    }
  }
  return highest;
}

void Polynomial::add(const Exponents &exponents, const mpq_class &coefficient) {
  if (coefficient == 0) {
    return;
  }
  const auto [place, fresh] = terms_.try_emplace(exponents, coefficient);
  if (!fresh) {
    place->second += coefficient;
    if (place->second == 0) {
      terms_.erase(place);
    }
  }
}

Polynomial &Polynomial::operator+=(const Polynomial &other) {
  assert(variables_ == other.variables_ && this != &other);
  for (const auto &[exponents, coefficient] : other.terms_) {
    add(exponents, coefficient);
  }
  return *this;
}

Polynomial &Polynomial::operator*=(const mpq_class &factor) {
  if (factor == 0) {
    terms_.clear();
  }
  for (auto &[exponents, coefficient] : terms_) {
    coefficient *= factor;
  }
  return *this;
}

Polynomial operator-(const Polynomial &a, const Polynomial &b) {
  Polynomial result = b;
  result *= -1;
  return result += a;
}

std::optional<Polynomial> product(const Polynomial &a, const Polynomial &b) {
  assert(a.variables_ == b.variables_);
  if (a.terms_.size() * b.terms_.size() > kMostProducts || a.degree() + b.degree() > kHighestDegree) {
    return std::nullopt;
  }
  Polynomial result(a.variables_, 0);
  Polynomial::Exponents sum(a.variables_);
  for (const auto &[of_a, in_a] : a.terms_) {
    for (const auto &[of_b, in_b] : b.terms_) {
      for (std::size_t j = 0; j < sum.size(); ++j) {
        sum[j] = static_cast<std::uint8_t>(of_a[j] + of_b[j]);
      }
      result.add(sum, in_a * in_b);
    }
  }
  return result.terms_.size() <= kMostMonomials ? std::optional(std::move(result)) : std::nullopt;
}

std::optional<Polynomial> power(const Polynomial &a, std::int32_t exponent) {
  assert(exponent >= 0);
  if (a.degree() > 0 && exponent > kHighestDegree / a.degree()) {
    return std::nullopt; // before anything is multiplied
  }
  std::optional<Polynomial> result(Polynomial(a.variables(), 1));
  for (std::int32_t i = 0; i < exponent && result; ++i) {
    result = product(*result, a);
  }
  return result;
}

std::optional<Polynomial> substituted(const Expression &f, std::span<const Polynomial> coordinates) {
  assert(!coordinates.empty());
  const std::size_t variables = coordinates.front().variables();
  std::vector<Polynomial> values;
  for (const Node &node : f.nodes()) {
    const auto argument = [&](std::size_t i) -> const Polynomial & {
      return values[static_cast<std::size_t>(node.argument[i])];
    };
    std::optional<Polynomial> value;
    switch (node.op) {
    case Op::Constant:
      value = Polynomial(variables, f.constants()[static_cast<std::size_t>(node.constant)]);
      break;
    case Op::Variable:
      value = coordinates[static_cast<std::size_t>(node.integer)];
      break;
    case Op::Negate:
      value = Polynomial(variables, 0) - argument(0);
      break;
    case Op::Add:
      value = Polynomial(argument(0)) += Polynomial(argument(1));
      break;
    case Op::Subtract:
      value = argument(0) - argument(1);
      break;
    case Op::Multiply:
      value = product(argument(0), argument(1));
      break;
    case Op::Divide:
      if (argument(1).degree() == 0 && !argument(1).terms().empty()) {
        value = Polynomial(argument(0)) *= 1 / argument(1).terms().begin()->second;
      }
      break;
    case Op::PowerInteger:
      if (node.integer >= 0) {
        value = power(argument(0), node.integer);
      }
      break;
    default:
      break;
    }
    if (!value) {
      return std::nullopt;
    }
    values.push_back(std::move(*value));
  }
  return values.back();
}

} // namespace layercert
