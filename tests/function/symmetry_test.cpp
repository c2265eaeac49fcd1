#define BOOST_TEST_MODULE symmetry
#include <boost/test/unit_test.hpp>

#include "common/bound_scope.hpp"
#include "function/expression_evaluator.hpp"
#include "function/symmetry.hpp"
#include "numeric/elementary.hpp"
#include "random_expression.hpp"

#include <algorithm>
#include <functional>

using namespace layercert;
using namespace layercert::test;

namespace {

using Point = std::vector<Interval>;

// Is f after the substitution, at random points, neither f + c nor c - f for any c?
bool refuted(const Expression &f, std::size_t d, const std::function<void(Point &)> &substitute,
             RandomExpression &random) {
  ExpressionEvaluator evaluator(f, d);
  Interval rise = whole_line(); // all values that c may have
  Interval sum = whole_line();
  for (int i = 0; i < 40; ++i) {
    Point x;
    for (std::size_t j = 0; j < d; ++j) {
      x.emplace_back(static_cast<double>(random.below(1025)) / 1024);
    }
    const Range a = evaluator.range(x);
    substitute(x);
    const Range b = evaluator.range(x);
    if (a.undefined || b.undefined) {
      continue;
    }
    rise = Interval(std::max(rise.lower(), (b.value - a.value).lower()),
                    std::min(rise.upper(), (b.value - a.value).upper()));
    sum = Interval(std::max(sum.lower(), (b.value + a.value).lower()),
                   std::min(sum.upper(), (b.value + a.value).upper()));
    if (rise.lower() > rise.upper() && sum.lower() > sum.upper()) {
      return true;
    }
  }
  return false;
}

bool mirror_refuted(const Expression &f, std::size_t d, std::size_t j, RandomExpression &random) {
  return refuted(
      f, d, [&](Point &x) { x[j] = Interval(1.0) - x[j]; }, random);
}
bool exchange_refuted(const Expression &f, std::size_t d, std::size_t i, std::size_t j,
                      RandomExpression &random) {
  return refuted(
      f, d, [&](Point &x) { std::swap(x[i], x[j]); }, random);
}

} // namespace

BOOST_AUTO_TEST_CASE(known_symmetries) {
  const BoundScope scope;
  struct Known {
    std::size_t d;
    const char *text;
    std::vector<int> kind;
    std::vector<bool> mirrored;
  };
  const std::vector<bool> none{false, false};
  const std::vector<bool> both{true, true};
  for (const Known &known : {
           Known{1, "x", {0}, {true}},
           Known{1, "x^2", {0}, {false}},
           Known{1, "x*(1-x)", {0}, {true}},
           Known{1, "abs(x-1/3)", {0}, {false}},
           Known{1, "3*abs(2*x-1) + 1", {0}, {true}},
           Known{1, "sin(2*pi*x)", {0}, {true}},
           Known{1, "sin(3*x)", {0}, {false}},
           Known{1, "cos(3*pi*x) + 1/(x-1/2)^2", {0}, {false}}, // odd and even
           Known{1, "(x-1/2)^(-2)", {0}, {true}},
           Known{1, "exp(x)", {0}, {false}},
           Known{2, "if((x-1/2)^2+(y-1/2)^2 <= 1/9, 1, 0)", {0, 0}, both},
           Known{2, "if((x-1/2)^2+(y-1/2)^2 <= x, 1, 0)", {0, 1}, {false, true}},
           Known{2, "x - y", {0, 0}, none},
           Known{2, "x - 2*y", {0, 1}, none},
           Known{2, "sqrt(x^2+y^2)", {0, 0}, none},
           Known{2, "sqrt(x^2+2*y^2)", {0, 1}, none},
           Known{2, "max(x, y)*min(y, x)", {0, 0}, none},
           Known{2, "sin(2*pi*x)*y", {0, 1}, {true, false}},
           Known{2, "(x+y)^5/(x+y+1)", {0, 0}, none},
           Known{2, "x^y", {0, 1}, none},
           Known{2, "log(abs(x^2+y^2-1/2))", {0, 0}, none},
           Known{3, "max(x, y)*cos(pi*z)", {0, 0, 2}, {false, false, true}},
           Known{3, "x*y + z^2", {0, 0, 2}, {false, false, false}},
           Known{4, "x0*x1*x2*x3", {0, 0, 0, 0}, {false, false, false, false}},
           Known{4, "x0*x1 + x2*x3", {0, 0, 2, 2}, {false, false, false, false}},
           Known{1, "((((x+1/3)^4096)^4096)^4096)", {0}, {false}}, // too large
           Known{1, "(2*x)^2000000000", {0}, {false}},
       }) {
    const Symmetries found = symmetries_of(parse_expression(known.text, known.d), known.d);
    BOOST_TEST(found.kind == known.kind, boost::test_tools::per_element());
    BOOST_TEST((found.mirrored == known.mirrored), known.text);
  }
}

BOOST_AUTO_TEST_CASE(no_symmetry_is_refuted_by_points) {
  const BoundScope scope;
  RandomExpression random(29);
  int claims = 0;
  for (int i = 0; i < 6000; ++i) {
    const std::size_t d = 1 + i % 3;
    std::string text = random.text(d, 2);
    if (i % 3 == 0) { // more that have one
      text = "(" + text + ")*(" + text + ") + max(x0, 1-x0)";
    }
    const Expression f = parse_expression(text, d);
    const Symmetries symmetries = symmetries_of(f, d);
    for (std::size_t j = 0; j < symmetries.kind.size(); ++j) {
      if (symmetries.mirrored[j]) {
        ++claims;
        BOOST_TEST(!mirror_refuted(f, d, j, random), text << ", mirrored " << j);
      }
      for (std::size_t k = j + 1; k < symmetries.kind.size(); ++k) {
        if (symmetries.kind[j] == symmetries.kind[k]) {
          ++claims;
          BOOST_TEST(!exchange_refuted(f, d, j, k, random), text << ", exchanged " << j << ", " << k);
        }
      }
    }
  }
  BOOST_TEST(claims > 500);
}
