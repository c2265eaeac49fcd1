#define BOOST_TEST_MODULE decoder_accuracy
#include <boost/test/unit_test.hpp>

#include "certify/support.hpp"

#include "function/expression_evaluator.hpp"
#include "integrate/cell_integrals.hpp"
#include "layercert/network/level_values.hpp"
#include "layercert/numeric/rounding_scope.hpp"

#include <cstdlib>
#include <string>

using namespace layercert;
using namespace layercert::test;

// A network is as good as the cell means: || f - Phi_l ||_p is at most 1.05 times || f - P_l f ||_p on every
// level, for every N up to 1000. `scripts/sweep` runs this for all N; a test run takes some of them.

namespace {

constexpr double kMostRatio = 1.05;
constexpr int kSamplesAnAxis[] = {0, 64, 16}; // of a cell's mean

bool sweeps_all() { return std::getenv("LAYERCERT_SWEEP_ALL") != nullptr; }

std::vector<int> bases(std::size_t d) {
  std::vector<int> all;
  if (sweeps_all()) {
    for (int N = 2; N <= (d == 1 ? 1000 : 100); ++N) {
      all.push_back(N);
    }
    return all;
  }
  return d == 1 ? std::vector<int>{2, 3, 5, 8, 13, 31, 64, 100, 129, 200, 255, 300, 511, 777, 1000}
                : std::vector<int>{2, 3, 7, 16, 33, 64, 100};
}

// Means over the cells of a level by the midpoint rule, in the numbering of LevelValues.
std::vector<Interval> means(const Target &target, int N, int level) {
  const NearestScope nearest;
  const std::size_t d = target.dimension;
  std::uint64_t side = 1;
  for (int m = 0; m < level; ++m) {
    side *= static_cast<std::uint64_t>(N);
  }
  const std::uint64_t cells = d == 1 ? side : side * side;
  const int samples = kSamplesAnAxis[d];
  ExpressionEvaluator evaluator(target.expression(), d);
  std::vector<Interval> result;
  for (std::uint64_t k = 0; k < cells; ++k) {
    std::vector<std::uint64_t> place(d, 0);
    std::uint64_t rest = k;
    for (int m = 0; m < level; ++m) {
      for (std::uint64_t &x : place) {
        x = x * static_cast<std::uint64_t>(N) + rest % static_cast<std::uint64_t>(N);
        rest /= static_cast<std::uint64_t>(N);
      }
    }
    double sum = 0;
    for (int i = 0; i < (d == 1 ? samples : samples * samples); ++i) {
      std::vector<double> point;
      for (std::size_t j = 0; j < d; ++j) {
        const int at = j == 0 ? i % samples : i / samples;
        point.push_back((static_cast<double>(place[j]) + (at + 0.5) / samples) / static_cast<double>(side));
      }
      sum += evaluator.sample(point);
    }
    result.emplace_back(sum / (d == 1 ? samples : samples * samples));
  }
  return result;
}

void sweep(std::size_t d, const std::vector<std::string> &targets) {
  const UpwardScope upward;
  double worst = 0;
  for (const std::string &text : targets) {
    for (const int N : bases(d)) {
      const int depth = d == 1 ? (N <= 30 ? 2 : 1) : (N <= 5 ? 2 : 1);
      const mpq_class p = N % 3 == 0 ? mpq_class(1) : N % 3 == 1 ? mpq_class(2) : mpq_class(7, 2);
      const Instance instance = make_instance(d, text, N, depth, p);
      const Target target = make_target(instance);
      const LevelValues values =
          decode_levels(extract_parameters(built_network(instance, target), "test"), "test");
      for (int l = 1; l <= depth; ++l) {
        const std::vector<Interval> &of_network = values.values[static_cast<std::size_t>(l)];
        const Exponent exponent(p);
        const Refinement refinement{0.01, std::max<std::size_t>(1 << 14, 8 * of_network.size())};
        const auto norm = [&](const std::vector<Interval> &on_cells) {
          const CellIntegrals integrals = cell_integrals(target, exponent, N, l, on_cells, refinement, true);
          return Interval(exponent.root(Interval(integrals.lower)).lower(),
                          exponent.root_upper(integrals.upper));
        };
        const Interval error = norm(of_network);
        const Interval of_means = norm(means(target, N, l));
        const double ratio = error.upper() / of_means.lower();
        worst = std::max(worst, ratio);
        BOOST_TEST(ratio <= kMostRatio, text << ", N = " << N << ", p = " << p << ", level " << l << ": "
                                             << error.upper() << " against " << of_means.lower() << ", ratio "
                                             << ratio);
      }
    }
  }
  BOOST_TEST_MESSAGE("largest ratio to the cell means, d = " << d << ": " << worst);
}

} // namespace

BOOST_AUTO_TEST_CASE(one_coordinate) {
  sweep(1, {"x", "x^2", "exp(x)", "abs(x - 1/3)", "sqrt(x)", "sin(7*x)"});
}
BOOST_AUTO_TEST_CASE(two_coordinates) {
  sweep(2, {"x + y", "x*y", "exp(x - y)", "abs(x - y)", "sqrt(x + y)", "sin(5*x)*y"});
}
