#define BOOST_TEST_MODULE multilinear
#include <boost/test/unit_test.hpp>

#include "common/bound_scope.hpp"
#include "function/batch_evaluator.hpp"
#include "function/expression_evaluator.hpp"
#include "function/multilinear.hpp"
#include "function/random_table.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/elementary.hpp"

#include <cmath>
#include <random>

using namespace layercert;
using layercert::test::BoundScope;
using layercert::test::random_table;

namespace {

// f at a point in exact fractions, by weights of the 2^d nodes about it.
mpq_class exact_value(const SampleTable &table, const std::vector<double> &point) {
  const auto d = point.size();
  std::vector<long> patch(d);
  std::vector<mpq_class> offset(d);
  for (std::size_t j = 0; j < d; ++j) {
    const mpq_class position = mpq_class(point[j]) * (table.sides[j] - 1);
    mpz_class whole;
    mpz_fdiv_q(whole.get_mpz_t(), position.get_num_mpz_t(), position.get_den_mpz_t());
    patch[j] = std::min(whole.get_si(), static_cast<long>(table.sides[j] - 2));
    offset[j] = position - patch[j];
  }
  mpq_class sum = 0;
  for (std::size_t k = 0; k < std::size_t{1} << d; ++k) {
    mpq_class weight = 1;
    weight.canonicalize();
    std::size_t index = 0;
    for (std::size_t j = d; j-- > 0;) {
      const bool upper = (k >> j & 1U) != 0;
      weight *= upper ? offset[j] : mpq_class(1 - offset[j]);
      index = index * static_cast<std::size_t>(table.sides[j]) +
              static_cast<std::size_t>(patch[j] + (upper ? 1 : 0));
    }
    sum += weight * table.exact(index);
  }
  return sum;
}

double unit(std::mt19937_64 &random) { return std::ldexp(static_cast<double>(random() >> 11), -53); }

// A coordinate, often at a node or an end.
double coordinate(std::mt19937_64 &random, int side) {
  switch (random() % 3) {
  case 0:
    return static_cast<double>(random() % static_cast<std::uint64_t>(side)) / (side - 1);
  default:
    return unit(random);
  }
}

bool holds(const Interval &y, const mpq_class &value) {
  return mpq_class(y.lower()) <= value && value <= mpq_class(y.upper());
}

} // namespace

// f(x, y) = 2 + 3x - 5y + 7xy on 5 x 5 nodes is itself bilinear.
BOOST_AUTO_TEST_CASE(bilinear_closed_form) {
  SampleTable table;
  table.dimension = 2;
  table.sides = {5, 5};
  table.denominator = 16;
  for (int j = 0; j < 5; ++j) {
    for (int i = 0; i < 5; ++i) { // 16 f(i/4, j/4)
      table.numerators.push_back(32 + 12 * i - 20 * j + 7 * i * j);
    }
  }
  const UpwardScope upward;
  std::mt19937_64 random(1);
  for (int repeat = 0; repeat < 500; ++repeat) {
    std::vector<Interval> box;
    for (int j = 0; j < 2; ++j) {
      const double a = coordinate(random, 5);
      const double b = random() % 2 == 0 ? coordinate(random, 5) : std::min(1.0, a + 0.1 * unit(random));
      box.emplace_back(std::min(a, b), std::max(a, b));
    }
    std::vector<Interval> gradient(2);
    const Interval y = multilinear_range_and_gradient(table, box, gradient);
    const auto f = [](const mpq_class &u, const mpq_class &v) {
      return mpq_class(2 + 3 * u - 5 * v + 7 * u * v);
    };
    mpq_class least = 100;
    mpq_class most = -100;
    for (const double u : {box[0].lower(), box[0].upper()}) {
      for (const double v : {box[1].lower(), box[1].upper()}) {
        const mpq_class value = f(u, v);
        least = std::min(least, value);
        most = std::max(most, value);
      }
    }
    BOOST_CHECK(holds(y, least) && holds(y, most));
    BOOST_CHECK_SMALL(y.lower() - least.get_d(), 1e-13); // sharp: at most 16 patches
    BOOST_CHECK_SMALL(y.upper() - most.get_d(), 1e-13);
    const Interval by_x = Interval(3.0) + Interval(7.0) * box[1];
    const Interval by_y = Interval(-5.0) + Interval(7.0) * box[0];
    BOOST_CHECK_SMALL(gradient[0].lower() - by_x.lower(), 1e-12);
    BOOST_CHECK_SMALL(gradient[0].upper() - by_x.upper(), 1e-12);
    BOOST_CHECK_SMALL(gradient[1].lower() - by_y.lower(), 1e-12);
    BOOST_CHECK_SMALL(gradient[1].upper() - by_y.upper(), 1e-12);
    BOOST_CHECK(multilinear_range(table, box).lower() == y.lower() &&
                multilinear_range(table, box).upper() == y.upper());
  }
}

