#define BOOST_TEST_MODULE check_agreement
#include <boost/test/unit_test.hpp>

#include "agreement.hpp"

BOOST_AUTO_TEST_CASE(what_is_certified_is_accepted) {
  check_test::Agreement agreement(2);
  BOOST_TEST(agreement.run(15) > 4);
  BOOST_TEST(agreement.unknown() <= 0);
}
