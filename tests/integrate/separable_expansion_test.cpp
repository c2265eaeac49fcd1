// Norms and integrals of sums of products of functions of one coordinate: against closed forms up to ten
// coordinates, against integrals over boxes, and what is no such sum.
#define BOOST_TEST_MODULE separable_expansion
#include <boost/test/unit_test.hpp>

#include "function/expression_evaluator.hpp"
#include "function/product_sum.hpp"
#include "integrate/cells.hpp"
#include "integrate/legendre_expansion.hpp"
#include "integrate/separable_expansion.hpp"
#include "integrate/singular_models.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "modulus/modulus.hpp"
#include "numeric/elementary.hpp"

#include <cmath>
#include <random>
#include <string>
#include <vector>

using namespace layercert;

namespace {

constexpr double kTolerance = 0.01;
constexpr double kRounding = 1e-11; // of the closed forms, in doubles

std::string sum_of_coordinates(std::size_t d) {
  std::string text = "x0";
  for (std::size_t j = 1; j < d; ++j) {
    text += "+x" + std::to_string(j);
  }
  return text;
}

std::vector<double> random_shift(std::mt19937_64 &random, std::size_t d, double longest) {
  std::uniform_real_distribution<double> uniform(-longest, longest);
  std::vector<double> h(d);
  for (double &x : h) {
    x = uniform(random);
  }
  return h;
}

// exp(s (x0 + ... )): the difference is f times a constant.
double norm_of_exponential(double s, const std::vector<double> &h) {
  double along = 0;
  double square = 1;
  for (const double step : h) {
    along += s * step;
    const double from = std::max(0.0, -step);
    const double to = std::min(1.0, 1 - step);
    square *= (std::exp(2 * s * to) - std::exp(2 * s * from)) / (2 * s);
  }
  return std::fabs(std::expm1(along)) * std::sqrt(square);
}

bool holds(const Interval &enclosure, double value, double relative_rounding = kRounding) {
  return enclosure.lower() <= value + relative_rounding * std::fabs(value) &&
         enclosure.upper() >= value - relative_rounding * std::fabs(value);
}

} // namespace

BOOST_AUTO_TEST_CASE(sums_of_products_are_seen) {
  const UpwardScope upward;
  struct {
    const char *text;
    std::size_t d;
    std::size_t products;
  } const seen[] = {
      {"exp(-(x0+x1+x2)/10)", 3, 1},
      {"sin(x)+y^2+exp(z)", 3, 3},
      {"x*y + 3*x*y^2 + x", 2, 1}, // all have the factor x
      {"(x+y)^2", 2, 3},           // x^2, 2 x y and y^2
      {"log(x*y)", 2, 2},
      {"(x*y)^(-1/4)", 2, 1},
      {"sqrt(2*x*y*z)", 3, 1},
      {"exp(-9*((x-1/2)^2+(y-0.3)^2))", 2, 1},
      {"1/((1+(x-1/3)^2)*(1+(y-1/2)^2))", 2, 1},
      {"sin(2*pi*(x+y))", 2, 2},
      {"cos(x+2*y+3*z)", 3, 4},
      {"abs((x-1/3)*(y-1/2))", 2, 1},
      {"cbrt(x*(y-1/2))", 2, 1},
      {"step(x-1/3)*step(y-1/4) + takagi(x)*y", 2, 2},
      {"pi*x0*x1*x2*x3*x4*x5", 6, 1},
      {"x/y", 2, 1},
  };
  for (const auto &c : seen) {
    const auto sum = product_sum(parse_expression(c.text, c.d), c.d);
    BOOST_TEST_REQUIRE(sum.has_value(), c.text << " is not seen");
    BOOST_TEST(sum->products.size() == c.products, c.text << " has " << sum->products.size());
  }
  // sqrt((x - 1/2) (y - 1/2)) has values where both factors are below 0; |x - y| is no such sum at all.
  for (const char *text : {"sqrt((x-1/2)*(y-1/2))", "abs(x-y)", "log((x-1/2)*(y-1/2))", "exp(x*y)",
                           "max(x,y)", "1/(x+y)", "(x+y)^(1/2)", "x^y", "step(x*y-1/4)", "(x+y)^17"}) {
    BOOST_TEST(!product_sum(parse_expression(text, 2), 2).has_value(), text);
  }
}

