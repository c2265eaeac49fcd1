#define BOOST_TEST_MODULE level_values
#include <boost/test/unit_test.hpp>

#include "network/network_for_test.hpp"

#include "layercert/network/direct_evaluator.hpp"

#include <fmt/format.h>

using namespace layercert;
using namespace layercert::test;

// Where a phase is near 0 the sine is small and its own rounding negligible: what is left of an interval's
// width is what the tree's counted truncations need. The layers, evaluated far more accurately, must lie
// inside.
BOOST_AUTO_TEST_CASE(phases_near_0_are_enclosed) {
  const UpwardScope upward;
  int inside_by_truncation = 0;
  for (const int N : {3, 5, 7, 9, 11, 13, 15, 21, 33, 65}) { // odd: the middle cell's value is near 0
    const NetworkParameters p = parameters_for("x0 - 1/2", 1, N, 1);
    const Network network = assemble_network(p);
    const LevelValues values = decode(p);
    const mpfr_prec_t precision = sufficient_precision(network, 1, 200);
    for (std::uint64_t k = 0; k < static_cast<std::uint64_t>(N); ++k) {
      const Interval &tree = values.values[1][k];
      const MpfrInterval direct =
          evaluate_directly(network, point_in_cell(k, 1, N, 1, {mpq_class(1, 3)}), precision)[0];
      BOOST_TEST(mpfr_cmp_d(direct.lower().get(), tree.lower()) >= 0, "N = " << N << ", cell " << k);
      BOOST_TEST(mpfr_cmp_d(direct.upper().get(), tree.upper()) <= 0, "N = " << N << ", cell " << k);
      inside_by_truncation += std::fabs(tree.lower()) < 0.02 ? 1 : 0;
    }
  }
  BOOST_TEST(inside_by_truncation > 3); // the cases are of the kind that the comment says
}
