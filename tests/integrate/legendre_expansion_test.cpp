// Norms of differences by one expansion of f: against closed forms, also where the expansion is poor and eta
// has to make up for it, and what may not be expanded.
#define BOOST_TEST_MODULE legendre_expansion
#include <boost/test/unit_test.hpp>

#include "integrate/cells.hpp"
#include "integrate/legendre_expansion.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "modulus/modulus_search.hpp"
#include "modulus/norm_bend.hpp"

#include <cmath>
#include <random>
#include <utility>
#include <vector>

using namespace layercert;

namespace {

constexpr double kTolerance = 0.01;
constexpr double kRounding = 1e-12; // of the closed forms, in doubles
const double kPi = std::acos(-1.0);

// exp(s.x): the difference is f times a constant.
double norm_of_exponential(const std::vector<double> &s, const std::vector<double> &h) {
  double along = 0;
  double square = 1;
  for (std::size_t j = 0; j < h.size(); ++j) {
    along += s[j] * h[j];
    const double from = std::max(0.0, -h[j]);
    const double to = std::min(1.0, 1 - h[j]);
    square *= (std::exp(2 * s[j] * to) - std::exp(2 * s[j] * from)) / (2 * s[j]);
  }
  return std::fabs(std::expm1(along)) * std::sqrt(square);
}

// sin(2 pi x), whose difference is 2 sin(pi h) cos(2 pi x + pi h).
double norm_of_sine(double h) {
  const double a = std::fabs(h);
  return 2 * std::sin(kPi * a) * std::sqrt((1 - a) / 2 - std::sin(2 * kPi * a) / (4 * kPi));
}

std::vector<double> random_shift(std::mt19937_64 &random, std::size_t d, double longest) {
  std::uniform_real_distribution<double> uniform(-longest, longest);
  std::vector<double> h(d);
  for (double &x : h) {
    x = uniform(random);
  }
  return h;
}

struct Exponential {
  const char *text;
  std::vector<double> s;
};
const Exponential kExponentials[] = {
    {"exp(3*x)", {3}},
    {"exp(2*x - 3*y)", {2, -3}},
    {"exp(x + 2*y - z)", {1, 2, -1}},
    {"exp(x0 - x1/2 + x2 + x3)", {1, -0.5, 1, 1}},
};

} // namespace

BOOST_AUTO_TEST_CASE(norms_are_those_of_closed_forms) {
  const UpwardScope upward;
  std::mt19937_64 random(5);
  for (const Exponential &c : kExponentials) {
    const auto d = c.s.size();
    const Expression f = parse_expression(c.text, d);
    const auto expansion = LegendreExpansion::of(f, d, kTolerance);
    BOOST_TEST_REQUIRE(expansion.has_value(), c.text << " has no expansion");
    for (const double longest : {0.9, 0.5, 0.05}) {
      for (int i = 0; i < 8; ++i) {
        const std::vector<double> h = random_shift(random, d, longest);
        const double exact = norm_of_exponential(c.s, h);
        const Interval norm = expansion->difference_norm(h);
        BOOST_TEST_CONTEXT(c.text << ", longest " << longest) {
          BOOST_TEST(norm.lower() <= exact * (1 + kRounding));
          BOOST_TEST(norm.upper() >= exact * (1 - kRounding));
          BOOST_TEST(norm.upper() - norm.lower() <= 4.001 * expansion->distance_upper());
        }
      }
    }
  }
  const Expression sine = parse_expression("sin(2*pi*x)", 1);
  const auto expansion = LegendreExpansion::of(sine, 1, kTolerance);
  BOOST_TEST_REQUIRE(expansion.has_value());
  for (int i = 1; i < 40; ++i) {
    const double h = i / 40.0 * (i % 2 == 0 ? 1 : -1);
    const Interval norm = expansion->difference_norm(std::vector<double>{h});
    BOOST_TEST(norm.lower() <= norm_of_sine(h) * (1 + kRounding));
    BOOST_TEST(norm.upper() >= norm_of_sine(h) * (1 - kRounding));
    BOOST_TEST(norm.upper() - norm.lower() <= 1e-4);
  }
}