// At random points the sum of products has the value of f.
BOOST_AUTO_TEST_CASE(the_sum_is_the_function) {
  const UpwardScope upward;
  std::mt19937_64 random(11);
  std::uniform_real_distribution<double> uniform(0.01, 0.99);
  for (const char *text :
       {"exp(-(x+2*y-z)/3)*(x - y*z)^2/(1+z^2)", "sin(x-2*y+3*z+1)*y - cos(x*2+z)/(x+1)",
        "log(3*x*y^2*z)*(x+y)-7", "(x*y/z)^(-1/4) + sqrt(x*y)*abs((x-1/2)*z)", "-(x - (y - z))*(2 - x)"}) {
    const Expression f = parse_expression(text, 3);
    const auto sum = product_sum(f, 3);
    BOOST_TEST_REQUIRE(sum.has_value(), text);
    ExpressionEvaluator whole(f, 3);
    for (int i = 0; i < 20; ++i) {
      const double x[] = {uniform(random), uniform(random), uniform(random)};
      double value = 0;
      for (const auto &product : sum->products) {
        double part = 1;
        for (std::size_t j = 0; j < 3; ++j) {
          if (product[j] > 0) {
            ExpressionEvaluator u(sum->functions[j][product[j] - 1], 1);
            part *= u.sample({&x[j], 1});
          }
        }
        value += part;
      }
      const double expected = whole.sample(x);
      BOOST_TEST(std::fabs(value - expected) <= 1e-12 * (1 + std::fabs(expected)), text);
    }
  }
}

BOOST_AUTO_TEST_CASE(norms_are_those_of_closed_forms) {
  const UpwardScope upward;
  std::mt19937_64 random(5);
  for (const std::size_t d : {2, 4, 10}) {
    for (const double s : {-0.1, 1.5}) {
      const std::string text = "exp(" + std::to_string(s) + "*(" + sum_of_coordinates(d) + "))";
      const auto expansion = SeparableExpansion::of(parse_expression(text, d), d, kTolerance);
      BOOST_TEST_REQUIRE((expansion != nullptr), text << " has no expansion");
      for (const double longest : {0.9, 0.3, 0.001}) {
        for (int i = 0; i < 4; ++i) {
          const std::vector<double> h = random_shift(random, d, longest);
          const double exact = norm_of_exponential(s, h);
          const Interval norm = expansion->difference_norm(h);
          BOOST_TEST(holds(norm, exact, 1e-9),
                     text << ": " << norm.lower() << " " << norm.upper() << ", not " << exact);
          BOOST_TEST(norm.upper() - norm.lower() <= 1e-6 * exact + 4.001 * expansion->distance_upper());
        }
      }
    }
  }
  // log x + log y, and x^(-1/4) y^(-1/4), over the cube without a shift: the integrals of f^2 are 2 * 2 + 2
  // and 4.
  struct {
    const char *text;
    double square;
  } const singular[] = {
      {"log(x*y)", 6}, {"(x*y)^(-1/4)", 4}, {"sqrt(x*y)", 0.25}, {"step(x-1/3)*step(y-1/4)", 0.5}};
  for (const auto &c : singular) {
    const auto expansion = SeparableExpansion::of(parse_expression(c.text, 2), 2, kTolerance);
    BOOST_TEST_REQUIRE((expansion != nullptr), c.text << " has no expansion");
    const auto cells = expansion->cell_integrals(2, 0, {Interval(0.0)});
    BOOST_TEST_REQUIRE(cells.has_value());
    BOOST_TEST(holds({cells->lower, cells->upper}, c.square),
               c.text << ": " << cells->lower << " " << cells->upper);
    BOOST_TEST(cells->upper - cells->lower <= 1e-3 * c.square,
               c.text << ": " << cells->lower << " " << cells->upper);
  }
  // The step along x of a product of steps: |h| wide, 3/4 - |k| high where y moves by k.
  const auto steps = SeparableExpansion::of(parse_expression("step(x-1/3)*step(y-1/4)", 2), 2, kTolerance);
  for (const double h : {0.25, -0.125, 0.01}) {
    const Interval norm = steps->difference_norm(std::vector<double>{h, 0});
    BOOST_TEST(holds(norm, std::sqrt(std::fabs(h) * 0.75)), norm.lower() << " " << norm.upper());
    BOOST_TEST(norm.upper() - norm.lower() <= 1e-4);
  }
}

