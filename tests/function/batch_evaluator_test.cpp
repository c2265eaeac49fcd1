#define BOOST_TEST_MODULE batch_evaluator
#include "batch_check.hpp"

#include <cfenv>
#include <limits>
#include <thread>

using namespace layercert;
using namespace layercert::test;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// One box in each coordinate.
struct Evaluated {
  Interval value;
  bool undefined;
  std::vector<Interval> gradient;
};

Evaluated evaluate(const std::string &text, const std::vector<Interval> &box) {
  const UpwardScope upward;
  const std::size_t dimension = box.size();
  const Expression expression = parse_expression(text, dimension);
  BatchEvaluator evaluator(expression, dimension, 3);
  BoxBatch boxes(dimension, 3);
  RangeBatch ranges(dimension, 3);
  std::vector<double> lower;
  std::vector<double> upper;
  for (const Interval &side : box) {
    lower.push_back(side.lower());
    upper.push_back(side.upper());
  }
  boxes.push_back(lower.data(), upper.data());
  boxes.push_back(lower.data(), upper.data());
  evaluator.range_and_gradient(boxes, ranges);
  Evaluated result{{ranges.value_lower()[1], ranges.value_upper()[1]}, ranges.undefined()[1] != 0, {}};
  for (std::size_t j = 0; j < dimension; ++j) {
    result.gradient.emplace_back(ranges.gradient_lower(j)[1], ranges.gradient_upper(j)[1]);
  }
  return result;
}

// Magnitudes of all sizes that matter to the function, and the places where something happens.
double argument(RandomExpression &random, const std::string &function) {
  const double sign = random.below(2) == 0 ? 1 : -1;
  const auto scaled = [&](int from, int to) {
    return std::ldexp(1 + random.unit(),
                      from + static_cast<int>(random.below(static_cast<std::size_t>(to - from))));
  };
  const auto near = [&](double x) {
    return x + x * std::ldexp(random.unit() - 0.5, -static_cast<int>(random.below(54)));
  };
  if (function == "sin" || function == "cos" || function == "tan") {
    switch (random.below(4)) {
    case 0:
      return sign * scaled(-40, 70);
    case 1: // near a multiple of pi/2
      return near(sign * static_cast<double>(random.below(1000)) * 1.5707963267948966);
    default:
      return sign * 10 * random.unit();
    }
  }
  if (function == "log" || function == "sqrt") {
    return random.below(2) == 0 ? scaled(-1070, 1020) : near(1);
  }
  if (function == "asin" || function == "acos") {
    return random.below(2) == 0 ? std::max(-1.0, std::min(1.0, sign * near(1))) : sign * random.unit();
  }
  return random.below(3) == 0   ? sign * scaled(-60, 10)
         : random.below(2) == 0 ? sign * 745 * random.unit()
                                : sign * random.unit();
}

} // namespace

BOOST_AUTO_TEST_CASE(random_expressions) {
  const BatchCounts counts = check_random_expressions(1, 1500);
  BOOST_CHECK_GT(counts.defined, counts.boxes / 4);
  BOOST_CHECK_GT(counts.quotients, 1000U);
  BOOST_CHECK_LE(100 * counts.only_batch_undefined, counts.boxes);
  BOOST_CHECK_LE(100 * counts.wider, counts.bounded);
  BOOST_CHECK_LE(100 * counts.slopes_wider, counts.slopes_bounded);
  BOOST_CHECK_LE(100 * counts.only_batch_unbounded, counts.slopes_bounded);
}

