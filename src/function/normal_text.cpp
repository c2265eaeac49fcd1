// A real sum is the sum of the real parts of its terms: of r exp(2 pi i t) e^(A + iB), with real r, A, B,
// that is r e^A cos(B + 2 pi t).
#include "normal_text.hpp"

#include "operations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace layercert::normal {

namespace {

class Writer {
public:
  explicit Writer(Algebra &algebra) : algebra_(algebra) {}

  std::string sum(const Sum &a) {
    std::string text;
    for (const auto &[monomial, coefficient] : a) {
      const mpq_class size = abs(coefficient);
      text += text.empty() ? (coefficient < 0 ? "-" : "") : (coefficient < 0 ? " - " : " + ");
      std::string factors = product(monomial);
      if (size != 1 || factors.empty()) {
        factors = size.get_str() + (factors.empty() ? "" : "*" + factors);
      }
      text += factors;
      algebra_.work(text.size());
    }
    return text.empty() ? "0" : text;
  }

private:
  static void append(std::string &product, const std::string &factor) {
    product += (product.empty() ? "" : "*") + factor;
  }

  std::string product(const Monomial &monomial) {
    std::string text;
    for (const auto &[atom, power] : monomial.powers) {
      append(text, power == 1 ? function(atom) : fmt::format("{}^{}", function(atom), power));
    }
    const Sum L = algebra_.exponent(monomial.exponential);
    const Sum conjugate = algebra_.conjugate(L);
    Sum real = algebra_.scaled(algebra_.sum(L, conjugate), mpq_class(1, 2));
    const Sum angle = algebra_.product(algebra_.scaled(algebra_.sum(L, conjugate, -1), mpq_class(-1, 2)),
                                       algebra_.imaginary());
    for (auto at = real.begin(); at != real.end();) { // a^c = e^(c log a)
      const auto &[factors, coefficient] = *at;
      const bool is_power = factors.turn == 0 && factors.exponential == 0 && factors.powers.size() == 1 &&
                            factors.powers.begin()->second == 1 &&
                            algebra_.part(factors.powers.begin()->first).op == Op::Log;
      if (is_power) {
        append(text, fmt::format("{}^({})", modulus(factors.powers.begin()->first), coefficient.get_str()));
      }
      at = is_power ? real.erase(at) : std::next(at);
    }
    if (!real.empty()) {
      append(text, "exp(" + sum(real) + ")");
    }
    if (monomial.turn == mpq_class(1, 4) && !angle.empty()) {
      append(text, "sin(" + sum(algebra_.scaled(angle, -1)) + ")");
    } else if (monomial.turn != 0 || !angle.empty()) {
      append(text,
             "cos(" + sum(algebra_.sum(angle, algebra_.scaled(algebra_.pi(), 2 * monomial.turn))) + ")");
    }
    return text;
  }

  // |a| of log|a|, in parentheses.
  std::string modulus(Atom logarithm) {
    const Sum argument = algebra_.part(logarithm).arguments[0];
    const std::optional<mpq_class> number = Algebra::number_of(argument);
    const std::optional<int> sign = number ? std::optional(sgn(*number)) : algebra_.sign(argument);
    return (!sign ? "abs(" : *sign < 0 ? "(-(" : "(") + sum(argument) + (sign && *sign < 0 ? "))" : ")");
  }

  std::string function(Atom atom) {
    const Part &part = algebra_.part(atom);
    switch (part.op) {
    case Op::Pi:
      return "pi";
    case Op::Divide:
      return fmt::format("({})", sum(Sum(part.arguments[0])));
    case Op::Log:
      return "log" + modulus(atom);
    case Op::Power:
      return fmt::format("({})^({})", sum(Sum(part.arguments[0])), sum(Sum(part.arguments[1])));
    default:
      break;
    }
    const char *const name = rules_of(part.op).text.name;
    if (name == nullptr) {
      throw TooLarge();
    }
    std::string text = name;
    for (std::size_t i = 0; i < part.arguments.size(); ++i) {
      text += (i == 0 ? "(" : ", ") + sum(Sum(part.arguments[i]));
    }
    return text + (part.op == Op::Weierstrass
                       ? fmt::format(", {}, {})", part.constant.get_str(), part.integer)
                       : ")");
  }

  Algebra &algebra_;
};

} // namespace

std::string text_of(Algebra &algebra, const Sum &a) { return Writer(algebra).sum(a); }

} // namespace layercert::normal
