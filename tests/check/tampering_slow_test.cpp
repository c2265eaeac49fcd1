#define BOOST_TEST_MODULE check_tampering_slow
#include <boost/test/unit_test.hpp>

#include "tampering.hpp"

BOOST_AUTO_TEST_CASE(nothing_false_is_accepted) {
  check_test::Tampering tampering(20);
  BOOST_TEST(tampering.run(2500) < 1250);
}