// Of exp(2 x - 3 y), whose differences keep their sign, and of sin(7 x + 2 y), whose do not: there against
// the midpoint rule, which is within 1e-5 for a power with a kink.
BOOST_AUTO_TEST_CASE(norms_for_other_exponents) {
  const UpwardScope upward;
  const std::vector<double> h{0.3, -0.11};
  for (const char *text : {"1", "3/2", "3", "7/2", "5"}) {
    const mpq_class p(text);
    const double e = p.get_d();
    BOOST_TEST_CONTEXT("p = " << text) {
      const auto monotone = LegendreExpansion::of(parse_expression("exp(2*x - 3*y)", 2), 2, kTolerance, 0, p);
      BOOST_TEST_REQUIRE(monotone.has_value());
      const double exact = std::expm1(2 * 0.3 + 3 * 0.11) *
                           std::pow(std::expm1(2 * e * 0.7) / (2 * e) * std::exp(-3 * e * 0.11) *
                                        -std::expm1(-3 * e * 0.89) / (3 * e),
                                    1 / e);
      const Interval norm = monotone->difference_norm(h);
      BOOST_TEST(norm.lower() <= exact * (1 + kRounding));
      BOOST_TEST(norm.upper() >= exact * (1 - kRounding));
      BOOST_TEST(norm.upper() - norm.lower() <= 0.15 * kTolerance * exact);

      const auto wave = LegendreExpansion::of(parse_expression("sin(7*x + 2*y)", 2), 2, kTolerance, 0, p);
      BOOST_TEST_REQUIRE(wave.has_value());
      constexpr int kPoints = 1000;
      const double half = (7 * 0.3 - 2 * 0.11) / 2;
      double sum = 0;
      for (int i = 0; i < kPoints; ++i) {
        for (int j = 0; j < kPoints; ++j) {
          const double x = 0.7 * (i + 0.5) / kPoints;
          const double y = 0.11 + 0.89 * (j + 0.5) / kPoints;
          sum += std::pow(std::fabs(2 * std::sin(half) * std::cos(7 * x + 2 * y + half)), e);
        }
      }
      const double near = std::pow(sum / kPoints / kPoints * 0.7 * 0.89, 1 / e);
      const Interval waves = wave->difference_norm(h);
      BOOST_TEST(waves.lower() <= near * (1 + 1e-5));
      BOOST_TEST(waves.upper() >= near * (1 - 1e-5));
      BOOST_TEST(waves.upper() - waves.lower() <= 1e-3 * near);
    }
  }
}

// Of a low degree, g is far from f, and || g(. + h) - g || is not the norm: an eta that is too small would
// show.
BOOST_AUTO_TEST_CASE(a_poor_expansion_says_so) {
  const UpwardScope upward;
  std::mt19937_64 random(6);
  int missed = 0; // by the middle of the enclosure
  for (const Exponential &c : kExponentials) {
    const auto d = c.s.size();
    const Expression f = parse_expression(c.text, d);
    for (const int degree : {1, 2, 3}) {
      const auto expansion = LegendreExpansion::of(f, d, kTolerance, degree);
      if (!expansion) {
        continue;
      }
      for (int i = 0; i < 16; ++i) {
        const std::vector<double> h = random_shift(random, d, 0.6);
        const double exact = norm_of_exponential(c.s, h);
        const Interval norm = expansion->difference_norm(h);
        BOOST_TEST_CONTEXT(c.text << ", degree " << degree) {
          BOOST_TEST(norm.lower() <= exact * (1 + kRounding));
          BOOST_TEST(norm.upper() >= exact * (1 - kRounding));
        }
        const double middle = norm.lower() / 2 + norm.upper() / 2;
        missed += std::fabs(middle - exact) > 1e-3 * exact ? 1 : 0;
      }
    }
  }
  BOOST_TEST(missed > 20);
}

