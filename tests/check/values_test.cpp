#define BOOST_TEST_MODULE check_values
#include <boost/test/unit_test.hpp>

#include "construction.hpp"
#include "direct.hpp"

#include <random>

using namespace check_test;
using checker::Integer;
using checker::Interval;
using checker::Rational;

namespace {

const checker::ParallelFor one_by_one = [](std::size_t count, const std::function<void(std::size_t)> &work) {
  for (std::size_t i = 0; i < count; ++i) {
    work(i);
  }
};

Parameters random_parameters(unsigned d, unsigned N, unsigned depth, std::uint64_t b,
                             std::mt19937_64 &random) {
  Parameters result;
  result.d = d;
  result.N = N;
  result.depth = depth;
  result.b = b;
  std::size_t digits = 4;
  for (unsigned l = 1; l <= depth; ++l) {
    digits *= N;
    std::string m = random() % 2 == 0 ? "-0x1" : "0x1"; // a multiple of 2^-64
    while (m.size() < digits + 20) {
      m += "0123456789abcdef"[random() % 16];
    }
    result.m.push_back(m + "p-64");
    result.A.push_back(l % 2 == 0 ? "-0x3p-4" : "0x1.8p-5");
  }
  result.M = "0x5p+0";
  result.Phi_0 = "-0x3p-1";
  result.start = "0x7p-1";
  return result;
}

ulong power(ulong N, ulong n) { return n == 0 ? 1 : N * power(N, n - 1); }

// The middle of what is good of a cell: a step up ends at each e / N.
std::vector<Rational> point_of(ulong k, unsigned d, unsigned N, unsigned l) {
  std::vector<Rational> x(d, Rational(0));
  Rational side(1);
  for (unsigned m = 0; m < l; ++m) {
    side /= N;
    for (unsigned j = 0; j < d; ++j, k /= N) {
      x[j] += side * (k % N);
    }
  }
  for (Rational &part : x) {
    part += side / 3;
  }
  return x;
}

} // namespace

// Both enclose the same numbers, and the tree's are no wider than what its truncations allow.
BOOST_AUTO_TEST_CASE(the_tree_agrees_with_the_layers) {
  std::mt19937_64 random(1);
  const unsigned cases[][4] = {{1, 2, 4, 9},  {1, 2, 1, 1}, {1, 3, 3, 2}, {1, 5, 2, 11},
                               {1, 17, 1, 7}, {1, 3, 5, 2}, {2, 2, 2, 8}, {2, 3, 1, 13},
                               {3, 2, 1, 5},  {2, 5, 1, 1}, {1, 7, 2, 3}};
  for (const auto &[d, N, depth, b] : cases) {
    const Parameters parameters = random_parameters(d, N, depth, b, random);
    const checker::Network network = checker::read_network_json(Written(parameters).network().dump());
    const checker::Construction construction = checker::walk(network);
    const Direct direct(network, 4096);
    checker::CellValues values(construction, one_by_one);
    std::vector<std::vector<Interval>> found;
    for (unsigned l = 1; l <= depth; ++l) {
      values.next();
      found.emplace_back();
      BOOST_TEST_REQUIRE(values.cells() == power(N, d * l));
      for (ulong k = 0; k < values.cells(); ++k) {
        found.back().push_back(values.of(k));
      }
    }
    for (unsigned l = 1; l <= depth; ++l) {
      for (ulong k = 0; k < found[l - 1].size(); ++k) {
        const Interval exact(direct(point_of(k, d, N, l))[l - 1]);
        const Interval &tree = found[l - 1][k];
        BOOST_TEST_CONTEXT("d " << d << ", N " << N << ", level " << l << ", cell " << k) {
          BOOST_TEST((exact.upper - exact.lower <= checker::two_to(-60)));
          BOOST_TEST((tree.lower <= exact.lower && exact.upper <= tree.upper));
          BOOST_TEST((tree.upper - tree.lower <= checker::two_to(-50)));
        }
      }
    }
  }
}

