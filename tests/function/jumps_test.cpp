#define BOOST_TEST_MODULE jumps
#include <boost/test/unit_test.hpp>

#include "function/expression_evaluator.hpp"
#include "function/jumps.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "random_expression.hpp"

#include <cmath>

using namespace layercert;
using namespace layercert::test;

namespace {

double value_of(const Jump &jump, double c) {
  switch (jump.op) {
  case Op::Less:
    return c < 0 ? 1 : 0;
  case Op::LessEqual:
    return c <= 0 ? 1 : 0;
  case Op::Step:
    return c >= 0 ? 1 : 0;
  case Op::Sign:
    return c > 0 ? 1 : c < 0 ? -1 : 0;
  default:
    BOOST_REQUIRE(jump.op == Op::Floor);
    return std::floor(c);
  }
}

} // namespace

// With its jumps put in from outside, the body has the value of the whole, in the same arithmetic.
BOOST_AUTO_TEST_CASE(the_body_with_its_jumps_is_the_function) {
  const NearestScope nearest;
  RandomExpression random(77);
  std::size_t jumps = 0;
  for (int i = 0; i < 400; ++i) {
    const std::string text = random.text(2, 4);
    const Expression f = parse_expression(text, 2);
    const JumpForm form = jump_form(f, 2);
    const std::size_t dimension = 2 + form.jumps.size();
    jumps += form.jumps.size();
    for (int k = 0; k < 10; ++k) {
      std::vector<double> point{static_cast<double>(random.below(1 << 20)) * 0x1p-20,
                                static_cast<double>(random.below(1 << 20)) * 0x1p-20};
      const double expected = ExpressionEvaluator(f, 2).sample(point);
      point.resize(dimension, std::nan(""));
      for (std::size_t j = 0; j < form.jumps.size(); ++j) {
        point[2 + j] =
            value_of(form.jumps[j], ExpressionEvaluator(form.jumps[j].argument, dimension).sample(point));
      }
      const double found = ExpressionEvaluator(form.body, dimension).sample(point);
      BOOST_TEST((found == expected || !std::isfinite(found) || !std::isfinite(expected)),
                 text << " at " << point[0] << ' ' << point[1] << ": " << found << ", not " << expected);
    }
  }
  BOOST_TEST(jumps > 100);
}

BOOST_AUTO_TEST_CASE(jumps_within_jumps) {
  const JumpForm form = jump_form(parse_expression("if(floor(3*x) < y, step(x - y), x == y)", 2), 2);
  BOOST_REQUIRE(form.jumps.size() == 3);
  BOOST_TEST((form.jumps[0].op == Op::Floor));
  BOOST_TEST((form.jumps[1].op == Op::Less));
  BOOST_TEST(form.jumps[1].argument.highest_variable() == 2); // the value of the floor
  BOOST_TEST((form.jumps[2].op == Op::Step));
  BOOST_TEST(form.body.highest_variable() == 4);
}
