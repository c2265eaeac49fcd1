// Polynomials with balls for coefficients: they hold what they stand for at every point of the box.
#define BOOST_TEST_MODULE check_taylor
#include <boost/test/unit_test.hpp>

#include "layers.hpp"
#include "layers_error.hpp"
#include "null_sets.hpp"

#include <cmath>
#include <random>

using namespace checker;

namespace {

struct TestBox {
  std::vector<Interval> whole, middle, half;
  std::vector<Arf> point_of_box; // t
};

TestBox random_box(std::size_t d, double width, std::mt19937_64 &random) {
  std::uniform_real_distribution<double> uniform(0, 1);
  TestBox box;
  for (std::size_t j = 0; j < d; ++j) {
    const double lower = std::floor(uniform(random) * 1024) / 1024 * (1 - width);
    box.whole.emplace_back(Arf::from_double(lower), Arf::from_double(lower) + Arf::from_double(width));
    const Arf half = Arf::from_double(width / 2);
    box.middle.emplace_back(Arf::from_double(lower) + half);
    box.half.emplace_back(half);
  }
  return box;
}

// At t of the box: sum of the balls times t^a.
Interval value_at(const Polynomial &u, const Monomials &monomials, const std::vector<Arf> &t) {
  Interval sum(0);
  for (std::size_t a = 0; a < u.size(); ++a) {
    Interval term(u[a]);
    for (std::size_t j = 0; j < t.size(); ++j) {
      for (std::uint8_t k = 0; k < monomials.exponents(a)[j]; ++k) {
        term = term * Interval(t[j]);
      }
    }
    sum = sum + term;
  }
  return sum;
}

std::vector<Arf> random_t(std::size_t d, std::mt19937_64 &random) {
  std::vector<Arf> t;
  for (std::size_t j = 0; j < d; ++j) {
    t.push_back(
        Arf::from_double(static_cast<double>(std::uniform_int_distribution<int>(-64, 64)(random)) / 64));
  }
  return t;
}

bool meet(const Interval &a, const Interval &b) { return a.lower <= b.upper && b.lower <= a.upper; }

std::vector<Interval> place(const TestBox &box, const std::vector<Arf> &t) {
  std::vector<Interval> x;
  for (std::size_t j = 0; j < t.size(); ++j) {
    x.push_back(box.middle[j] + box.half[j] * Interval(t[j]));
  }
  return x;
}

} // namespace

BOOST_AUTO_TEST_CASE(targets_are_held_at_every_point) {
  std::mt19937_64 random(1);
  const std::vector<std::string> targets = {"x0^5 - 3*x0^3*x1 + x1^2",
                                            "sin(7*x0 + x1)*cos(3*x1)",
                                            "exp(x0)/(1 + x1)",
                                            "log(1 + x0*x1) + sqrt(x0 + 1/8)",
                                            "(x0 + 1/4)^(-7/3)*(1 + x1)^(3/2)",
                                            "tanh(9*x0 - 4) + sinh(x1)*cosh(x0)",
                                            "atan(5*x0 - x1) + asin(x0/2) + acos(x1/3) + erf(2*x0) + tan(x1)",
                                            "abs(x0 - 1/3) + max(x0, x1)^2 + min(x1, 1/2)",
                                            "if(x0 < 1/2, sin(x1), x0)",
                                            "cbrt(x0 + x1 + 1)"};
  for (const std::string &text : targets) {
    const Expression f = almost_everywhere(Expression::parse(text, 2), 2);
    Evaluator exact(f, 2);
    for (const std::size_t degree : {1U, 3U, 5U}) {
      const Monomials monomials(2, degree);
      TaylorTarget target(f, monomials);
      double widest = 0;
      for (int i = 0; i < 30; ++i) {
        const double width = i % 3 == 0 ? 0.5 : i % 3 == 1 ? 0.0625 : 0.0078125;
        const TestBox box = random_box(2, width, random);
        const Polynomial u = target(box.whole, box.middle, box.half);
        BOOST_TEST_REQUIRE(known(u), text);
        for (int k = 0; k < 20; ++k) {
          const std::vector<Arf> t = random_t(2, random);
          const Interval value = exact(place(box, t), Evaluator::Value).value;
          BOOST_TEST(meet(value_at(u, monomials, t), value),
                     text << ", degree " << degree << ", width " << width);
        }
        widest = width < 0.01 ? std::max(widest, radius(u).about()) : widest;
      }
      // Smooth targets, which the first seven are, are known to the order of the polynomial.
      const bool smooth = &text - targets.data() < 7;
      BOOST_TEST((!smooth || widest < (degree == 1   ? 0.02
                                       : degree == 3 ? 1e-5
                                                     : 1e-8)),
                 text << ", degree " << degree << ": " << widest);
    }
  }
}

