#include "layercert/decoder/layout.hpp"

#include <cassert>

namespace layercert {

int DecoderLayout::bits_of_digit(int N) {
  int bits = 0;
  while ((1 << bits) < N) {
    ++bits;
  }
  return bits;
}

bool DecoderLayout::fits(int N, int digits, std::int64_t b) {
  constexpr std::int64_t kLimit = std::int64_t{1} << 62;
  std::int64_t product = b;
  for (int i = 0; i < digits && product < kLimit; ++i) {
    product = product > kLimit / N ? kLimit : product * N;
  }
  return product < kLimit;
}

DecoderLayout::DecoderLayout(int N, int digits, std::int64_t b)
    : N_(N), digits_(digits), b_(b), bits_per_digit_(bits_of_digit(N)) {
  assert(N >= 2 && digits >= 1 && b >= 1 && fits(N, digits, b));
  for (int i = 0; i < digits; ++i) {
    place_values_.push_back(cells_);
    for (int q = 0; q < bits_per_digit_; ++q) {
      positions_.push_back({i, q, b * (std::int64_t{1} << q) * static_cast<std::int64_t>(cells_)});
    }
    cells_ *= static_cast<std::uint64_t>(N);
  }
}

} // namespace layercert
