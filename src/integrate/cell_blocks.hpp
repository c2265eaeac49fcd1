// The cells of a level in blocks of a fixed size, which several processes may share. The bounds over a level
// are sums over its blocks in their order, whoever has found them.
#pragma once

#include "cell_integrals.hpp"
#include "cells.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace layercert {

// The size is part of the result, since every block has a sum and a refinement of its own. A block fixes the
// finest digits of its cells, so that it is spread over the whole cube and is worth about as many boxes as
// any other. Of |x - 1/3|^(1/2), 3^11 cells, three blocks take 8.6 s of the processor, and one took 10.2.
inline constexpr std::uint64_t kCellsOfBlock = 1 << 16;

constexpr std::uint64_t count_of_blocks(std::uint64_t cells) {
  return (cells + kCellsOfBlock - 1) / kCellsOfBlock;
}
CellRange cells_of_block(std::uint64_t block, std::uint64_t cells);

// Who finds the integrals over the blocks.
class CellBlocks {
public:
  // The integrals over the cells of one block. It is called by one thread, and may use others.
  using Integrate = std::function<CellIntegrals(const CellRange &block)>;

  CellBlocks() = default;
  CellBlocks(const CellBlocks &) = delete;
  CellBlocks &operator=(const CellBlocks &) = delete;
  virtual ~CellBlocks() = default;

  // Of all blocks, in their order. `unit`: of the powers.
  virtual std::vector<CellIntegrals> of_all(std::uint64_t cells, double unit,
                                            const Integrate &integrate) const = 0;
};

// All are found here, one after the other.
class BlocksHere final : public CellBlocks {
public:
  std::vector<CellIntegrals> of_all(std::uint64_t cells, double unit,
                                    const Integrate &integrate) const override;
};

// One sum of all blocks. One block alone stays as it is; several have their largest shares alone (keep_largest),
// for those of all cells would take more memory than the readouts. Requires: an open UpwardScope.
CellIntegrals sum_of_blocks(std::vector<CellIntegrals> blocks);

// How many cells are named where a level is not certified; cells without an upper bound are all named.
inline constexpr std::size_t kNamedCells = 10;
// These, the largest share first, and of equal ones the first cell first.
std::vector<ShareOfCell> largest_shares(std::vector<ShareOfCell> shares);
// Of all shares of a block, whose cells begin with that one.
std::vector<ShareOfCell> largest_shares(const std::vector<double> &share_upper, std::uint64_t first = 0);
// What is left of the shares of one block among several.
void keep_largest(CellIntegrals &block, std::uint64_t first);

} // namespace layercert