// All evaluators at random boxes against exact values at points inside, and difference quotients.
BOOST_AUTO_TEST_CASE(random_tables) {
  const BoundScope scope;
  std::mt19937_64 random(2);
  for (const auto &[dimension, side] :
       {std::pair{1, 2}, {1, 9}, {1, 100}, {2, 2}, {2, 8}, {2, 33}, {3, 4}, {4, 3}, {6, 2}}) {
    const SampleTable integers = random_table(random, dimension, side, 2000, 97);
    const SampleTable table = side % 3 == 0   ? layercert::test::with_rationals(integers)
                              : side % 3 == 1 ? layercert::test::with_doubles(integers)
                                              : integers;
    const Expression expression = Expression::of_table(std::make_shared<const SampleTable>(table));
    BOOST_CHECK_EQUAL(expression.highest_variable(), dimension - 1);
    ExpressionEvaluator scalar(expression, dimension);
    BatchEvaluator batch(expression, dimension, 8);
    const auto d = static_cast<std::size_t>(dimension);
    for (int repeat = 0; repeat < (dimension > 3 ? 5 : 40); ++repeat) {
      BoxBatch boxes(dimension, 8);
      BoxBatch points(dimension, 8);
      RangeBatch ranges(dimension, 8);
      RangeBatch at_points(dimension, 8);
      while (!boxes.full()) {
        std::vector<double> lower(d);
        std::vector<double> upper(d);
        const double size = std::ldexp(1.0, -static_cast<int>(random() % 20));
        for (std::size_t j = 0; j < d; ++j) {
          const double a = coordinate(random, side);
          const double b =
              random() % 2 == 0 ? std::min(1.0, a + size * unit(random)) : coordinate(random, side);
          lower[j] = std::min(a, b);
          upper[j] = std::max(a, b);
        }
        boxes.push_back(lower.data(), upper.data());
      }
      points.assign_midpoints(boxes);
      batch.range_and_gradient(boxes, ranges, points, at_points);
      for (std::size_t i = 0; i < boxes.size(); ++i) {
        std::vector<Interval> box;
        std::vector<double> point;
        std::vector<MpfrInterval> fine;
        for (int j = 0; j < dimension; ++j) {
          const double a = boxes.lower(j)[i];
          const double b = boxes.upper(j)[i];
          box.emplace_back(a, b);
          point.push_back(random() % 4 == 0 ? b : std::min(b, std::max(a, a + unit(random) * (b - a))));
          fine.push_back(hull(mpfr_enclosure(a, 100), mpfr_enclosure(b, 100)));
        }
        std::vector<Interval> gradient(d);
        const Range range = scalar.range_and_gradient(box, gradient);
        const Interval y(ranges.value_lower()[i], ranges.value_upper()[i]);
        BOOST_CHECK(!range.undefined && ranges.undefined()[i] == 0);
        BOOST_CHECK(range.value.lower() == y.lower() && range.value.upper() == y.upper());
        const mpq_class value = exact_value(table, point);
        BOOST_CHECK(holds(y, value));
        BOOST_CHECK_SMALL(scalar.sample(point) - value.get_d(), 1e-10);
        const MpfrRange in_mpfr = scalar.range(fine, 100);
        BOOST_CHECK(mpfr_cmp_q(in_mpfr.value.lower().get(), value.get_mpq_t()) <= 0);
        BOOST_CHECK(mpfr_cmp_q(in_mpfr.value.upper().get(), value.get_mpq_t()) >= 0);
        BOOST_CHECK(double_lower(in_mpfr.value) >= y.lower() - 1e-10 &&
                    double_upper(in_mpfr.value) <= y.upper() + 1e-10);
        for (std::size_t j = 0; j < d; ++j) {
          BOOST_CHECK_EQUAL(ranges.gradient_lower(j)[i], gradient[j].lower());
          BOOST_CHECK_EQUAL(ranges.gradient_upper(j)[i], gradient[j].upper());
          std::vector<double> other = point;
          other[j] = box[j].lower() + (box[j].upper() - box[j].lower()) / 3;
          if (other[j] != point[j]) {
            const mpq_class quotient =
                (exact_value(table, other) - value) / (mpq_class(other[j]) - mpq_class(point[j]));
            BOOST_CHECK(holds(gradient[j], quotient));
          }
        }
        std::vector<double> middle;
        for (int j = 0; j < dimension; ++j) {
          middle.push_back(points.lower(j)[i]);
        }
        BOOST_CHECK(holds(Interval(at_points.value_lower()[i], at_points.value_upper()[i]),
                          exact_value(table, middle)));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(nodes_are_the_samples) {
  const UpwardScope upward;
  std::mt19937_64 random(3);
  const SampleTable table =
      random_table(random, 2, 5, 2000, 8); // nodes at quarters, values in eighths: all of them doubles
  for (std::size_t j = 0; j < 5; ++j) {
    for (std::size_t i = 0; i < 5; ++i) {
      const double x = static_cast<double>(i) / 4;
      const double y = static_cast<double>(j) / 4;
      const Interval at = multilinear_range(table, std::vector<Interval>{{x, x}, {y, y}});
      const double expected = static_cast<double>(table.numerators[i + 5 * j]) / 8;
      BOOST_CHECK_EQUAL(at.lower(), expected);
      BOOST_CHECK_EQUAL(at.upper(), expected);
    }
  }
  // The whole cube: the least and the greatest sample; so outside of it.
  const auto [least, most] = std::minmax_element(table.numerators.begin(), table.numerators.end());
  for (const Interval &side : {Interval(0, 1), Interval(-1, 2), whole_line()}) {
    const Interval all = multilinear_range(table, std::vector<Interval>{side, side});
    BOOST_CHECK_EQUAL(all.lower(), static_cast<double>(*least) / 8);
    BOOST_CHECK_EQUAL(all.upper(), static_cast<double>(*most) / 8);
  }
}

BOOST_AUTO_TEST_CASE(large_numerators) { // of 59 bits: more than a double holds
  const UpwardScope upward;
  SampleTable table;
  table.dimension = 1;
  table.sides = {3};
  table.denominator = (std::int64_t{1} << 59) - 1;
  table.numerators = {-(std::int64_t{1} << 59) + 1, (std::int64_t{1} << 59) - 1, (std::int64_t{1} << 58) + 1};
  std::vector<Interval> gradient(1);
  const Interval y = multilinear_range_and_gradient(table, std::vector<Interval>{{0, 1}}, gradient);
  BOOST_CHECK(holds(y, -1) && holds(y, 1) && y.upper() <= 1 + 1e-15 && y.lower() >= -1 - 1e-15);
  BOOST_CHECK(holds(gradient[0], 4) && gradient[0].upper() < 4 + 1e-14);
}
