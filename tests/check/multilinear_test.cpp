#define BOOST_TEST_MODULE check_multilinear
#include <boost/test/unit_test.hpp>

#include "function/random_table.hpp"
#include "integral.hpp"
#include "multilinear.hpp"
#include "patches.hpp"

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

namespace {

const ParallelFor kOneByOne = [](std::size_t count, const std::function<void(std::size_t)> &work) {
  for (std::size_t i = 0; i < count; ++i) {
    work(i);
  }
};

// A box that is halved along every coordinate, so many times over.
std::string tree(std::size_t d, int rounds) {
  std::string text = ".";
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t j = d; j-- > 0;) {
      text = std::to_string(j) + text + text;
    }
  }
  return text;
}

} // namespace

// The exact integrals lie within those of mean value forms on many boxes.
BOOST_AUTO_TEST_CASE(integrals_of_squares) {
  std::mt19937_64 random(7);
  const std::function<void()> nothing;
  const Exponent p(2);
  for (const std::vector<int> &sides : {std::vector<int>{6}, {2}, {4, 3}, {3, 5}}) {
    const std::size_t d = sides.size();
    for (int round = 0; round < 8; ++round) {
      const layercert::SampleTable table = layercert::test::random_table(random, sides, 100, 7);
      Expression f = Expression::of_samples(table);
      const Patches patches(table);
      Integrals integrals(f, d, p, nothing);
      const std::string trees = tree(d, d == 1 ? 8 : 5);
      std::vector<ulong> place;
      Box cell;
      cell.scale = 3;
      std::vector<Arf> h;
      for (std::size_t j = 0; j < d; ++j) {
        place.push_back(random() % 3);
        cell.lower.emplace_back(place.back());
        cell.upper.emplace_back(place.back() + 1);
        h.push_back(Arf(static_cast<slong>(random() % 127) - 63).times_two_to(-6));
      }
      Arf sup;
      Arf sup_of_boxes;
      const Interval c = Interval(static_cast<slong>(random() % 9)) / Interval(2);
      const Interval error = patches.error(place, 3, c, Arf(1), sup);
      const Interval of_boxes = integrals.error(cell, c, Arf(1), trees, 0, sup_of_boxes);
      BOOST_TEST((error.lower <= of_boxes.upper && of_boxes.lower <= error.upper));
      BOOST_TEST((sup >= sup_of_boxes.times_two_to(-1)));
      BOOST_TEST(((of_boxes - error).upper <= (of_boxes * (Interval(1) / Interval(10))).upper));
      if (round == 0 && d == 2) { // whole patches along the first axis
        h[0] = Arf(sides[0] == 3 ? 1 : 0).times_two_to(-1);
      }
      const Interval difference = patches.difference(h, kOneByOne);
      const Interval moved = integrals.difference(h, trees);
      BOOST_TEST((difference.lower <= moved.upper && moved.lower <= difference.upper));
      BOOST_TEST(((difference - Interval(difference.lower)).upper <= difference.upper.times_two_to(-30)));
    }
  }
}
