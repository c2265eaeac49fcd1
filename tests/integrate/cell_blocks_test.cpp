// Blocks of cells: every cell in one of them, sums that enclose those over all cells at once, and the largest
// shares.
#define BOOST_TEST_MODULE cell_blocks
#include <boost/test/unit_test.hpp>

#include "function/random_table.hpp"
#include "integrate/cell_blocks.hpp"
#include "integrate/table_integrals.hpp"
#include "layercert/numeric/rounding_scope.hpp"

#include <cmath>
#include <limits>
#include <random>

using namespace layercert;

BOOST_AUTO_TEST_CASE(every_cell_is_in_one_block) {
  for (const std::uint64_t cells :
       {std::uint64_t{1}, kCellsOfBlock - 1, kCellsOfBlock, kCellsOfBlock + 1, 7 * kCellsOfBlock + 5}) {
    std::uint64_t next = 0;
    for (std::uint64_t block = 0; block < count_of_blocks(cells); ++block) {
      const CellRange range = cells_of_block(block, cells);
      BOOST_TEST(range.first == next);
      BOOST_TEST(range.size() > 0U);
      BOOST_TEST(range.size() <= kCellsOfBlock);
      next = range.last;
    }
    BOOST_TEST(next == cells);
  }
}

// For p = 1, 3^11 cells and samples that fit no grid: against one sum over all cells, by intervals whose
// width is that of rounding alone.
BOOST_AUTO_TEST_CASE(samples_by_blocks) {
  const UpwardScope upward;
  std::mt19937_64 random(5);
  const SampleTable table = test::random_table(random, {1000}, 40, 3);
  const int level = 11;
  std::vector<Interval> values;
  for (std::uint64_t k = 0; k < cells_in_cube(1, 3, level); ++k) {
    values.emplace_back(std::uniform_real_distribution<>(-9, 9)(random));
  }
  const Exponent p(1);
  BOOST_REQUIRE(count_of_blocks(values.size()) == 3U);
  const CellIntegrals blocks = cell_integrals(table, p, 3, level, values);
  const CellIntegrals whole = sum_over_cells(table_integrals(table, p, 3, level, values));
  BOOST_TEST(blocks.lower <= whole.upper);
  BOOST_TEST(whole.lower <= blocks.upper);
  BOOST_TEST(blocks.upper - blocks.lower <= whole.upper - whole.lower);
  BOOST_TEST(blocks.boxes == whole.boxes);
  BOOST_TEST(blocks.overlap == 0);
  BOOST_REQUIRE(blocks.share_upper.size() == values.size());
  const std::vector<std::uint64_t> largest = largest_shares(whole.share_upper);
  BOOST_TEST(largest == largest_shares(blocks.share_upper), boost::test_tools::per_element());
  BOOST_TEST(blocks.share_upper[largest[0]] == whole.share_upper[largest[0]]);
}

// The boxes of an expression: int over [0, 1] of |x - 0| is 1/2, whatever the blocks, and what the boxes of
// 3^11 cells exceed these by is little.
BOOST_AUTO_TEST_CASE(boxes_by_blocks) {
  const UpwardScope upward;
  const std::vector<Interval> zeros(cells_in_cube(1, 3, 11), Interval(0.0));
  const CellIntegrals found = cell_integrals(parse_expression("x0", 1), 1, Exponent(1), 3, 11, zeros,
                                             {0.01, 4 * zeros.size()}, false);
  const double slack = found.overlap + 1e-9;
  BOOST_TEST(found.upper >= 0.5);
  BOOST_TEST(found.lower <= 0.5 + found.overlap);
  BOOST_TEST(found.upper <= 0.5 + slack);
  BOOST_TEST(found.lower >= 0.5 - slack);
  BOOST_TEST(found.overlap > 0);
  BOOST_TEST(found.overlap < 1e-9);
}

BOOST_AUTO_TEST_CASE(the_largest_shares_are_kept) {
  std::vector<double> shares(30, 1.0);
  shares[7] = 5;
  shares[3] = 2;
  const std::vector<std::uint64_t> expected = {7, 3, 0, 1, 2, 4, 5, 6, 8, 9};
  BOOST_TEST(largest_shares(shares) == expected, boost::test_tools::per_element());
  for (std::size_t i = 10; i < 22; ++i) {
    shares[i] = std::numeric_limits<double>::infinity();
  }
  keep_largest(shares); // twelve have no bound, and all of these are named
  BOOST_TEST(shares[7] == 0);
  BOOST_TEST(std::isinf(shares[21]));
}
