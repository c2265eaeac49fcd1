#include "symmetry.hpp"

#include "operations.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

namespace layercert {

namespace {

// Products of more terms than these are not expanded.
constexpr std::size_t kMostSymmetryTerms = 64;
constexpr std::int32_t kMostExpandedPower = 4;
// Beyond these the search for symmetries is given up.
constexpr std::size_t kMostBits = 4096; // of a coefficient
constexpr std::int32_t kLargestSymmetryExponent = 1 << 12;
constexpr std::size_t kMostWork =
    1 << 22; // terms of sums that are copied; a term of a sum costs about 200 bytes

using Atom = std::int32_t; // what is not taken apart: a variable, pi, e, or a function of sums
using NodeProduct = std::map<Atom, std::int32_t>; // of powers of atoms, exponents not 0; empty: 1
using NodeSum = std::map<NodeProduct, mpq_class>; // coefficients not 0; empty: 0

NodeProduct product_of(const NodeProduct &a, const NodeProduct &b) {
  NodeProduct result = a;
  for (const auto &[atom, exponent] : b) {
    result[atom] += exponent;
  }
  std::erase_if(result, [](const auto &factor) { return factor.second == 0; });
  return result;
}

void add_to(NodeSum &sum, const NodeSum &terms, const mpq_class &factor) {
  for (const auto &[product, coefficient] : terms) {
    mpq_class &entry = sum[product];
    entry += factor * coefficient;
    if (entry == 0) {
      sum.erase(product);
    }
  }
}

NodeSum scaled(const NodeSum &terms, const mpq_class &factor) {
  NodeSum result;
  add_to(result, terms, factor);
  return result;
}

NodeSum number(const mpq_class &value) { return value == 0 ? NodeSum{} : NodeSum{{NodeProduct{}, value}}; }
bool is_number(const NodeSum &sum) { return sum.empty() || (sum.size() == 1 && sum.begin()->first.empty()); }
mpq_class value_of(const NodeSum &sum) { return sum.empty() ? mpq_class(0) : sum.begin()->second; }

// Of the first term that is no number, which is the same for a sum and its multiples.
mpq_class leading_coefficient(const NodeSum &sum) {
  for (const auto &[product, coefficient] : sum) {
    if (!product.empty()) {
      return coefficient;
    }
  }
  return value_of(sum);
}

// The normal forms of one expression after several substitutions: equal forms are equal functions, and atoms
// are shared.
class NormalForms {
public:
  explicit NormalForms(const Expression &f) : f_(f), uses_(f.nodes().size(), 0) {
    for (const Node &node : f.nodes()) {
      for (const std::int32_t argument : node.argument) {
        uses_[static_cast<std::size_t>(std::max(argument, 0))] += argument >= 0 ? 1 : 0;
      }
    }
  }

  // With the sum that stands in its place for every coordinate. The form of a node is dropped, or goes on
  // into that of its last user: a sum of n terms has n partial sums, which together would have about n^2 / 2
  // terms.
  NodeSum of(const std::vector<NodeSum> &coordinates) {
    left_ = uses_;
    std::vector<NodeSum> values(f_.nodes().size());
    for (std::size_t at = 0; at < values.size() && !too_large_; ++at) {
      const Node &node = f_.nodes()[at];
      values[at] = form(node, values, coordinates);
      for (const std::int32_t argument : node.argument) {
        if (argument >= 0 && --left_[static_cast<std::size_t>(argument)] == 0) {
          values[static_cast<std::size_t>(argument)].clear();
        }
      }
    }
    return too_large_ ? NodeSum{} : std::move(values.back());
  }
  // Whether a number or a form grew beyond what is worth it: no form says anything then.
  bool too_large() const { return too_large_; }
  NodeSum variable(int j) { return single(atom({Op::Variable, j, {}})); }

private:
  struct Key {
    Op op = Op::Constant;
    std::int32_t integer = 0;
    std::vector<NodeSum> arguments;
    friend bool operator<(const Key &a, const Key &b) {
      return std::tie(a.op, a.integer, a.arguments) < std::tie(b.op, b.integer, b.arguments);
    }
  };

  Atom atom(Key key) {
    return atoms_.try_emplace(std::move(key), static_cast<Atom>(atoms_.size())).first->second;
  }
  static NodeSum single(Atom atom, std::int32_t exponent = 1) {
    return {{NodeProduct{{atom, exponent}}, mpq_class(1)}};
  }

