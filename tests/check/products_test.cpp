// The checker's integrals of sums of products: against closed forms, and against its own boxes.
#define BOOST_TEST_MODULE products
#include <boost/test/unit_test.hpp>

#include "check/integral.hpp"
#include "check/products.hpp"
#include "results.hpp"

#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

using namespace checker;

namespace {

const std::function<void()> kNothing;

std::optional<Products> products_of(const std::string &text, std::size_t d) {
  return Products::of(Expression::parse(text, d), d, kNothing);
}

bool holds(const Interval &x, double value, double relative = 1e-12) {
  return x.lower.about() <= value + relative * std::fabs(value) &&
         x.upper.about() >= value - relative * std::fabs(value);
}

const ParallelFor kOneByOne = [](std::size_t count, const std::function<void(std::size_t)> &work) {
  for (std::size_t i = 0; i < count; ++i) {
    work(i);
  }
};

} // namespace

BOOST_AUTO_TEST_CASE(closed_forms_in_ten_coordinates) {
  const auto products = products_of("exp(-(x0+x1+x2+x3+x4+x5+x6+x7+x8+x9)/10)", 10);
  BOOST_TEST_REQUIRE(products.has_value());
  std::vector<Arf> h;
  double square = 1;
  double along = 0;
  for (int j = 0; j < 10; ++j) {
    const double step = (j % 2 == 0 ? 1.0 : -0.5) / 8;
    h.push_back(Arf::from_double(step));
    along -= step / 10;
    square *= (std::exp(-0.2 * std::min(1.0, 1 - step)) - std::exp(-0.2 * std::max(0.0, -step))) / -0.2;
  }
  const double rise = std::expm1(along);
  const Interval norm = products->difference(h);
  BOOST_TEST(holds(norm, rise * rise * square));
  BOOST_TEST((norm.upper - norm.lower).about() <= 1e-15 * norm.upper.about());
  const Products::Cells cells = products->on_cells(2, kOneByOne);
  const std::vector<ulong> last(10, 1);
  const double v = 0.5;
  const double of_square = std::pow((std::exp(-0.2) - std::exp(-0.1)) / -0.2, 10);
  const double of_f = std::pow((std::exp(-0.1) - std::exp(-0.05)) / -0.1, 10);
  BOOST_TEST(holds(cells.integral(last, Interval(Arf::from_double(v))),
                   of_square - 2 * v * of_f + v * v / 1024, 1e-10));
}

// A grid of three, so that no end of a cell is a dyadic number: the integral of (x y - 1/4)^2 over [1/3, 2/3]
// x [2/3, 1].
BOOST_AUTO_TEST_CASE(cells_of_a_grid_of_three) {
  const auto products = products_of("x*y", 2);
  BOOST_TEST_REQUIRE(products.has_value());
  const auto moment = [](double from, double to, int n) {
    return (std::pow(to, n + 1) - std::pow(from, n + 1)) / (n + 1);
  };
  const double a = 1.0 / 3;
  const double b = 2.0 / 3;
  const double exact =
      moment(a, b, 2) * moment(b, 1, 2) - 0.5 * moment(a, b, 1) * moment(b, 1, 1) + a * a / 16;
  const Products::Cells cells = products->on_cells(3, kOneByOne);
  BOOST_TEST(holds(cells.integral({1, 2}, Interval(Arf::from_double(0.25))), exact));
}

// Both of the checker's ways enclose the same numbers.
BOOST_AUTO_TEST_CASE(boxes_and_products_agree) {
  const Exponent two(Rational(2));
  for (const char *text :
       {"sin(x)+y^2+exp(x*2)", "1/((1+(x-1/3)^2)*(1+(y-1/2)^2))", "exp(-9*((x-1/2)^2+(y-0.3)^2))",
        "cos(1+3*x+2*y)", "(x+2*y)^3", "log((1+x)*(2+y))", "sqrt((1+x)*(2+y))/(1+x*x)", "-x*(y-x)",
        "atan(x)*tan(y)*erf(x)", "sin(pi*x)*cosh(y) - tanh(x)*y"}) {
    const Expression f = Expression::parse(text, 2);
    const auto products = Products::of(f, 2, kNothing);
    BOOST_TEST_REQUIRE(products.has_value(), text);
    std::string tree = "."; // 4^5 boxes
    for (int i = 0; i < 10; ++i) {
      tree = (i % 2 == 0 ? "0" : "1") + tree + tree;
    }
    Integrals integrals(f, 2, two, kNothing);
    for (const auto &[first, second] :
         {std::pair(0.25, 0.125), std::pair(-0.5, 0.0625), std::pair(0.0, 0.75)}) {
      const std::vector<Arf> h{Arf::from_double(first), Arf::from_double(second)};
      const Interval by_boxes = integrals.difference(h, tree);
      const Interval by_products = products->difference(h);
      BOOST_TEST((by_products.lower <= by_boxes.upper && by_boxes.lower <= by_products.upper), text);
      BOOST_TEST((by_products.upper - by_products.lower).about() <= 1e-12 * by_products.upper.about(), text);
      BOOST_TEST((by_boxes.upper - by_boxes.lower).about() <= 0.2 * by_boxes.upper.about(), text);
    }
  }
}