// So many floors that their sum is far from 0: the radius says so, and a smaller one would be wrong.
BOOST_AUTO_TEST_CASE(floors_add_up) {
  std::mt19937_64 random(4);
  Parameters parameters = random_parameters(1, 2, 10, 2, random);
  std::fill(parameters.m.begin(), parameters.m.end() - 1, "");
  parameters.A.assign(10, "0x0p+0");
  parameters.A.back() = "0x1.fp-1";
  const checker::Network network = checker::read_network_json(Written(parameters).network().dump());
  const checker::Construction construction = checker::walk(network);
  const Direct direct(network, 20000);
  checker::CellValues values(construction, one_by_one);
  for (int l = 0; l < 10; ++l) {
    values.next();
  }
  Arf largest;
  for (ulong k = 0; k < 1024; k += 31) {
    const Interval exact(direct(point_of(k, 1, 2, 10))[9]);
    const Interval tree = values.of(k);
    const Arf middle = (tree.lower + tree.upper).times_two_to(-1);
    BOOST_TEST((tree.lower <= exact.lower && exact.upper <= tree.upper), "cell " << k);
    largest = std::max(largest, abs(exact - Interval(middle)).upper);
  }
  BOOST_TEST((largest > Arf(3).times_two_to(-61))); // so this sees an error that is not counted
}

// Levels that add nothing, and the value on all cells then: exactly that of the level before.
BOOST_AUTO_TEST_CASE(levels_that_add_nothing) {
  Parameters parameters;
  parameters.depth = 3;
  parameters.m = {"", "0x3p+0", ""};
  parameters.A = {"0x1p-3", "0x0p+0", "0x1p-3"};
  parameters.M = "0x1p+0";
  parameters.start = "0x1.8p+0";
  const checker::Network network = checker::read_network_json(Written(parameters).network().dump());
  const checker::Construction construction = checker::walk(network);
  checker::CellValues values(construction, one_by_one);
  for (const ulong cells : {2, 4, 8}) {
    values.next();
    BOOST_TEST(values.cells() == cells);
    BOOST_TEST((values.of(cells - 1) == Interval(checker::two_to(-1))));
  }
}

BOOST_AUTO_TEST_CASE(sines_are_as_near_as_they_say) {
  std::mt19937_64 random(2);
  double largest = 0;
  for (int i = 0; i < 200000; ++i) {
    ulong u = random();
    if (i % 3 == 0) { // near the borders of the table's parts
      u = (u << 54) + (ulong{1} << 53) + static_cast<ulong>(random() % 5) - 2;
    }
    if (i < 70) {
      u = i < 64 ? ulong{1} << i : ~ulong{0} >> (i - 64);
    }
    Ball sine;
    arb_set_ui(sine.get(), u);
    arb_mul_2exp_si(sine.get(), sine.get(), -63);
    arb_sin_pi(sine.get(), sine.get(), 160);
    arb_mul_2exp_si(sine.get(), sine.get(), 62);
    const Interval off = abs(Interval(sine) - Interval(Arf(checker::sine_of_turns(u))));
    largest = std::max(largest, off.upper.about());
  }
  BOOST_TEST(largest < 4);
  BOOST_TEST(largest > 0.5); // it is no library's sine
}

// What would take too much is refused before it is made.
BOOST_AUTO_TEST_CASE(sizes_are_bounded) {
  Parameters parameters;
  parameters.m = {"0x1p+0"};
  parameters.A = {"0x1p-4"};
  parameters.b = ulong{1} << 60;
  const checker::Network network = checker::read_network_json(Written(parameters).network().dump());
  const checker::Construction construction = checker::walk(network);
  checker::CellValues values(construction, one_by_one);
  BOOST_CHECK_THROW(values.next(), checker::Unknown);

  Parameters deep;
  deep.depth = 40;
  deep.m.assign(40, "0x1p+0");
  deep.A.assign(40, "0x0p+0");
  const checker::Network deep_network = checker::read_network_json(Written(deep).network().dump());
  const checker::Construction many = checker::walk(deep_network);
  checker::CellValues cells(many, one_by_one);
  BOOST_CHECK_THROW(
      for (int l = 0; l < 40; ++l) { cells.next(); }, checker::Unknown);
}

// A multiplier far larger than the modulus, of few digits.
BOOST_AUTO_TEST_CASE(whole_turns_do_not_matter) {
  std::mt19937_64 random(3);
  Parameters parameters = random_parameters(1, 2, 2, 4, random);
  const auto first = [&] {
    const checker::Network network = checker::read_network_json(Written(parameters).network().dump());
    const checker::Construction construction = checker::walk(network);
    checker::CellValues values(construction, one_by_one);
    values.next();
    return values.of(1);
  };
  parameters.m[0] = "0x5p-3";
  const Interval small = first();
  parameters.m[0] = "-0xfffffffffffffffffffffffffffffffffffffffffffffffbp-3"; // 5 - 2^192
  BOOST_TEST((first() == small));
  parameters.m[0] = "0x1p+16000000000";
  BOOST_TEST((abs(first() - Interval(checker::two_to(0) - Arf(5) / 2)).lower >= Arf(0)));
}