  NodeSum form(const Node &node, std::vector<NodeSum> &values, const std::vector<NodeSum> &coordinates) {
    const auto argument = [&](std::size_t i) -> const NodeSum & {
      return values[static_cast<std::size_t>(node.argument[i])];
    };
    // To be changed: the form itself where nobody else needs it.
    const auto taken = [&](std::size_t i) {
      const auto at = static_cast<std::size_t>(node.argument[i]);
      if (left_[at] == 1) {
        return std::move(values[at]);
      }
      work(values[at]);
      return values[at];
    };
    switch (node.op) {
    case Op::Constant:
      return number(f_.constants()[static_cast<std::size_t>(node.constant)]);
    case Op::Variable:
      return coordinates[static_cast<std::size_t>(node.integer)];
    case Op::Negate:
      work(argument(0));
      return scaled(argument(0), -1);
    case Op::Add:
    case Op::Subtract: {
      const bool swap = node.op == Op::Add && argument(0).size() < argument(1).size();
      NodeSum sum = taken(swap ? 1 : 0);
      const NodeSum &other = node.argument[0] == node.argument[1] ? sum : argument(swap ? 0 : 1);
      work(other);
      add_to(sum, NodeSum(other), node.op == Op::Add ? 1 : -1);
      return sum;
    }
    case Op::Multiply:
      return times(argument(0), argument(1));
    case Op::Divide:
      return times(argument(0), power(argument(1), -1));
    case Op::PowerInteger:
      return power(argument(0), node.integer);
    case Op::Abs: { // |c u| = |c| |u|
      const mpq_class leading = leading_coefficient(argument(0));
      return leading == 0 ? NodeSum{}
                          : scaled(function(node, {scaled(argument(0), 1 / leading)}), abs(leading));
    }
    case Op::Sin:
    case Op::Cos:
      return wave(node, argument(0));
    default: {
      const Parity parity = rules_of(node.op).parity;
      if (parity != Parity::None) {
        const int side = sign(argument(0));
        return scaled(function(node, {scaled(argument(0), side)}), parity == Parity::Odd ? side : 1);
      }
      std::vector<NodeSum> arguments;
      for (std::size_t i = 0; i < node.argument.size() && node.argument[i] >= 0; ++i) {
        work(argument(i));
        arguments.push_back(argument(i));
      }
      if (node.op == Op::Less || node.op == Op::LessEqual) { // by the sign of the difference
        add_to(arguments[0], arguments[1], -1);
        const mpq_class size = abs(leading_coefficient(arguments[0]));
        arguments = {size == 0 ? NodeSum{} : scaled(arguments[0], 1 / size)};
      } else if ((node.op == Op::Min || node.op == Op::Max) && arguments[1] < arguments[0]) {
        std::swap(arguments[0], arguments[1]);
      }
      return function(node, std::move(arguments));
    }
    }
  }

  static int sign(const NodeSum &sum) { return leading_coefficient(sum) < 0 ? -1 : 1; }

  void work(const NodeSum &sum) {
    work_ += sum.size();
    too_large_ = too_large_ || work_ > kMostWork;
  }

  NodeSum function(const Node &node, std::vector<NodeSum> arguments) {
    for (const NodeSum &sum : arguments) {
      work(sum);
    }
    if (node.op == Op::Weierstrass) {
      arguments.push_back(number(f_.constants()[static_cast<std::size_t>(node.constant)]));
    }
    return single(atom({node.op, node.integer, std::move(arguments)}));
  }

  // Odd or even, and with the opposite sign after every pi.
  NodeSum wave(const Node &node, NodeSum argument) {
    mpq_class factor = 1;
    const auto found = argument.find(NodeProduct{{atom({Op::Pi, 0, {}}), 1}});
    if (found != argument.end() && found->second.get_den() == 1) {
      factor = mpz_even_p(found->second.get_num_mpz_t()) != 0 ? 1 : -1;
      argument.erase(found);
    }
    const int side = sign(argument);
    factor *= node.op == Op::Sin ? side : 1;
    return scaled(function(node, {scaled(argument, side)}), factor);
  }

  NodeSum times(const NodeSum &a, const NodeSum &b) {
    if (a.size() * b.size() > kMostSymmetryTerms) {
      return times(atomic(a), atomic(b));
    }
    NodeSum result;
    for (const auto &[product, coefficient] : a) {
      for (const auto &[other, factor] : b) {
        add_to(result, {{product_of(product, other), coefficient * factor}}, 1);
      }
    }
    return kept(std::move(result));
  }