// || f - g ||_2 of the best line for x^2 is 1/(6 sqrt 5); eta is at least that, and not far above.
BOOST_AUTO_TEST_CASE(the_distance_is_the_one_that_is_known) {
  const UpwardScope upward;
  const auto expansion = LegendreExpansion::of(parse_expression("exp(x)*exp(-x)*x^2", 1), 1, kTolerance, 1);
  BOOST_TEST_REQUIRE(expansion.has_value());
  const double exact = 1 / (6 * std::sqrt(5.0));
  BOOST_TEST(expansion->distance_upper() >= exact * (1 - 1e-9));
  BOOST_TEST(expansion->distance_upper() <= 5 * exact);
}

BOOST_AUTO_TEST_CASE(only_smooth_targets_have_one) {
  const UpwardScope upward;
  for (const char *text : {"abs(x - 1/3)", "sqrt(x)", "step(x - 0.3)", "weierstrass(x, 1/2, 3)", "1/x",
                           "floor(3*x)/10^9 + x", "sin(1/x)", "if(x < 1/2, x, x + 1/10^9)"}) {
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST(!LegendreExpansion::of(parse_expression(text, 1), 1, kTolerance).has_value());
    }
  }
  BOOST_TEST(!LegendreExpansion::of(parse_expression("3", 2), 2, kTolerance).has_value());
  BOOST_TEST(!LegendreExpansion::of(parse_expression("exp(x0 + x4)", 5), 5, kTolerance).has_value());
}

// The modulus of exp(s.x) with s_j > 0 is the norm at the longest shift that is best; a search over many
// shifts finds none above the bound.
BOOST_AUTO_TEST_CASE(the_modulus_lies_between_its_bounds) {
  const UpwardScope upward;
  const Exponential c{"exp(x + 2*y)", {1, 2}};
  const Expression f = parse_expression(c.text, 2);
  const auto expansion = LegendreExpansion::of(f, 2, kTolerance);
  BOOST_TEST_REQUIRE(expansion.has_value());
  const Exponent p(2);
  for (const double t : {0.5, 0.125}) {
    double exact = 0;
    for (int i = 0; i < 4000; ++i) {
      const double angle = i * kPi / 4000;
      exact = std::max(exact, norm_of_exponential(c.s, {t * std::cos(angle), t * std::sin(angle)}));
    }
    const ShiftSector sector(2);
    const ModulusProblem problem{f, 2, p, ShiftNorm::Euclidean, sector, t, t};
    ModulusBounds known;
    known.upper = 1e300;
    const ModulusBounds with = search_modulus(problem, known, {kTolerance, 1 << 20, 1 << 14}, &*expansion);
    const ModulusBounds without = search_modulus(problem, known, {kTolerance, 1 << 20, 1 << 14});
    BOOST_TEST(with.lower.value <= exact * (1 + 1e-6));
    BOOST_TEST(with.upper >= exact * (1 - kRounding));
    BOOST_TEST(with.upper <= 1.01 * with.lower.value);
    BOOST_TEST(norm_of_exponential(c.s, with.lower.shift) >= with.lower.value * (1 - kRounding));
    BOOST_TEST(without.upper >= exact * (1 - kRounding));
  }
}

