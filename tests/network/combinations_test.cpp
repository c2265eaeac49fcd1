#define BOOST_TEST_MODULE combinations
#include "network/combinations.hpp"

using namespace layercert::test;

BOOST_AUTO_TEST_CASE(small_combinations) {
  for (const Combination &combination : combinations(0, 128)) {
    check_combination(combination);
  }
}