BOOST_AUTO_TEST_CASE(networks_are_held_at_every_point) {
  std::mt19937_64 random(2);
  std::normal_distribution<double> normal(0, 1);
  for (const Activation activation : {Activation::Relu, Activation::Sine, Activation::Cosine,
                                      Activation::Tanh, Activation::Sigmoid, Activation::Softplus}) {
    Layers layers;
    layers.d = 2;
    std::vector<std::size_t> sources = {0, 1};
    for (int layer = 0; layer < 3; ++layer) {
      std::vector<std::size_t> next;
      for (int i = 0; i < 4; ++i) {
        Layers::Unit unit;
        unit.activation = activation;
        unit.bias = Arf::from_double(normal(random));
        for (const std::size_t source : sources) {
          unit.terms.push_back({source, Arf::from_double(2 * normal(random))});
        }
        unit.has_factor = layer == 1 && i == 0;
        unit.factor = 1;
        next.push_back(layers.add(std::move(unit)));
      }
      sources = next;
    }
    Layers::Unit sum; // no unit is dead in it: a ReLU alone may be 0 everywhere
    sum.activation = Activation::Identity;
    for (const std::size_t source : sources) {
      sum.terms.push_back({source, Arf::from_double(normal(random))});
    }
    const std::size_t readout = layers.add(std::move(sum));
    for (const std::size_t degree : {1U, 4U}) {
      const Monomials monomials(2, degree);
      LayerModels models(layers, readout, monomials);
      LayerModels exact(layers, readout, monomials);
      for (int i = 0; i < 20; ++i) {
        const TestBox box = random_box(2, i % 2 == 0 ? 0.25 : 0.015625, random);
        const Polynomial u = models(box.middle, box.half);
        for (int k = 0; k < 20; ++k) {
          const std::vector<Arf> t = random_t(2, random);
          const Interval value = range(exact(place(box, t), {Interval(0), Interval(0)}));
          BOOST_TEST(meet(value_at(u, monomials, t), value), name_of(activation)
                                                                 << ", degree " << degree << ", box " << i);
        }
      }
    }
  }
}

// Of g = a + b t + c t^2 with numbers, and with balls about them.
BOOST_AUTO_TEST_CASE(means_of_powers) {
  const Monomials monomials(1, 2);
  const auto polynomial = [&](double a, double b, double c) {
    return Polynomial{Ball(Arf::from_double(a)), Ball(Arf::from_double(b)), Ball(Arf::from_double(c))};
  };
  const auto by_sum = [](double a, double b, double c, double p) {
    double sum = 0;
    constexpr int n = 20000;
    for (int i = 0; i < n; ++i) {
      const double t = (2 * i + 1.0) / n - 1;
      sum += std::pow(std::fabs(a + b * t + c * t * t), p);
    }
    return sum / n;
  };
  for (const char *text : {"1", "2", "3", "4", "3/2", "7"}) {
    const Rational p(text);
    const Exponent exponent(p);
    const PolynomialMeans means(exponent, monomials);
    const std::vector<std::vector<double>> all = {
        {0, 1, 0}, {1, 0.5, 0.25}, {-1, 0.25, 0.25}, {0.1, 0.5, -0.3}, {2, 0, -1}};
    for (const std::vector<double> &c : all) {
      const Polynomial g = polynomial(c[0], c[1], c[2]);
      const Interval found = means(g, range(g));
      const double about = by_sum(c[0], c[1], c[2], p.get_d());
      BOOST_TEST(found.lower.about() <= about * (1 + 1e-6), text);
      BOOST_TEST(found.upper.about() >= about * (1 - 1e-6), text);
      const bool exact =
          p == 2 || p == 4 || c[2] == 0 || (whole(p) && std::fabs(c[0]) > std::fabs(c[1]) + std::fabs(c[2]));
      BOOST_TEST((!exact || found.upper.about() <= found.lower.about() * (1 + 1e-9)), text);
      // Any function of these balls has a mean within.
      Polynomial wide = g;
      for (Ball &coefficient : wide) {
        arb_add_error_2exp_si(coefficient.get(), -6);
      }
      const Interval of_wide = means(wide, range(wide));
      const double moved = by_sum(c[0] + 1.0 / 64, c[1] - 1.0 / 64, c[2] + 1.0 / 64, p.get_d());
      BOOST_TEST(of_wide.lower.about() <= moved * (1 + 1e-6), text);
      BOOST_TEST(of_wide.upper.about() >= moved * (1 - 1e-6), text);
    }
  }
}
