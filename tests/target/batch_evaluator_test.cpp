#define BOOST_TEST_MODULE batch_evaluator
#include "batch_check.hpp"

using namespace layercert;
using namespace layercert::test;

BOOST_AUTO_TEST_CASE(random_expressions) {
  const BatchCounts counts = check_random_expressions(1, 1500);
  BOOST_CHECK_GT(counts.defined, counts.boxes / 4);
  BOOST_CHECK_GT(counts.quotients, 1000U);
  BOOST_CHECK_LE(100 * counts.only_batch_undefined, counts.boxes);
  BOOST_CHECK_LE(100 * counts.wider, counts.bounded);
  BOOST_CHECK_LE(100 * counts.slopes_wider, counts.slopes_bounded);
  BOOST_CHECK_LE(100 * counts.only_batch_unbounded, counts.slopes_bounded);
}