// Every function over intervals of all sizes: values at the ends and inside lie between the bounds, the
// bounds are not much farther apart than those of MPFR at the ends, and the flag is the same.
BOOST_AUTO_TEST_CASE(elementary_functions) {
  prepare_mpfr_thread();
  RandomExpression random(7);
  const UpwardScope upward;
  for (const std::string function :
       {"sin", "cos", "tan", "exp", "log", "sqrt", "asin", "acos", "atan", "sinh", "cosh", "tanh"}) {
    const Expression expression = parse_expression(function + "(x)", 1);
    BatchEvaluator batch(expression, 1);
    ExpressionEvaluator scalar(expression, 1);
    BoxBatch boxes(1, batch.capacity());
    RangeBatch ranges(1, batch.capacity());
    double widest = 0;
    for (int repeat = 0; repeat < 30; ++repeat) {
      boxes.clear();
      while (!boxes.full()) {
        double a = argument(random, function);
        const double size = random.below(2) == 0 ? 1.0 : std::fabs(a);
        double b = random.below(8) == 0
                       ? a
                       : a + size * std::ldexp(random.unit(), 3 - static_cast<int>(random.below(60)));
        if (random.below(8) == 0) {
          b = argument(random, function);
        }
        if (a > b) {
          std::swap(a, b);
        }
        boxes.push_back(&a, &b);
      }
      batch.range(boxes, ranges);
      for (std::size_t i = 0; i < boxes.size(); ++i) {
        const Interval x(boxes.lower(0)[i], boxes.upper(0)[i]);
        const Interval y(ranges.value_lower()[i], ranges.value_upper()[i]);
        const Range expected = scalar.range(std::array{x});
        char text[256];
        std::snprintf(text, sizeof text, "%s([%a, %a]) = [%a, %a], scalar [%a, %a]", function.c_str(),
                      x.lower(), x.upper(), y.lower(), y.upper(), expected.value.lower(),
                      expected.value.upper());
        BOOST_REQUIRE_MESSAGE((ranges.undefined()[i] != 0) == expected.undefined, text);
        if (expected.undefined) {
          continue;
        }
        for (const double at : {x.lower(), x.upper(), random.between(x.lower(), x.upper())}) {
          const std::vector<MpfrInterval> point{mpfr_enclosure(at, kReferencePrecision)};
          const MpfrInterval value = scalar.range(point, kReferencePrecision).value;
          BOOST_REQUIRE_MESSAGE(mpfr_cmp_d(value.lower().get(), y.lower()) >= 0 &&
                                    mpfr_cmp_d(value.upper().get(), y.upper()) <= 0,
                                text << " at " << at);
        }
        if (!bounded(expected.value)) {
          continue;
        }
        const double magnitude =
            std::max(std::fabs(expected.value.lower()), std::fabs(expected.value.upper()));
        const double width = expected.value.upper() - expected.value.lower();
        const double rounding = 0x1p-50 * magnitude + 0x1p-1070;
        const double ratio = width > 0 ? (y.upper() - y.lower() - rounding) / width : 0;
        BOOST_REQUIRE_MESSAGE(y.upper() - y.lower() <= 1.125 * width + rounding, text << ", ratio " << ratio);
        widest = std::max(widest, ratio);
      }
    }
    BOOST_TEST_MESSAGE(function << ": at most " << widest << " times as wide");
  }
}