// exp(s (x0 + ... + x9)) on 1024 cells about 0: the integrals are products.
BOOST_AUTO_TEST_CASE(cells_in_ten_coordinates) {
  const UpwardScope upward;
  const auto expansion = SeparableExpansion::of(
      parse_expression("exp(-(" + sum_of_coordinates(10) + ")/10)", 10), 10, kTolerance);
  BOOST_TEST_REQUIRE((expansion != nullptr));
  const double v = 0.625;
  const std::vector<Interval> values(1024, Interval(v));
  const auto cells = expansion->cell_integrals(2, 1, values);
  BOOST_TEST_REQUIRE(cells.has_value());
  const double s = -0.1;
  const double of_square = std::pow((std::exp(2 * s) - 1) / (2 * s), 10);
  const double of_f = std::pow((std::exp(s) - 1) / s, 10);
  const double exact = of_square - 2 * v * of_f + v * v;
  BOOST_TEST(holds({cells->lower, cells->upper}, exact, 1e-9));
  BOOST_TEST(cells->upper - cells->lower <= 1e-7 * exact);
  // The first cell is at 0 and the last at 1.
  const auto of_cell = [&](double from, double to) {
    const double square = std::pow((std::exp(2 * s * to) - std::exp(2 * s * from)) / (2 * s), 10);
    const double f = std::pow((std::exp(s * to) - std::exp(s * from)) / s, 10);
    return square - 2 * v * f + v * v / 1024;
  };
  BOOST_TEST(std::fabs(cells->share_upper.front() / of_cell(0, 0.5) - 1) <= 1e-6);
  BOOST_TEST(std::fabs(cells->share_upper.back() / of_cell(0.5, 1) - 1) <= 1e-6);
}

// Slow against fast: random sums of products, by boxes.
BOOST_AUTO_TEST_CASE(norms_and_cells_are_those_of_boxes) {
  const UpwardScope upward;
  std::mt19937_64 random(7);
  const char *const factors[] = {"exp(%)",      "sin(3*%)", "%^2",       "1/(1+%^2)",
                                 "abs(%-1/3)",  "sqrt(%)",  "takagi(%)", "(2-%)",
                                 "step(%-1/2)", "log(1+%)", "%^(-1/4)",  "cos(5*%+1)"};
  const Exponent two(mpq_class(2));
  const auto factor = [&](std::size_t j) {
    std::string text = factors[random() % std::size(factors)];
    for (std::size_t at = 0; (at = text.find('%')) != std::string::npos;) {
      text.replace(at, 1, "x" + std::to_string(j));
    }
    return text;
  };
  for (int round = 0; round < 24; ++round) {
    const std::size_t d = 2 + round % 2;
    std::string text;
    for (int r = 0; r < 1 + round % 3; ++r) {
      text += (r == 0 ? "" : r == 1 ? " - " : " + ") + factor(0);
      for (std::size_t j = 1; j < d; ++j) {
        text += random() % 3 == 0 ? std::string() : "*" + factor(j);
      }
    }
    const Expression f = parse_expression(text, d);
    const auto expansion = SeparableExpansion::of(f, d, 0.1);
    BOOST_TEST_REQUIRE((expansion != nullptr), text << " has no expansion");
    const std::vector<double> h = random_shift(random, d, 0.5);
    const IntegralResult by_boxes =
        integrate(two, d, domain_of_shift(h, 64), singular_difference_modeller(two, f, h), {0.02, 1 << 14});
    const Interval norm = expansion->difference_norm(h);
    // The domain of a shift is rounded inward, by less than this.
    BOOST_TEST(norm.upper() * (1 + 1e-12) >= std::sqrt(by_boxes.lower), text);
    BOOST_TEST(norm.lower() * (1 - 1e-12) <= std::sqrt(by_boxes.upper) + 1e-9, text);
    std::vector<Interval> values;
    const int N = 2 + round % 2;
    for (int k = 0; k < (d == 2 ? N * N : N * N * N); ++k) {
      values.emplace_back(static_cast<double>(random() % 1000) / 500 - 1);
    }
    const auto cells = expansion->cell_integrals(N, 1, values);
    const CellIntegrals boxes = cell_integrals(f, d, two, N, 1, values, {0.02, 1 << 14}, false);
    BOOST_TEST_REQUIRE(cells.has_value());
    BOOST_TEST(cells->upper * (1 + 1e-12) >= boxes.lower - 16 * boxes.overlap, text);
    BOOST_TEST(cells->lower * (1 - 1e-12) <= boxes.upper, text);
    BOOST_TEST(cells->upper - cells->lower <= 0.01 * cells->upper, text);
  }
}

