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

// Part of the finest level, for cells that make subtrees and for others, bit by bit as in the whole.
BOOST_AUTO_TEST_CASE(a_part_of_the_cells) {
  const UpwardScope upward;
  for (const int N : {2, 3, 5}) {
    const NetworkParameters p = parameters_for("x0*x1 + abs(x0 - 1/3)", 2, N, N == 2 ? 5 : 3);
    const LevelValues whole = decode(p);
    const std::uint64_t cells = whole.values.back().size();
    const CellRange ranges[] = {{0, cells}, {0, 1},         {cells - 1, cells},    {cells / 2, cells},
                                {7, 7},     {5, cells / 3}, {cells / 4, cells / 2}};
    for (const CellRange &held : ranges) {
      const LevelValues part = decode_levels(p, "test", held);
      BOOST_REQUIRE(part.values.back().size() == held.size());
      const std::span<const Interval> here = part.on(p.depth, held.first, held.last);
      for (std::uint64_t k = held.first; k < held.last; ++k) {
        BOOST_REQUIRE(here[k - held.first].lower() == whole.values.back()[k].lower());
        BOOST_REQUIRE(here[k - held.first].upper() == whole.values.back()[k].upper());
      }
      BOOST_TEST(part.values[1].size() == whole.values[1].size());
      if (held.first > 0) {
        BOOST_CHECK_THROW(part.on(p.depth, held.first - 1, held.last), std::logic_error);
      }
      if (held.last < cells) {
        BOOST_CHECK_THROW(part.on(p.depth, held.first, held.last + 1), std::logic_error);
      }
    }
  }
}
