#define BOOST_TEST_MODULE check_agreement_slow
#include <boost/test/unit_test.hpp>

#include "agreement.hpp"

BOOST_AUTO_TEST_CASE(what_is_certified_is_accepted) {
  check_test::Agreement agreement(3);
  BOOST_TEST(agreement.run(250) > 60);
  BOOST_TEST(agreement.unknown() <= 2);
}
