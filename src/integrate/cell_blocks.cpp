#include "cell_blocks.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/elementary.hpp"

#include <algorithm>
#include <cmath>
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
    const CellRange range = cells_of_block(block, cells);
    blocks.push_back(integrate(range));
    if (count_of_blocks(cells) > 1) {
      keep_largest(blocks.back(), range.first);
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
  for (const CellIntegrals &block : blocks) {
    sum.lower = add_down(sum.lower, block.lower);
    sum.upper = add_up(sum.upper, block.upper);
    sum.overlap = add_up(sum.overlap, block.overlap);
    sum.overlap_integral_upper = add_up(sum.overlap_integral_upper, block.overlap_integral_upper);
    sum.boxes += block.boxes;
    sum.largest.insert(sum.largest.end(), block.largest.begin(), block.largest.end());
  }
  return sum;
}

std::vector<ShareOfCell> largest_shares(std::vector<ShareOfCell> shares) {
  const auto unbounded = static_cast<std::size_t>(std::count_if(
      shares.begin(), shares.end(), [](const ShareOfCell &share) { return std::isinf(share.upper); }));
  const std::size_t kept = std::min(std::max(kNamedCells, unbounded), shares.size());
  std::partial_sort(shares.begin(), shares.begin() + static_cast<std::ptrdiff_t>(kept), shares.end(),
                    [](const ShareOfCell &a, const ShareOfCell &b) {
                      return a.upper != b.upper ? a.upper > b.upper : a.cell < b.cell;
                    });
  shares.resize(kept);
  return shares;
}

std::vector<ShareOfCell> largest_shares(const std::vector<double> &share_upper, std::uint64_t first) {
  std::vector<ShareOfCell> shares;
  shares.reserve(share_upper.size());
  for (std::size_t i = 0; i < share_upper.size(); ++i) {
    shares.push_back({first + i, share_upper[i]});
  }
  return largest_shares(std::move(shares));
}

void keep_largest(CellIntegrals &block, std::uint64_t first) {
  block.largest = largest_shares(block.share_upper, first);
  block.share_upper = {};
}

} // namespace layercert
