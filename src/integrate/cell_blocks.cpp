#include "cell_blocks.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/elementary.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace layercert {

CellRange cells_of_block(std::uint64_t block, std::uint64_t cells) {
  const std::uint64_t first = block * kCellsOfBlock;
  return {first, std::min(cells, first + kCellsOfBlock)};
}

std::vector<CellIntegrals> BlocksHere::of_all(std::uint64_t cells, double /*unit*/,
                                              const Integrate &integrate) const {
  std::vector<CellIntegrals> blocks;
  for (std::uint64_t block = 0; block < count_of_blocks(cells); ++block) {
    blocks.push_back(integrate(cells_of_block(block, cells)));
    if (count_of_blocks(cells) > 1) {
      keep_largest(blocks.back().share_upper);
    }
  }
  return blocks;
}

CellIntegrals sum_of_blocks(std::vector<CellIntegrals> blocks) {
  assert_upward();
  if (blocks.size() == 1) {
    return std::move(blocks.front());
  }
  CellIntegrals sum;
  sum.overlap_integral_upper = 0;
  for (CellIntegrals &block : blocks) {
    sum.lower = add_down(sum.lower, block.lower);
    sum.upper = add_up(sum.upper, block.upper);
    sum.overlap = add_up(sum.overlap, block.overlap);
    sum.overlap_integral_upper = add_up(sum.overlap_integral_upper, block.overlap_integral_upper);
    sum.boxes += block.boxes;
    sum.share_upper.insert(sum.share_upper.end(), block.share_upper.begin(), block.share_upper.end());
    block.share_upper = {};
  }
  return sum;
}

std::vector<std::uint64_t> largest_shares(const std::vector<double> &share_upper) {
  std::vector<std::uint64_t> order(share_upper.size());
  std::iota(order.begin(), order.end(), std::uint64_t{0});
  const auto unbounded = static_cast<std::size_t>(
      std::count_if(share_upper.begin(), share_upper.end(), [](double share) { return std::isinf(share); }));
  const std::size_t kept = std::min(std::max(kNamedCells, unbounded), order.size());
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept), order.end(),
                    [&](std::uint64_t a, std::uint64_t b) {
                      return share_upper[a] != share_upper[b] ? share_upper[a] > share_upper[b] : a < b;
                    });
  order.resize(kept);
  return order;
}

void keep_largest(std::vector<double> &share_upper) {
  std::vector<double> kept(share_upper.size(), 0.0);
  for (const std::uint64_t cell : largest_shares(share_upper)) {
    kept[cell] = share_upper[cell];
  }
  share_upper = std::move(kept);
}

} // namespace layercert
