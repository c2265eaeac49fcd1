// The exact integrals over cells against those over boxes, and against a closed form.
#define BOOST_TEST_MODULE multilinear_integrals
#include <boost/test/unit_test.hpp>

#include "function/random_table.hpp"
#include "integrate/cells.hpp"
#include "integrate/multilinear_integrals.hpp"
#include "layercert/numeric/rounding_scope.hpp"

#include <cmath>
#include <memory>
#include <random>

using namespace layercert;

namespace {

std::vector<Interval> random_values(std::mt19937_64 &random, std::size_t count) {
  std::vector<Interval> values;
  for (std::size_t k = 0; k < count; ++k) {
    values.emplace_back(std::uniform_real_distribution<>(-9, 9)(random));
  }
  return values;
}

} // namespace

// Sides that fit the grid, and sides that do not.
BOOST_AUTO_TEST_CASE(agrees_with_boxes) {
  const UpwardScope upward;
  std::mt19937_64 random(12);
  const Exponent p(2);
  for (const std::vector<int> &sides : {std::vector<int>{5}, {8}, {3, 6}, {5, 5}, {3, 2, 4}}) {
    for (const int N : {2, 3}) {
      const int level = sides.size() < 3 ? 2 : 1;
      const auto table = std::make_shared<const SampleTable>(test::random_table(random, sides, 40, 3));
      const std::vector<Interval> values = random_values(random, cells_in_cube(table->dimension, N, level));
      const CellIntegrals exact = multilinear_cell_integrals(*table, N, level, values);
      const CellIntegrals boxes = cell_integrals(Expression::of_table(table), table->dimension, p, N, level,
                                                 values, {0.01, 1 << 16}, false);
      BOOST_TEST(exact.lower <= boxes.upper);
      BOOST_TEST(exact.upper >= boxes.lower * (1 - 1e-9));
      BOOST_TEST(exact.upper - exact.lower <= 1e-10 * exact.upper);
      double sum = 0;
      for (std::size_t k = 0; k < values.size(); ++k) {
        BOOST_TEST(exact.share_upper[k] <= boxes.share_upper[k] * (1 + 1e-9));
        sum += exact.share_upper[k];
      }
      BOOST_TEST(sum >= exact.lower);
    }
  }
}

// int (x - c)^2 over [0, 1/2] is ((1/2 - c)^3 + c^3) / 3; in units of 4 it is a sixteenth.
BOOST_AUTO_TEST_CASE(closed_form) {
  const UpwardScope upward;
  SampleTable table;
  table.dimension = 1;
  table.sides = {4};
  table.numerators = {0, 1, 2, 3};
  table.denominator = 3;
  const double c = 0.125;
  const double first = (std::pow(0.5 - c, 3) + std::pow(c, 3)) / 3;
  const CellIntegrals plain =
      multilinear_cell_integrals(table, 2, 1, std::vector<Interval>{Interval(c), Interval(c + 0.5)});
  const CellIntegrals scaled =
      multilinear_cell_integrals(table, 2, 1, std::vector<Interval>{Interval(c), Interval(c + 0.5)}, 4);
  for (const auto &[found, factor] : {std::pair(plain, 1.0), std::pair(scaled, 1.0 / 16)}) {
    BOOST_TEST(found.lower <= 2 * first * factor * (1 + 1e-12));
    BOOST_TEST(found.upper >= 2 * first * factor * (1 - 1e-12));
    BOOST_TEST(found.upper - found.lower <= 1e-12);
    BOOST_TEST(found.share_upper[1] <= first * factor * (1 + 1e-12));
  }
}
