#define BOOST_TEST_MODULE check_tampering
#include <boost/test/unit_test.hpp>

#include "tampering.hpp"

BOOST_AUTO_TEST_CASE(nothing_false_is_accepted) {
  check_test::Tampering tampering(1);
  BOOST_TEST(tampering.run(100) < 50); // most alterations are false or no certificate any more
}
