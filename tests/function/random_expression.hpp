// Random expressions as text, of all operations, and random boxes that like to touch kinks, jumps and ends of
// domains.
#pragma once

#include <array>
#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace layercert::test {

class RandomExpression {
public:
  explicit RandomExpression(std::uint64_t seed) : random_(seed) {}

  std::mt19937_64 &random() { return random_; }
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(random_() % n); }

  std::string text(std::size_t dimension, int depth) {
    if (depth == 0 || below(8) == 0) {
      return leaf(dimension);
    }
    const auto part = [&] { return text(dimension, depth - 1); };
    static const std::array<const char *, 20> functions{
        "sin",  "cos",  "exp",  "log",  "sqrt",  "abs",  "tan",  "asin",   "acos",   "atan",
        "sinh", "cosh", "tanh", "cbrt", "floor", "step", "sign", "cantor", "takagi", "erf"};
    static const std::array<const char *, 6> comparisons{"<", "<=", ">", ">=", "==", "!="};
    static const std::array<const char *, 11> exponents{"2",  "3",  "4",   "5",    "7",    "-1",
                                                        "-2", "-3", "1.5", "0.25", "(1/3)"};
    switch (below(15)) {
    case 0:
    case 1:
      return "(" + part() + " + " + part() + ")";
    case 2:
      return "(" + part() + " - " + part() + ")";
    case 3:
    case 4:
      return "(" + part() + " * " + part() + ")";
    case 5:
      return "(" + part() + " / " + part() + ")";
    case 6:
      return "(" + part() + ")^" + exponents[below(exponents.size())];
    case 7:
      return below(2) == 0 ? "min(" + part() + ", " + part() + ")" : "max(" + part() + ", " + part() + ")";
    case 8:
      return "if(" + part() + " " + comparisons[below(comparisons.size())] + " " + part() + ", " + part() +
             ", " + part() + ")";
    case 9:
      return below(3) == 0 ? "(" + part() + " " + comparisons[below(comparisons.size())] + " " + part() + ")"
             : below(2) == 0 ? "(-" + part() + ")"
                             : "(" + part() + ")^(" + part() + ")";
    case 10: { // a shared part
      const std::string shared = part();
      return "(" + shared + " * (" + part() + " + " + shared + "))";
    }
    case 11: // the slowest of all
      return below(4) != 0 ? "takagi(" + part() + ")"
                           : "weierstrass(" + part() + (below(2) == 0 ? ", 1/2, 3)" : ", 0.3, 2)");
    default:
      return std::string(functions[below(functions.size())]) + "(" + part() + ")";
    }
  }

  // Ends of the box in each coordinate.
  void box(std::size_t dimension, std::vector<double> &lower, std::vector<double> &upper) {
    lower.clear();
    upper.clear();
    const bool thin = below(3) == 0;
    for (std::size_t j = 0; j < dimension; ++j) {
      const double from = coordinate();
      double to = from;
      switch (thin ? 0 : below(4)) {
      case 0:
        to = from + std::ldexp(unit(), -static_cast<int>(below(54)));
        break;
      case 1:
        break;
      default:
        to = coordinate();
        break;
      }
      lower.push_back(std::min(from, to));
      upper.push_back(std::max(from, to));
    }
  }

  // A coordinate between a and b, often one of them.
  double between(double a, double b) {
    switch (below(5)) {
    case 0:
      return a;
    case 1:
      return b;
    default:
      return std::min(b, std::max(a, a + unit() * (b - a)));
    }
  }

  double unit() { return std::ldexp(static_cast<double>(random_() >> 11), -53); }

private:
  std::string leaf(std::size_t dimension) {
    static const std::array<const char *, 12> constants{"0", "1",  "2", "0.5",  "1/3", "0.1",
                                                        "3", "pi", "e", "1e-3", "-1",  "2.75"};
    return below(3) != 0 ? "x" + std::to_string(below(dimension))
                         : "(" + std::string(constants[below(constants.size())]) + ")";
  }

  double coordinate() {
    static const std::array<double, 10> places{0,  0.5, 1,      1.0 / 3, 0.1,
                                               -1, 2,   1e-300, 0.25,    3.14159265358979312};
    switch (below(8)) {
    case 0:
    case 1:
      return places[below(places.size())];
    case 2:
      return 8 * unit() - 4;
    case 3:
      return std::ldexp(unit(), -static_cast<int>(below(40)));
    default:
      return unit();
    }
  }

  std::mt19937_64 random_;
};

} // namespace layercert::test
