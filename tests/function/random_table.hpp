// Tables at random.
#pragma once

#include "layercert/function/sample_table.hpp"

#include <cstdint>
#include <random>

namespace layercert::test {

// With numerators from -range/2 to range/2.
inline SampleTable random_table(std::mt19937_64 &random, int dimension, int side, std::int64_t range,
                                std::int64_t denominator) {
  SampleTable table;
  table.dimension = dimension;
  table.side = side;
  table.denominator = denominator;
  std::size_t count = 1;
  for (int j = 0; j < dimension; ++j) {
    count *= static_cast<std::size_t>(side);
  }
  for (std::size_t i = 0; i < count; ++i) {
    table.numerators.push_back(static_cast<std::int64_t>(random() % (static_cast<std::uint64_t>(range) + 1)) -
                               range / 2);
  }
  return table;
}

} // namespace layercert::test
