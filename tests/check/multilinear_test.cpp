#define BOOST_TEST_MODULE check_multilinear
#include <boost/test/unit_test.hpp>

#include "function/random_table.hpp"
#include "multilinear.hpp"

#include <random>

using namespace checker;

namespace {

constexpr int kSide = 4;

Arf sixtyfourths(ulong k) {
  Arf result;
  arf_set_si_2exp_si(result.get(), static_cast<slong>(k), -6);
  return result;
}

// 64^2 times the value at (x, y) / 64, with the formula written out: exact.
slong value_at(const layercert::SampleTable &table, slong x, slong y) {
  const auto split = [](slong t) { // node, and 64 times the place between it and the next
    const slong node = std::min<slong>(t * (kSide - 1) / 64, kSide - 2);
    return std::pair(node, t * (kSide - 1) - 64 * node);
  };
  const auto [i, u] = split(x);
  const auto [j, v] = split(y);
  const auto sample = [&](slong a, slong b) {
    return table.numerators[static_cast<std::size_t>(a + kSide * b)];
  };
  return (64 - u) * ((64 - v) * sample(i, j) + v * sample(i, j + 1)) +
         u * ((64 - v) * sample(i + 1, j) + v * sample(i + 1, j + 1));
}

bool contains(const Interval &range, slong numerator, slong denominator) {
  const Interval value = Interval(numerator) / Interval(denominator);
  return range.lower <= value.upper && value.lower <= range.upper;
}

} // namespace

// Every value on a grid, and every quotient of differences along an axis between two patches' borders or not.
BOOST_AUTO_TEST_CASE(holds_values_and_slopes) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 200; ++round) {
    const layercert::SampleTable table = layercert::test::random_table(random, 2, kSide, 100, 8);
    const Multilinear f(table);
    ulong ends[2][2];
    std::vector<Interval> box;
    for (auto &[lower, upper] : ends) {
      lower = random() % 64;
      upper = lower + 1 + random() % (64 - lower);
      box.emplace_back(sixtyfourths(lower), sixtyfourths(upper));
    }
    bool one_patch = false;
    const Interval value = f.derivative(box, 0, one_patch);
    const Interval by_x = f.derivative(box, 1, one_patch);
    const Interval by_y = f.derivative(box, 2, one_patch);
    const slong unit = 64 * 64 * table.denominator;
    const auto at = [&](ulong x, ulong y) {
      return value_at(table, static_cast<slong>(x), static_cast<slong>(y));
    };
    for (ulong x = ends[0][0]; x <= ends[0][1]; ++x) {
      for (ulong y = ends[1][0]; y <= ends[1][1]; ++y) {
        BOOST_REQUIRE(contains(value, at(x, y), unit));
        BOOST_REQUIRE(x == ends[0][1] || contains(by_x, 64 * (at(x + 1, y) - at(x, y)), unit));
        BOOST_REQUIRE(y == ends[1][1] || contains(by_y, 64 * (at(x, y + 1) - at(x, y)), unit));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(is_sharp_within_a_patch) {
  layercert::SampleTable table;
  table.dimension = 2;
  table.sides = {2, 2};
  table.denominator = 1;
  table.numerators = {0, 1, 2, 7}; // x + 2 y + 4 x y
  const Multilinear f(table);
  const std::vector<Interval> box{{Arf(0), sixtyfourths(32)}, {sixtyfourths(32), Arf(1)}};
  bool one_patch = false;
  const auto is = [&](ulong axes, slong lower, slong upper) {
    const Interval range = f.derivative(box, axes, one_patch);
    BOOST_TEST((range == Interval(Arf(lower), Arf(upper))));
    BOOST_TEST(one_patch);
  };
  is(1, 3, 5);
  is(2, 2, 4);
  is(3, 4, 4);
  const Interval value = f.derivative(box, 0, one_patch);
  BOOST_TEST(value.lower.about() == 1);
  BOOST_TEST(value.upper.about() == 4.5);
}
