// Numbering of cells and bits of the two-sine decoder (proofs/theorem.md, section 4).
#pragma once

#include <cstdint>
#include <vector>

namespace layercert {

// One bit q of one digit i of the cell number, with tau = 2^-shift, shift s = b * 2^q * N^i.
struct BitPosition {
  int digit;          // i = (m-1) d + j of level m, coordinate j
  int bit;            // q
  std::int64_t shift; // s
};

// The bits of the digits 0..digits-1 in base N, in increasing order of s. Cell k = sum e_i N^i; the bits of
// its digits, as a subset of these positions, name the same cell.
class DecoderLayout {
public:
  // Requires: N >= 2, digits >= 1, b >= 1, and fits(N, digits, b).
  DecoderLayout(int N, int digits, std::int64_t b);

  // b * N^digits is below 2^62, so that cell numbers and shifts are no larger either.
  static bool fits(int N, int digits, std::int64_t b);

  int N() const noexcept { return N_; }
  int digits() const noexcept { return digits_; }
  std::int64_t b() const noexcept { return b_; }
  int bits_per_digit() const noexcept { return bits_per_digit_; }
  std::uint64_t cells() const noexcept { return cells_; } // N^digits
  // Is every combination of bits a digit, that is, N a power of two?
  bool digits_are_whole() const noexcept { return N_ == 1 << bits_per_digit_; }
  const std::vector<BitPosition> &positions() const noexcept { return positions_; }
  std::uint64_t place_value(int digit) const { return place_values_[static_cast<std::size_t>(digit)]; } // N^i

  static int bits_of_digit(int N); // ceil(log2 N)

private:
  int N_;
  int digits_;
  std::int64_t b_;
  int bits_per_digit_;
  std::uint64_t cells_ = 1;
  std::vector<BitPosition> positions_;
  std::vector<std::uint64_t> place_values_;
};

} // namespace layercert
