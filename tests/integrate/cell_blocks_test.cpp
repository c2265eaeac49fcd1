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
  const std::vector<ShareOfCell> expected = largest_shares(whole.share_upper);
  const std::vector<ShareOfCell> largest = largest_shares(blocks.largest);
  BOOST_TEST(blocks.largest.size() == 3 * kNamedCells);
  BOOST_REQUIRE(largest.size() == kNamedCells);
  for (std::size_t i = 0; i < largest.size(); ++i) {
    BOOST_TEST(largest[i].cell == expected[i].cell);
    BOOST_TEST(largest[i].upper == expected[i].upper);
  }
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
  CellIntegrals block;
  block.share_upper.assign(30, 1.0);
  block.share_upper[7] = 5;
  block.share_upper[3] = 2;
  std::vector<std::uint64_t> cells;
  for (const ShareOfCell &share : largest_shares(block.share_upper, 100)) {
    cells.push_back(share.cell);
  }
  const std::vector<std::uint64_t> expected = {107, 103, 100, 101, 102, 104, 105, 106, 108, 109};
  BOOST_TEST(cells == expected, boost::test_tools::per_element());
  for (std::size_t i = 10; i < 22; ++i) {
    block.share_upper[i] = std::numeric_limits<double>::infinity();
  }
  keep_largest(block, 0); // twelve have no bound, and all of these are named
  BOOST_TEST(block.share_upper.empty());
  BOOST_TEST(block.largest.size() == 12U);
  BOOST_TEST(block.largest.front().cell == 10U);
  BOOST_TEST(block.largest.back().cell == 21U);
}
