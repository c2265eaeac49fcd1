#define BOOST_TEST_MODULE monotony
#include <boost/test/unit_test.hpp>

#include "common/bound_scope.hpp"
#include "function/expression_evaluator.hpp"
#include "function/monotony.hpp"
#include "numeric/elementary.hpp"
#include "random_expression.hpp"

using namespace layercert;
using namespace layercert::test;

namespace {

// At points that differ in one coordinate: is it refuted there?
bool refuted(const Expression &f, std::size_t d, const std::vector<int> &signs, RandomExpression &random) {
  ExpressionEvaluator evaluator(f, d);
  for (int i = 0; i < 40; ++i) {
    std::vector<Interval> x;
    for (std::size_t j = 0; j < d; ++j) {
      x.emplace_back(static_cast<double>(random.below(1025)) / 1024);
    }
    for (std::size_t j = 0; j < signs.size(); ++j) {
      const double other = static_cast<double>(random.below(1025)) / 1024;
      std::vector<Interval> left = x;
      std::vector<Interval> right = x;
      left[j] = Interval(std::min(x[j].lower(), other));
      right[j] = Interval(std::max(x[j].lower(), other));
      const Range a = evaluator.range(left);
      const Range b = evaluator.range(right);
      const Interval rise = Interval(signs[j]) * (b.value - a.value);
      if (!a.undefined && !b.undefined && rise.upper() < 0) {
        return true;
      }
    }
  }
  return false;
}

} // namespace

BOOST_AUTO_TEST_CASE(known_directions) {
  const BoundScope scope;
  const std::vector<int> up{1};
  const std::vector<int> down{-1};
  const std::vector<int> both{1, 1};
  struct Known {
    std::size_t d;
    const char *text;
    std::optional<std::vector<int>> signs;
  };
  for (const Known &known : {
           Known{1, "log(x)", up},
           Known{1, "1/x - x", down},
           Known{1, "x^(-1/4)", down},
           Known{1, "cantor(x) + floor(3*x)", up},
           Known{1, "(x-2)^2", down},
           Known{1, "(x-1)^3", up},
           Known{1, "(x-2)^(-2)", up},
           Known{1, "(x+1)^(-3)", down},
           Known{1, "x*(x-2)", std::nullopt}, // falls, but no rule sees it
           Known{1, "x*(x-1)", std::nullopt},
           Known{1, "abs(x-1/3)", std::nullopt},
           Known{1, "1/(x-1/3)", std::nullopt},
           Known{1, "sin(x)", up},
           Known{1, "sin(2*x)", std::nullopt},
           Known{1, "cos(3*x)", down},
           Known{1, "acos(x)", down},
           Known{1, "if(x < 1/2, 1, 2)", std::nullopt},
           Known{1, "(x < 1/2)", down},
           Known{1, "takagi(x)", std::nullopt},
           Known{1, "7", up},
           Known{2, "x*y", both},
           Known{2, "1/sqrt(x+y)", std::vector<int>{-1, -1}},
           Known{2, "(x^2+y^2)^(-1/4)", std::vector<int>{-1, -1}},
           Known{2, "x - y", std::vector<int>{1, -1}},
           Known{2, "x^(-1/4)*(1-y)^(-1/4)", std::vector<int>{-1, 1}},
           Known{2, "max(x, y)^2", both},
           Known{2, "exp(x)", both},
           Known{2, "x*(y-1/2)", std::nullopt},
           Known{2, "if(x < 1/2, y, y^2)", std::nullopt},
       }) {
    const auto found = monotone_directions(parse_expression(known.text, known.d), known.d);
    BOOST_TEST((found == known.signs), known.text);
  }
}

BOOST_AUTO_TEST_CASE(no_claim_is_refuted_by_points) {
  const BoundScope scope;
  RandomExpression random(23);
  int claims = 0;
  for (int i = 0; i < 6000; ++i) {
    const std::size_t d = 1 + i % 3;
    const std::string text = random.text(d, 2 + i % 2);
    const Expression f = parse_expression(text, d);
    if (const auto signs = monotone_directions(f, d)) {
      ++claims;
      BOOST_TEST(!refuted(f, d, *signs, random), text);
    }
  }
  BOOST_TEST(claims > 500);
}