// Points at all distances from the middles of thin boxes, on both sides of the distance up to which Taylor's
// formula serves.
BOOST_AUTO_TEST_CASE(points_near_the_middle) {
  prepare_mpfr_thread();
  RandomExpression random(11);
  const UpwardScope upward;
  for (const std::string function : {"sin", "cos", "exp"}) {
    const Expression expression = parse_expression(function + "(x)", 1);
    BatchEvaluator batch(expression, 1);
    ExpressionEvaluator scalar(expression, 1);
    BoxBatch boxes(1, batch.capacity());
    BoxBatch points(1, batch.capacity());
    RangeBatch ranges(1, batch.capacity());
    RangeBatch at_points(1, batch.capacity());
    for (int repeat = 0; repeat < 30; ++repeat) {
      boxes.clear();
      points.clear();
      while (!boxes.full()) {
        const double middle = 20 * random.unit() - 10;
        const double radius = std::ldexp(random.unit(), -static_cast<int>(random.below(40)));
        const double lower = middle - radius;
        const double upper = middle + radius;
        boxes.push_back(&lower, &upper);
        const auto away = [&] {
          return std::ldexp(random.unit() - 0.5, -static_cast<int>(14 + random.below(40)));
        };
        double from = middle + away();
        double to = random.below(2) == 0 ? from : from + std::ldexp(away(), -5);
        if (from > to) {
          std::swap(from, to);
        }
        points.push_back(&from, &to);
      }
      batch.range_and_gradient(boxes, ranges, points, at_points);
      for (std::size_t i = 0; i < points.size(); ++i) {
        const Interval x(points.lower(0)[i], points.upper(0)[i]);
        const Interval y(at_points.value_lower()[i], at_points.value_upper()[i]);
        const Interval expected = scalar.range(std::array{x}).value;
        char text[256];
        std::snprintf(text, sizeof text, "%s([%a, %a]) = [%a, %a], scalar [%a, %a], box [%a, %a]",
                      function.c_str(), x.lower(), x.upper(), y.lower(), y.upper(), expected.lower(),
                      expected.upper(), boxes.lower(0)[i], boxes.upper(0)[i]);
        for (const double at : {x.lower(), x.upper()}) {
          const std::vector<MpfrInterval> point{mpfr_enclosure(at, kReferencePrecision)};
          const MpfrInterval value = scalar.range(point, kReferencePrecision).value;
          BOOST_REQUIRE_MESSAGE(mpfr_cmp_d(value.lower().get(), y.lower()) >= 0 &&
                                    mpfr_cmp_d(value.upper().get(), y.upper()) <= 0,
                                text << " at " << at);
        }
        const double magnitude = function == "exp" ? expected.upper() : 1;
        BOOST_REQUIRE_MESSAGE(y.upper() - y.lower() <=
                                  1.125 * (expected.upper() - expected.lower()) + 0x1p-50 * magnitude,
                              text);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(kinks_and_jumps) {
  const Evaluated kink = evaluate("abs(x - 1/2)", {Interval(0.25, 0.75)});
  BOOST_CHECK(kink.value.lower() == 0 && kink.value.upper() == 0.25);
  BOOST_CHECK(kink.gradient[0].lower() == -1 && kink.gradient[0].upper() == 1);
  const Evaluated right = evaluate("abs(x - 1/2)", {Interval(0.5, 0.75)});
  BOOST_CHECK(right.gradient[0].lower() == 1 && right.gradient[0].upper() == 1);
  const Evaluated larger = evaluate("max(2*x, 3*y)", {Interval(0, 1), Interval(0, 0.5)});
  BOOST_CHECK(larger.value.lower() == 0 && larger.value.upper() == 2);
  BOOST_CHECK(larger.gradient[0].lower() == 0 && larger.gradient[0].upper() == 2);
  BOOST_CHECK(larger.gradient[1].lower() == 0 && larger.gradient[1].upper() == 3);
  const Evaluated jump = evaluate("x + step(y - 1/2)", {Interval(0, 1), Interval(0.5, 1)});
  BOOST_CHECK(jump.value.lower() == 1 && jump.value.upper() == 2);
  BOOST_CHECK(jump.gradient[0].lower() == 1 && jump.gradient[0].upper() == 1);
  BOOST_CHECK(jump.gradient[1].lower() == 0 && jump.gradient[1].upper() == 0);
  const Evaluated across = evaluate("x + step(y - 1/2)", {Interval(0, 1), Interval(0.25, 1)});
  BOOST_CHECK(across.value.lower() == 0 && across.value.upper() == 2);
  BOOST_CHECK(across.gradient[0].lower() == 1 && across.gradient[0].upper() == 1);
  BOOST_CHECK(across.gradient[1].lower() == -kInfinity && across.gradient[1].upper() == kInfinity);
  const Evaluated chosen = evaluate("if(x < 1/2, 1/y, 3)", {Interval(0.5, 1), Interval(-1, 1)});
  BOOST_CHECK(!chosen.undefined && chosen.value.lower() == 3 && chosen.value.upper() == 3);
  BOOST_CHECK(evaluate("if(x < 1/2, 1/y, 3)", {Interval(0.25, 1), Interval(-1, 1)}).undefined);
  const Evaluated root = evaluate("sqrt(x)", {Interval(0, 0.25)});
  BOOST_CHECK(!root.undefined && root.value.lower() == 0 && root.value.upper() == 0.5);
  BOOST_CHECK(root.gradient[0].lower() == -kInfinity && root.gradient[0].upper() == kInfinity);
}

BOOST_AUTO_TEST_CASE(exact_where_the_scalar_evaluator_is) {
  const Evaluated cube = evaluate("x^3", {Interval(-2, 3)});
  BOOST_CHECK(cube.value.lower() == -8 && cube.value.upper() == 27);
  BOOST_CHECK(cube.gradient[0].lower() == 0 && cube.gradient[0].upper() == 27);
  const Evaluated fourth = evaluate("x^4", {Interval(-2, 1)});
  BOOST_CHECK(fourth.value.lower() == 0 && fourth.value.upper() == 16);
  const Evaluated inverse = evaluate("x^-3", {Interval(-2, -0.5)});
  BOOST_CHECK(inverse.value.lower() == -8 && inverse.value.upper() == -0.125);
  const Evaluated power = evaluate("x^1.5", {Interval(0, 4)});
  BOOST_CHECK(!power.undefined && power.value.lower() == 0 && power.value.upper() == 8);
  BOOST_CHECK(power.gradient[0].lower() == 0 && power.gradient[0].upper() == 3);
  const Evaluated at_zero = evaluate("x^(1/3) + sin(x) + exp(x) + log(1 + x)", {Interval(0, 0)});
  BOOST_CHECK(!at_zero.undefined && at_zero.value.lower() == 1 && at_zero.value.upper() == 1);
  // Small factors, large powers: nothing but overflow to infinity above, and zero below.
  const Evaluated huge = evaluate("(1e200*x)^2", {Interval(1, 2)});
  BOOST_CHECK(!huge.undefined && huge.value.lower() == std::numeric_limits<double>::max() &&
              huge.value.upper() == kInfinity);
  const Evaluated tiny = evaluate("(1e-200*x)^2", {Interval(1, 2)});
  BOOST_CHECK(tiny.value.lower() == 0 && tiny.value.upper() == std::numeric_limits<double>::denorm_min());
  // 0 times a function without a bound is 0.
  const Evaluated nothing = evaluate("0*x*exp(1000*x)", {Interval(0, 1)});
  BOOST_CHECK(!nothing.undefined && nothing.value.lower() == 0 && nothing.value.upper() == 0);
}

BOOST_AUTO_TEST_CASE(constants_only) {
  const Evaluated constant = evaluate("sin(1)^2 + cos(1)^2", {Interval(0, 1)});
  BOOST_CHECK(constant.value.lower() <= 1 && constant.value.upper() >= 1);
  BOOST_CHECK_LT(constant.value.upper() - constant.value.lower(), 2e-15);
  BOOST_CHECK(constant.gradient[0].lower() == 0 && constant.gradient[0].upper() == 0);
  BOOST_CHECK(evaluate("log(0 - 1)", {Interval(0, 1)}).undefined);
}

BOOST_AUTO_TEST_CASE(moved_boxes) {
  const UpwardScope upward;
  BoxBatch boxes(2, 4);
  const std::array<double, 2> lower{0.1, 0.7};
  const std::array<double, 2> upper{0.2, 0.9};
  boxes.push_back(lower.data(), upper.data());
  BoxBatch middle(2, 4);
  middle.assign_midpoints(boxes);
  BOOST_REQUIRE_EQUAL(middle.size(), 1U);
  for (int j = 0; j < 2; ++j) { // the exact midpoint
    const mpq_class exact = (mpq_class(boxes.lower(j)[0]) + mpq_class(boxes.upper(j)[0])) / 2;
    BOOST_CHECK(mpq_class(middle.lower(j)[0]) <= exact && exact <= mpq_class(middle.upper(j)[0]));
    BOOST_CHECK_LE(middle.upper(j)[0] - middle.lower(j)[0], 0x1p-53);
  }
  BoxBatch moved(2, 4);
  const std::array<double, 2> h{-0.05, 0.2};
  moved.assign_moved(boxes, h);
  BOOST_CHECK(mpq_class(moved.lower(0)[0]) <= mpq_class(0.1) + mpq_class(-0.05));
  BOOST_CHECK(mpq_class(moved.upper(0)[0]) >= mpq_class(0.2) + mpq_class(-0.05));
  BOOST_CHECK(mpq_class(moved.lower(1)[0]) <= mpq_class(0.7) + mpq_class(0.2));
  BOOST_CHECK_EQUAL(moved.upper(1)[0], 1);
  BOOST_CHECK_CLOSE(moved.lower(1)[0], 0.9, 1e-12);
  BoxBatch way(2, 4);
  way.assign_hull(boxes, moved);
  BOOST_CHECK(way.lower(0)[0] == moved.lower(0)[0] && way.upper(0)[0] == 0.2);
  BOOST_CHECK(way.lower(1)[0] == 0.7 && way.upper(1)[0] == 1);
  boxes.assign_moved(boxes, h); // in place
  BOOST_CHECK(boxes.lower(0)[0] == moved.lower(0)[0] && boxes.upper(1)[0] == 1);
}

BOOST_AUTO_TEST_CASE(samples) {
  RandomExpression random(3);
  const std::string text =
      "sin(2*pi*x)*y + exp(-x*y) + abs(x - 1/3)^1.5 + if(x < y, x^2, max(x, y)/3) + tanh(y)";
  const Expression expression = parse_expression(text, 2);
  BatchEvaluator batch(expression, 2, 16);
  ExpressionEvaluator scalar(expression, 2);
  std::array<std::vector<double>, 2> points;
  for (int i = 0; i < 100; ++i) {
    points[0].push_back(random.unit());
    points[1].push_back(random.unit());
  }
  std::vector<double> values(100);
  const UpwardScope upward;
  batch.sample(std::array<const double *, 2>{points[0].data(), points[1].data()}, values);
  BOOST_CHECK_EQUAL(std::fegetround(), FE_UPWARD);
  const NearestScope nearest;
  for (std::size_t i = 0; i < values.size(); ++i) {
    BOOST_CHECK_CLOSE_FRACTION(values[i], scalar.sample(std::array{points[0][i], points[1][i]}), 1e-15);
  }
}

// FLINT's caches belong to a thread; two threads with an evaluator each give what one gives.
BOOST_AUTO_TEST_CASE(evaluators_on_two_threads) {
  const auto bounds = [] {
    const Evaluated e = evaluate("sin(20*x) + exp(x)*atan(x)", {Interval(0.25, 0.5)});
    return std::array{e.value.lower(), e.value.upper(), e.gradient[0].lower(), e.gradient[0].upper()};
  };
  const auto expected = bounds();
  std::array<std::array<double, 4>, 2> results{};
  std::array<std::thread, 2> threads;
  for (std::size_t t = 0; t < 2; ++t) {
    threads[t] = std::thread([&, t] { results[t] = bounds(); });
  }
  for (std::thread &thread : threads) {
    thread.join();
  }
  BOOST_CHECK(results[0] == expected);
  BOOST_CHECK(results[1] == expected);
}
