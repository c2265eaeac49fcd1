#define BOOST_TEST_MODULE batch_evaluator_slow
#include "batch_check.hpp"

using namespace layercert;
using namespace layercert::test;

BOOST_AUTO_TEST_CASE(many_random_expressions) {
  for (std::uint64_t seed = 2; seed < 12; ++seed) {
    const BatchCounts counts = check_random_expressions(seed, 3000);
    BOOST_CHECK_LE(100 * counts.wider, counts.bounded);
    BOOST_CHECK_LE(100 * counts.slopes_wider, counts.slopes_bounded);
  }
}
