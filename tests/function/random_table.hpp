// Tables at random.
#pragma once

#include "layercert/function/sample_table.hpp"

#include <cstdint>
#include <random>

namespace layercert::test {

// With numerators from -range/2 to range/2.
inline SampleTable random_table(std::mt19937_64 &random, const std::vector<int> &sides, std::int64_t range,
                                std::int64_t denominator) {
  SampleTable table;
  table.dimension = static_cast<int>(sides.size());
  table.sides = sides;
  table.denominator = denominator;
  std::size_t count = 1;
  for (const int side : sides) {
    count *= static_cast<std::size_t>(side);
  }
  for (std::size_t i = 0; i < count; ++i) {
    table.numerators.push_back(static_cast<std::int64_t>(random() % (static_cast<std::uint64_t>(range) + 1)) -
                               range / 2);
  }
  return table;
}

inline SampleTable random_table(std::mt19937_64 &random, std::size_t dimension, int side, std::int64_t range,
                                std::int64_t denominator) {
  return random_table(random, std::vector<int>(dimension, side), range, denominator);
}

// The same samples as rationals, or, as far as they are doubles, as these.
inline SampleTable with_rationals(SampleTable table) {
  SampleTable result = table;
  result.numerators.clear();
  result.denominator = 1;
  for (std::size_t i = 0; i < table.size(); ++i) {
    result.rationals.push_back(table.exact(i));
  }
  return result;
}
inline SampleTable with_doubles(SampleTable table) {
  SampleTable result = table;
  result.numerators.clear();
  result.denominator = 1;
  for (std::size_t i = 0; i < table.size(); ++i) {
    result.doubles.push_back(table.nearest(i));
  }
  return result;
}

} // namespace layercert::test
