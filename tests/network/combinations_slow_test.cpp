#define BOOST_TEST_MODULE combinations_slow
#include "network/combinations.hpp"

using namespace layercert::test;

BOOST_AUTO_TEST_CASE(combinations_up_to_1024_cells) {
  for (const Combination &combination : combinations(128, 1024)) {
    check_combination(combination);
  }
}