// exp(s.x) less its means: over a cell, the mean of the square less the square of the mean. N = 3 has cells
// that are no doubles.
BOOST_AUTO_TEST_CASE(integrals_over_cells_are_those_of_closed_forms) {
  const UpwardScope upward;
  const auto mean = [](double s, double from, double to) {
    return (std::exp(s * to) - std::exp(s * from)) / (s * (to - from));
  };
  for (const Exponential &c : kExponentials) {
    const auto d = c.s.size();
    const Expression f = parse_expression(c.text, d);
    for (const int degree : {0, 2}) { // the second is far from f
      const auto expansion = LegendreExpansion::of(f, d, kTolerance, degree);
      if (!expansion) {
        BOOST_TEST(degree > 0, c.text << " has no expansion");
        continue;
      }
      for (const auto &[N, level] : {std::pair(2, 1), std::pair(2, 3), std::pair(3, 2)}) {
        const double side = std::pow(N, level);
        double exact = 0;
        std::vector<Interval> values;
        for (std::uint64_t cell = 0; cell < cells_in_cube(d, N, level); ++cell) {
          const CellIndex index = index_of_cell(cell, d, N, level);
          double mean_f = 1;
          double mean_square = 1;
          for (std::size_t j = 0; j < d; ++j) {
            const double from = static_cast<double>(index[j]) / side;
            const double to = static_cast<double>(index[j] + 1) / side;
            mean_f *= mean(c.s[j], from, to);
            mean_square *= mean(2 * c.s[j], from, to);
          }
          const double off = 0.01 * static_cast<double>(cell % 3);
          values.emplace_back(mean_f + off);
          exact += (mean_square - mean_f * mean_f + off * off) / std::pow(side, static_cast<double>(d));
        }
        const auto cells = expansion->cell_integrals(N, level, values);
        BOOST_TEST_REQUIRE(cells.has_value());
        BOOST_TEST_CONTEXT(c.text << ", N " << N << ", level " << level << ", degree " << degree) {
          BOOST_TEST(cells->lower <= exact * (1 + 1e-9));
          BOOST_TEST(cells->upper >= exact * (1 - 1e-9));
          if (degree == 0) {
            BOOST_TEST(cells->upper - cells->lower <= 0.02 * exact);
          }
          double shares = 0;
          for (const double share : cells->share_upper) {
            shares += share;
          }
          BOOST_TEST(shares >= exact * (1 - 1e-9));
        }
      }
    }
  }
}

// Over a piece of shifts no norm is above its largest at a corner by more than the bend.
BOOST_AUTO_TEST_CASE(no_norm_rises_above_the_bend) {
  const UpwardScope upward;
  std::mt19937_64 random(7);
  double least_room = 1e300;
  const Expression sine = parse_expression("sin(2*pi*x)", 1);
  const auto of_sine = LegendreExpansion::of(sine, 1, kTolerance);
  BOOST_TEST_REQUIRE(of_sine.has_value());
  for (int i = 0; i < 200; ++i) { // about the best shift
    const double middle = 0.35 + 0.001 * i;
    for (const double half : {0.05, 0.15, 0.25}) {
      const Hull hull{{middle - half}, {middle + half}};
      const double at_corners = std::max(norm_of_sine(middle - half), norm_of_sine(middle + half));
      const double room = at_corners + norm_bend(*of_sine, hull).upper - norm_of_sine(middle);
      least_room = std::min(least_room, room / half / half);
    }
  }
  BOOST_TEST(least_room >= 0);
  BOOST_TEST(least_room <= 60); // norms of second derivatives are about 4 pi^2
  for (const Exponential &c : kExponentials) {
    const auto d = c.s.size();
    const auto expansion = LegendreExpansion::of(parse_expression(c.text, d), d, kTolerance);
    BOOST_TEST_REQUIRE(expansion.has_value());
    for (int i = 0; i < 30; ++i) {
      Hull hull;
      std::vector<double> inside;
      for (std::size_t j = 0; j < d; ++j) {
        const double from =
            std::uniform_real_distribution<double>(0, 0.4)(random) * (j == 0 || i % 2 == 0 ? 1 : -1);
        const double to = from > 0 ? from + 0.2 : from - 0.2;
        hull.lower.push_back(std::min(from, to));
        hull.upper.push_back(std::max(from, to));
        inside.push_back(from / 2 + to / 2);
      }
      double at_corners = 0;
      for (std::size_t corner = 0; corner < std::size_t{1} << d; ++corner) {
        std::vector<double> h;
        for (std::size_t j = 0; j < d; ++j) {
          h.push_back((corner >> j & 1U) != 0 ? hull.upper[j] : hull.lower[j]);
        }
        at_corners = std::max(at_corners, norm_of_exponential(c.s, h));
      }
      BOOST_TEST(norm_of_exponential(c.s, inside) <= at_corners + norm_bend(*expansion, hull).upper);
    }
  }
}
