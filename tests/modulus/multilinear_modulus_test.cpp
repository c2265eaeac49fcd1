// The exact norm of the difference against integration over boxes and closed forms, and both bounds of the
// modulus against many shifts.
#define BOOST_TEST_MODULE multilinear_modulus
#include <boost/test/unit_test.hpp>

#include "function/random_table.hpp"
#include "integrate/models.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "modulus/modulus.hpp"
#include "modulus/multilinear_modulus.hpp"

#include <cmath>
#include <memory>
#include <random>

using namespace layercert;

namespace {

const std::vector<int> kSides[] = {{2}, {7}, {5, 4}, {2, 9}, {4, 3, 3}};
const ShiftNorm kNorms[] = {ShiftNorm::Euclidean, ShiftNorm::Max, ShiftNorm::One};

double uniform(std::mt19937_64 &random) { return std::uniform_real_distribution<>(-1, 1)(random); }

MultilinearDifference difference_of(const SampleTable &table) {
  std::optional<MultilinearDifference> difference = MultilinearDifference::of(table);
  BOOST_TEST_REQUIRE(difference.has_value());
  return std::move(*difference);
}

ModulusBounds bounds_of(const SampleTable &table, ShiftNorm norm, double t, double tolerance) {
  const Expression f = Expression::of_table(std::make_shared<const SampleTable>(table));
  const MultilinearDifference difference = difference_of(table);
  const Exponent p(2);
  ModulusBounds known;
  known.upper = 1e300;
  return search_multilinear_modulus(difference,
                                    {f, table.dimension, p, norm, ShiftSector(table.dimension), t, t}, known,
                                    {tolerance, 1 << 20, 1 << 14});
}

SampleTable of_numbers(std::vector<int> sides, std::vector<std::int64_t> numerators) {
  SampleTable table;
  table.dimension = static_cast<int>(sides.size());
  table.sides = std::move(sides);
  table.numerators = std::move(numerators);
  return table;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_norm_is_the_integral) {
  const UpwardScope upward;
  std::mt19937_64 random(3);
  const Exponent p(2);
  for (const std::vector<int> &sides : kSides) {
    for (int round = 0; round < 6; ++round) {
      const SampleTable table = test::random_table(random, sides, 100, 7);
      const Expression f = Expression::of_table(std::make_shared<const SampleTable>(table));
      const MultilinearDifference difference = difference_of(table);
      std::vector<double> h;
      for (const int side : sides) { // also whole patches, and less than one
        h.push_back(round == 0   ? -1.0 / (side - 1) * (side > 2 ? 1 : 0.5)
                    : round == 1 ? 0.1 * uniform(random)
                                 : 0.95 * uniform(random));
      }
      const IntegralResult integral =
          integrate(p, table.dimension, domain_of_shift(h, 64), difference_modeller(f, h), {0.02, 1 << 16});
      const Interval norm = difference.norm(h);
      BOOST_TEST_CONTEXT("d = " << table.dimension << ", round " << round) {
        BOOST_TEST(norm.lower() <= std::sqrt(integral.upper) * (1 + 1e-9));
        BOOST_TEST(norm.upper() >= std::sqrt(integral.lower) * (1 - 1e-9));
        BOOST_TEST(norm.upper() - norm.lower() <= 1e-6 * norm.upper());
      }
    }
  }
}

// However the samples are given, and however large or small they are.
BOOST_AUTO_TEST_CASE(the_norm_of_any_samples) {
  const UpwardScope upward;
  std::mt19937_64 random(4);
  const SampleTable table = test::random_table(random, {4, 3}, 1000, 7);
  const std::vector<double> h{0.3, -0.2};
  const Interval norm = difference_of(table).norm(h);
  const Interval of_rationals = difference_of(test::with_rationals(table)).norm(h);
  BOOST_TEST(norm.lower() <= of_rationals.upper());
  BOOST_TEST(of_rationals.lower() <= norm.upper());
  for (const double unit : {1e-300, 1e250}) {
    SampleTable scaled = test::with_doubles(table);
    for (double &x : scaled.doubles) {
      x *= unit;
    }
    const Interval of_scaled = difference_of(scaled).norm(h);
    BOOST_TEST(of_scaled.lower() <= norm.upper() * unit * (1 + 1e-6));
    BOOST_TEST(of_scaled.upper() >= norm.lower() * unit * (1 - 1e-6));
    BOOST_TEST(of_scaled.upper() - of_scaled.lower() <= 1e-6 * of_scaled.upper());
  }
}

// x has || f(. + h) - f ||^2 = h^2 (1 - h), which rises up to h = 2/3; x y with h = (h_0, 0) has h_0^2 (1 -
// h_0) / 3.
BOOST_AUTO_TEST_CASE(closed_forms) {
  const UpwardScope upward;
  const Interval of_x = difference_of(of_numbers({2}, {0, 1})).norm(std::vector<double>{0.25});
  BOOST_TEST(of_x.lower() <= 0.25 * std::sqrt(0.75) * (1 + 1e-12));
  BOOST_TEST(of_x.upper() >= 0.25 * std::sqrt(0.75) * (1 - 1e-12));
  BOOST_TEST(of_x.upper() - of_x.lower() <= 1e-12);
  for (const ShiftNorm norm : kNorms) {
    const ModulusBounds bounds = bounds_of(of_numbers({2}, {0, 1}), norm, 0.25, 0.001);
    BOOST_TEST(bounds.upper >= 0.25 * std::sqrt(0.75) * (1 - 1e-12));
    BOOST_TEST(bounds.lower.value <= 0.25 * std::sqrt(0.75) * (1 + 1e-12));
    BOOST_TEST(bounds.upper <= 1.001 * bounds.lower.value);
  }
  const Interval of_product =
      difference_of(of_numbers({2, 2}, {0, 0, 0, 1})).norm(std::vector<double>{-0.25, 0});
  BOOST_TEST(of_product.lower() <= 0.125 * (1 + 1e-12));
  BOOST_TEST(of_product.upper() >= 0.125 * (1 - 1e-12));
}

BOOST_AUTO_TEST_CASE(bounds_hold_all_shifts) {
  const UpwardScope upward;
  std::mt19937_64 random(6);
  for (const std::vector<int> &sides : kSides) {
    const SampleTable table = test::random_table(random, sides, 100, 1);
    const MultilinearDifference difference = difference_of(table);
    for (const ShiftNorm norm : kNorms) {
      for (const double t : {0.5, 1.0 / 3, 0.01}) {
        const ModulusBounds bounds = bounds_of(table, norm, t, 0.01);
        BOOST_TEST_CONTEXT("d = " << table.dimension << ", t = " << t) {
          BOOST_TEST(bounds.upper <= 1.01 * bounds.lower.value);
          BOOST_TEST(norm_of(bounds.lower.shift, norm).upper() <= t);
          BOOST_TEST(difference.norm(bounds.lower.shift).upper() >= bounds.lower.value);
          for (int i = 0; i < 60; ++i) {
            Shift h(sides.size());
            for (double &x : h) {
              x = uniform(random);
            }
            h = shortened(h, norm, t);
            BOOST_TEST(difference.norm(h).lower() <= bounds.upper);
          }
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(serves_no_constant_and_few_dimensions) {
  const UpwardScope upward;
  BOOST_TEST(!MultilinearDifference::of(of_numbers({3}, {2, 2, 2})));
  BOOST_TEST(!MultilinearDifference::of(of_numbers({2, 2, 2, 2}, std::vector<std::int64_t>(16, 1))));
}