// exp(x + 2 y): every derivative is a multiple of f. A kink has no slopes, also where it lies between two
// pieces.
BOOST_AUTO_TEST_CASE(slopes) {
  const UpwardScope upward;
  const auto expansion = SeparableExpansion::of(parse_expression("exp(x+2*y)", 2), 2, kTolerance);
  BOOST_TEST_REQUIRE((expansion != nullptr));
  const double norm = std::sqrt(std::expm1(2.0) / 2 * std::expm1(4.0) / 4);
  for (const auto &[bound, factor] :
       {std::pair(expansion->slope_upper(0), 1.0), std::pair(expansion->slope_upper(1), 2.0),
        std::pair(expansion->second_slope_upper(0, 0), 1.0),
        std::pair(expansion->second_slope_upper(1, 0), 2.0),
        std::pair(expansion->second_slope_upper(1, 1), 4.0)}) {
    BOOST_TEST(bound >= factor * norm * (1 - kRounding));
    BOOST_TEST(bound <= factor * norm * (1 + 1e-6));
  }
  BOOST_TEST(expansion->steepest_upper() >= std::sqrt(5.0) * norm * (1 - kRounding));
  for (const char *text : {"abs(x-1/2)*y", "abs(x-1/3)+exp(y)", "sqrt(x)*y", "step(x-1/2)*y"}) {
    const auto kinked = SeparableExpansion::of(parse_expression(text, 2), 2, kTolerance);
    BOOST_TEST_REQUIRE((kinked != nullptr), text);
    BOOST_TEST(std::isinf(kinked->second_slope_upper(0, 0)), text);
    BOOST_TEST(std::isinf(kinked->steepest_upper()), text);
    BOOST_TEST(std::isfinite(kinked->slope_upper(1)), text);
  }
}

// Of functions that do not fall along any coordinate in the direction of the shift: the bound for all shifts
// between a and b.
BOOST_AUTO_TEST_CASE(rises) {
  const UpwardScope upward;
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> uniform(0, 0.6);
  struct {
    const char *text;
    double sign[2]; // of shifts for which the bound is finite
  } const rising[] = {{"log(x*y)", {1, 1}},
                      {"(x*y)^(-1/4)", {1, 1}},
                      {"sqrt(x)+y^2", {1, 1}},
                      {"exp(x-y)", {1, -1}},
                      {"step(x-1/3)*step(y-1/4)", {1, 1}},
                      {"log(x)-sqrt(1-y)", {1, 1}},
                      {"(1-x)^(-1/4)*(2-y)", {-1, -1}}};
  for (const auto &c : rising) {
    const auto expansion = SeparableExpansion::of(parse_expression(c.text, 2), 2, kTolerance);
    BOOST_TEST_REQUIRE((expansion != nullptr), c.text);
    for (int i = 0; i < 12; ++i) {
      std::vector<double> a(2);
      std::vector<double> b(2);
      std::vector<double> h(2);
      for (std::size_t j = 0; j < 2; ++j) {
        const double low = i == 0 ? 0 : uniform(random);
        const double width = i < 6 ? uniform(random) : 0.01 * uniform(random);
        a[j] = c.sign[j] * low;
        b[j] = c.sign[j] * (low + width); // may be beyond 1
        h[j] = c.sign[j] * std::min(0.99, low + width * uniform(random));
      }
      const double bound = expansion->rise_upper(a, b);
      const Interval norm = expansion->difference_norm(h);
      BOOST_TEST(bound >= norm.lower(), c.text);
      BOOST_TEST(std::isfinite(bound), c.text);
      const Interval at_a = expansion->difference_norm(a);
      BOOST_TEST(expansion->rise_upper(a, a) >= at_a.lower(), c.text);
      BOOST_TEST(expansion->rise_upper(a, a) <= at_a.upper() * (1 + 1e-9), c.text);
    }
  }
  // x + y: f(P(x + b)) - f(x) is min(b, 1 - x) + min(c, 1 - y) over the cube.
  const auto plane = SeparableExpansion::of(parse_expression("x+y", 2), 2, kTolerance);
  const double b = 0.25;
  const double mean = b - b * b / 2;
  const double square = b * b * (1 - b) + b * b * b / 3;
  const double bound = plane->rise_upper(std::vector<double>{0, 0}, std::vector<double>{b, b});
  BOOST_TEST(std::fabs(bound / std::sqrt(2 * square + 2 * mean * mean) - 1) <= 1e-9);
  // Towards a pole nothing is known.
  const auto pole = SeparableExpansion::of(parse_expression("log(x*y)", 2), 2, kTolerance);
  BOOST_TEST(std::isinf(pole->rise_upper(std::vector<double>{-0.1, -0.1}, std::vector<double>{-0.2, -0.2})));
}

// Not in L^2, or too rough: nothing.
BOOST_AUTO_TEST_CASE(what_has_no_expansion) {
  const UpwardScope upward;
  for (const char *text : {"x^(-1/2)*y", "1/(x*y)", "log(x-1/2)*y", "abs(x-y)"}) {
    BOOST_TEST((SeparableExpansion::of(parse_expression(text, 2), 2, kTolerance) == nullptr), text);
  }
}
