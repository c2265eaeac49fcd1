// Which share of a divided run has which part of the work. All shares find the same answer by themselves,
// without a word to each other.
#pragma once

#include "layercert/certify/share.hpp"

#include <cstdint>
#include <vector>

namespace layercert {

// The bounds of a level have two halves, which are found independently of each other.
enum class Half { Error, Modulus };

// The dearest part goes first, and always to the share that has the least to do.
class Division {
public:
  // `cells`: of level 1, 2, and so on.
  Division(const Share &share, const std::vector<std::uint64_t> &cells);

  bool has(int level, Half half) const {
    return owner_of_half_[2 * static_cast<std::size_t>(level - 1) + (half == Half::Modulus)] == share_.index;
  }
  bool has_list(int level) const {
    return owner_of_list_[static_cast<std::size_t>(level - 1)] == share_.index;
  }

private:
  Share share_;
  std::vector<int> owner_of_half_; // error and modulus of level 1, of level 2, and so on
  std::vector<int> owner_of_list_;
};

} // namespace layercert
