// Targets written in C++: a number that records what is done with it.
//
// A function that is a template in its number type, called with Symbolic numbers, leaves the Expression that
// the parser would make of the same formula as a text, and with it all that is known of expressions: bounds,
// derivatives, expansions.
//
//     const Expression f = record<2>([](auto x, auto y) { return sin(2 * x) * y + abs(x - y); });
#pragma once

#include "layercert/function/expression.hpp"

#include <concepts>
#include <cstdint>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

namespace layercert {

// A constant, a coordinate, or what was computed of such. Comparisons give a number, 1 where they hold and 0
// elsewhere, and no bool: which branch is taken depends on the point, so what would be `if (x < y)` is
// choose(x < y, a, b). All numbers that share parts are to stay in one thread.
class Symbolic {
public:
  Symbolic() : Symbolic(0) {}
  template <std::integral T>
  requires(sizeof(T) <= sizeof(long)) Symbolic(T value) : Symbolic(exact_integer(value)) {}
  // Exactly the number that the double is: 0.1 is not one tenth, exactly("0.1") is. Throws InputError unless
  // it is finite.
  Symbolic(double value);
  Symbolic(const mpq_class &value);

  // A decimal or a fraction, such as "0.1", "1e-3" or "1/3". Throws InputError for anything else.
  static Symbolic exactly(std::string_view number);
  static Symbolic pi();
  static Symbolic e();
  // The coordinate x_j. Requires: 0 <= j < 10.
  static Symbolic variable(int j);

  // Throws InputError if there are more operations than the parser allows.
  Expression expression() const;

  Symbolic &operator+=(const Symbolic &b) { return *this = *this + b; }
  Symbolic &operator-=(const Symbolic &b) { return *this = *this - b; }
  Symbolic &operator*=(const Symbolic &b) { return *this = *this * b; }
  Symbolic &operator/=(const Symbolic &b) { return *this = *this / b; }

  friend Symbolic operator+(const Symbolic &a) { return a; }
  friend Symbolic operator-(const Symbolic &a) { return {Op::Negate, a}; }
  friend Symbolic operator+(const Symbolic &a, const Symbolic &b) { return {Op::Add, a, b}; }
  friend Symbolic operator-(const Symbolic &a, const Symbolic &b) { return {Op::Subtract, a, b}; }
  friend Symbolic operator*(const Symbolic &a, const Symbolic &b) { return {Op::Multiply, a, b}; }
  friend Symbolic operator/(const Symbolic &a, const Symbolic &b) { return {Op::Divide, a, b}; }
  friend Symbolic operator<(const Symbolic &a, const Symbolic &b) { return {Op::Less, a, b}; }
  friend Symbolic operator<=(const Symbolic &a, const Symbolic &b) { return {Op::LessEqual, a, b}; }
  friend Symbolic operator>(const Symbolic &a, const Symbolic &b) { return {Op::Less, b, a}; }
  friend Symbolic operator>=(const Symbolic &a, const Symbolic &b) { return {Op::LessEqual, b, a}; }
  friend Symbolic operator==(const Symbolic &a, const Symbolic &b) { return {Op::Equal, a, b}; }
  friend Symbolic operator!=(const Symbolic &a, const Symbolic &b) { return {Op::NotEqual, a, b}; }

  friend Symbolic sqrt(const Symbolic &a) { return {Op::Sqrt, a}; }
  friend Symbolic exp(const Symbolic &a) { return {Op::Exp, a}; }
  friend Symbolic log(const Symbolic &a) { return {Op::Log, a}; }
  friend Symbolic sin(const Symbolic &a) { return {Op::Sin, a}; }
  friend Symbolic cos(const Symbolic &a) { return {Op::Cos, a}; }
  friend Symbolic tan(const Symbolic &a) { return {Op::Tan, a}; }
  friend Symbolic asin(const Symbolic &a) { return {Op::Asin, a}; }
  friend Symbolic acos(const Symbolic &a) { return {Op::Acos, a}; }
  friend Symbolic atan(const Symbolic &a) { return {Op::Atan, a}; }
  friend Symbolic sinh(const Symbolic &a) { return {Op::Sinh, a}; }
  friend Symbolic cosh(const Symbolic &a) { return {Op::Cosh, a}; }
  friend Symbolic tanh(const Symbolic &a) { return {Op::Tanh, a}; }
  friend Symbolic cbrt(const Symbolic &a) { return {Op::Cbrt, a}; } // of negative numbers, too
  friend Symbolic erf(const Symbolic &a) { return {Op::Erf, a}; }
  friend Symbolic abs(const Symbolic &a) { return {Op::Abs, a}; }
  friend Symbolic fabs(const Symbolic &a) { return {Op::Abs, a}; }
  friend Symbolic floor(const Symbolic &a) { return {Op::Floor, a}; }
  friend Symbolic step(const Symbolic &a) { return {Op::Step, a}; } // 1 for a >= 0, else 0
  friend Symbolic sign(const Symbolic &a) { return {Op::Sign, a}; } // 0 for 0
  friend Symbolic cantor(const Symbolic &a) { return {Op::Cantor, a}; }
  friend Symbolic takagi(const Symbolic &a) { return {Op::Takagi, a}; }
  friend Symbolic min(const Symbolic &a, const Symbolic &b) { return {Op::Min, a, b}; }
  friend Symbolic max(const Symbolic &a, const Symbolic &b) { return {Op::Max, a, b}; }
  friend Symbolic hypot(const Symbolic &a, const Symbolic &b) { return sqrt(pow(a, 2) + pow(b, 2)); }
  friend Symbolic pow(const Symbolic &a, const Symbolic &b) { return {Op::Power, a, b}; }
  // `then` where the condition is not 0, else `otherwise`.
  friend Symbolic choose(const Symbolic &condition, const Symbolic &then, const Symbolic &otherwise) {
    return {Op::If, condition, then, otherwise};
  }

private:
  struct Term;

  Symbolic(Op op, const Symbolic &a);
  Symbolic(Op op, const Symbolic &a, const Symbolic &b);
  Symbolic(Op op, const Symbolic &a, const Symbolic &b, const Symbolic &c);
  explicit Symbolic(std::shared_ptr<const Term> term) : term_(std::move(term)) {}

  template <class T> static mpq_class exact_integer(T value) {
    if constexpr (std::is_signed_v<T>) {
      return mpq_class(static_cast<long>(value));
    } else {
      return mpq_class(static_cast<unsigned long>(value));
    }
  }

  std::shared_ptr<const Term> term_;
};

// So that a function for every number type can be called with doubles too.
inline double choose(bool condition, double then, double otherwise) { return condition ? then : otherwise; }

// The expression of the function f of `dimension` coordinates.
template <std::size_t dimension, class Function> Expression record(const Function &f) {
  static_assert(dimension >= 1 && dimension <= 10);
  return [&]<int... j>(std::integer_sequence<int, j...>) {
    return Symbolic(f(Symbolic::variable(j)...)).expression();
  }
  (std::make_integer_sequence<int, dimension>());
}

} // namespace layercert