// A result without boxes is accepted, and no altered one.
BOOST_AUTO_TEST_CASE(results_need_no_boxes) {
  using namespace check_test;
  struct {
    const char *text;
    std::size_t d;
    int N;
  } const instances[] = {{"exp(-(x0+x1+x2+x3+x4+x5+x6+x7+x8+x9)/10)", 10, 2},
                         {"sin(x0)+x1^2+exp(x2)+cos(x3)+x4+x5^3+sin(3*x6)+exp(-x7)+x8*x8+1/(1+x9)", 10, 2},
                         {"1/((1+(x-1/3)^2)*(1+(y-1/2)^2)*(1+(z-0.7)^2))", 3, 3},
                         {"cos(1+3*x0+2*x1+x2+x3)", 4, 2},
                         {"log((1+x0)*(2-x1)*(1+x2))*sqrt(1+x3)", 4, 2},
                         {"if(x0==1/2, 3, exp(x0-x1-2*x2))", 3, 2},
                         // Common zeros, at an end and inside: with lists of boxes.
                         {"(1-cos(x0))/x0^2", 3, 2},
                         {"log(1+x0)/x0*x1", 3, 2},
                         {"tan(x1-1/3)/(x1-1/3)+x2", 3, 2}};
  for (const auto &c : instances) {
    const TemporaryFolder folder;
    make_result(folder.path(), instance_text(c.text, c.d, c.N, 1, "2"));
    json certificate = json::parse(read_file(folder / "certificate.json"));
    BOOST_TEST(certificate.at("subdivisions") == json(true), c.text);
    const checker::Report report = checker::check(folder.path());
    BOOST_TEST(report.accepted, c.text << ": " << report.reason);
    json &level = certificate["levels"][0];
    if (level.contains("error_subdivision")) {
      continue; // the checker does not see the product for the `if`, or has no values about a zero
    }
    for (const auto &[key, factor] : {std::pair("error_lower", 1.05), std::pair("modulus_lower", 1.05)}) {
      json altered = certificate;
      json &bound = altered["levels"][0];
      const double value = bound[std::string(key) + "_decimal"].get<double>() * factor;
      char text[64];
      std::snprintf(text, sizeof text, "%a", value);
      bound[key] = text;
      bound[std::string(key) + "_decimal"] = value;
      write_file(folder / "certificate.json", altered.dump(2) + "\n");
      BOOST_TEST(!checker::check(folder.path()).accepted, c.text << ", " << key);
    }
  }
}

// No such sum; of an operation that is not integrated; without a value where factors are below 0; or with a
// pole.
BOOST_AUTO_TEST_CASE(what_is_not_known) {
  for (const char *text :
       {"x^y", "exp(x*y)", "abs(x-y)", "takagi(x)*y", "abs(x-1/3)*y", "1/(x+y)", "max(x,y)"}) {
    BOOST_TEST(!products_of(text, 2).has_value(), text);
  }
  for (const char *text : {"sqrt((x-1/2)*(y-1/2))", "log((x-1/2)*(y-1/2))", "((x-1/2)*(y-1/2))^(1/3)",
                           "y/(x-1/2)", "tan(2*x)*y", "y/x"}) {
    const auto products = products_of(text, 2);
    BOOST_TEST_REQUIRE(products.has_value(), text);
    const Interval norm = products->difference({Arf::from_double(0.25), Arf::from_double(0.125)});
    BOOST_TEST(!norm.upper.finite(), text);
    BOOST_TEST(norm.lower.sign() == 0, text);
  }
}
