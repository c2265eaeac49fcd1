// Which share of a divided run has which part of the work. All shares find the same answer by themselves,
// without a word to each other.
#pragma once

#include "layercert/certify/share.hpp"

#include <cstdint>
#include <vector>

namespace layercert {

// The bounds of a level have two halves, which are found independently of each other.
enum class Half { Error, Modulus };

// The blocks first, ..., last - 1 of so many.
struct BlockRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

// An even part of the blocks of one level, which lie side by side: their cells are one subtree of the decoder,
// or few. No share has two blocks more than another.
BlockRange blocks_of(const Share &share, std::uint64_t blocks);

// Of one level.
struct LevelWork {
  std::uint64_t cells = 0;
  std::uint64_t blocks = 1; // of its error; 1 where one share finds it whole
};

// Errors in blocks are shared evenly. Of all else the dearest part goes first, and always to the share that
// has the least to do.
class Division {
public:
  // `levels`: 1, 2, and so on.
  Division(const Share &share, const std::vector<LevelWork> &levels);

  bool has_blocks(int level) const { return levels_[static_cast<std::size_t>(level - 1)].blocks > 1; }
  BlockRange blocks(int level) const {
    return blocks_of(share_, levels_[static_cast<std::size_t>(level - 1)].blocks);
  }

  bool has(int level, Half half) const {
    return owner_of_half_[2 * static_cast<std::size_t>(level - 1) + (half == Half::Modulus)] == share_.index;
  }
  bool has_list(int level) const {
    return owner_of_list_[static_cast<std::size_t>(level - 1)] == share_.index;
  }

private:
  Share share_;
  std::vector<LevelWork> levels_;
  std::vector<int> owner_of_half_; // error and modulus of level 1, of level 2, and so on
  std::vector<int> owner_of_list_;
};

} // namespace layercert