  // The sum, if its numbers are small enough.
  NodeSum kept(NodeSum sum) {
    for (const auto &[product, coefficient] : sum) {
      too_large_ = too_large_ || bits(coefficient) > kMostBits;
      for (const auto &[factor, exponent] : product) {
        too_large_ = too_large_ || std::abs(exponent) > kLargestSymmetryExponent;
      }
    }
    return too_large_ ? NodeSum{} : std::move(sum);
  }
  static std::size_t bits(const mpq_class &value) {
    return mpz_sizeinbase(value.get_num_mpz_t(), 2) + mpz_sizeinbase(value.get_den_mpz_t(), 2);
  }

  // A multiple of one atom, or of a product of atoms.
  NodeSum atomic(const NodeSum &sum) {
    if (sum.size() <= 1) {
      return sum;
    }
    work(sum);
    const mpq_class leading = leading_coefficient(sum);
    return scaled(single(atom({Op::Add, 0, {scaled(sum, 1 / leading)}})), leading);
  }

  NodeSum power(const NodeSum &base, std::int32_t n) {
    if (n >= 0 && n <= kMostExpandedPower) {
      NodeSum result = number(1);
      for (std::int32_t i = 0; i < n; ++i) {
        result = times(result, base);
      }
      return result;
    }
    if (base.empty() || (is_number(base) && n > kMostExpandedPower)) {
      return single(atom({Op::PowerInteger, n, {base}}));
    }
    if (n < -kLargestSymmetryExponent || n > kLargestSymmetryExponent) {
      too_large_ = true;
      return {};
    }
    const NodeSum one_term = atomic(base);
    const auto &[factors, coefficient] = *one_term.begin();
    NodeProduct product;
    for (const auto &[factor, exponent] : factors) {
      product[factor] = exponent * n; // both at most 2^12
    }
    if (bits(coefficient) * static_cast<std::size_t>(std::abs(n)) > kMostBits) {
      too_large_ = true;
      return {};
    }
    mpq_class power;
    const auto size = static_cast<unsigned long>(std::abs(n));
    mpz_pow_ui(power.get_num_mpz_t(), coefficient.get_num_mpz_t(), size);
    mpz_pow_ui(power.get_den_mpz_t(), coefficient.get_den_mpz_t(), size);
    return kept({{product, n < 0 ? mpq_class(1 / power) : power}});
  }

  const Expression &f_;
  std::vector<std::size_t> uses_; // of each node, as an argument
  std::vector<std::size_t> left_; // uses that are still to come
  std::map<Key, Atom> atoms_;
  std::size_t work_ = 0;
  bool too_large_ = false;
};

// Is a = b + c or a = c - b, for a number c?
bool alike(NodeSum a, NodeSum b) {
  a.erase(NodeProduct{});
  b.erase(NodeProduct{});
  return a == b || a == scaled(b, -1);
}

} // namespace

Symmetries symmetries_of(const Expression &f, std::size_t dimension) {
  const auto d = dimension;
  Symmetries symmetries{std::vector<int>(d), std::vector<bool>(d, false)};
  std::iota(symmetries.kind.begin(), symmetries.kind.end(), 0);
  Symmetries none = symmetries;
  if (f.table() != nullptr) {
    return none;
  }
  NormalForms forms(f);
  std::vector<NodeSum> coordinates;
  for (std::size_t j = 0; j < dimension; ++j) {
    coordinates.push_back(forms.variable(static_cast<int>(j)));
  }
  const NodeSum plain = forms.of(coordinates);
  for (std::size_t i = 0; i < d; ++i) {
    std::vector<NodeSum> mirrored = coordinates;
    mirrored[i] = number(1);
    add_to(mirrored[i], coordinates[i], -1);
    symmetries.mirrored[i] = alike(forms.of(mirrored), plain);
    for (std::size_t j = i + 1; j < d; ++j) {
      std::vector<NodeSum> exchanged = coordinates;
      std::swap(exchanged[i], exchanged[j]);
      if (symmetries.kind[i] != symmetries.kind[j] && alike(forms.of(exchanged), plain)) {
        std::replace(symmetries.kind.begin(), symmetries.kind.end(), symmetries.kind[j], symmetries.kind[i]);
      }
    }
  }
  return forms.too_large() ? none : symmetries;
}

} // namespace layercert
