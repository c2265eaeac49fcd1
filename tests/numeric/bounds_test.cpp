#define BOOST_TEST_MODULE bounds
#include <boost/test/unit_test.hpp>

#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"

using namespace layercert;

BOOST_AUTO_TEST_CASE(nan_bounds_nothing) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  BOOST_CHECK_EQUAL(largest_upper(0, nan), infinity);
  BOOST_CHECK_EQUAL(largest_upper(nan, 0), infinity);
  BOOST_CHECK_EQUAL(least_upper(0, nan), 0);
  BOOST_CHECK_EQUAL(least_upper(nan, 0), 0);
  BOOST_CHECK_EQUAL(largest_lower(0, nan), 0);
  BOOST_CHECK_EQUAL(largest_lower(nan, 0), 0);
  BOOST_CHECK_EQUAL(least_lower(0, nan), -infinity);
  BOOST_CHECK_EQUAL(least_lower(nan, 0), -infinity);
  BOOST_CHECK_EQUAL(largest_upper(1, 2), 2);
  BOOST_CHECK_EQUAL(least_upper(1, 2), 1);
  for (const Interval &x : {Interval(-1, nan), Interval(nan, 1), Interval(nan, nan)}) {
    BOOST_CHECK(!(abs_range(x).upper() < infinity)); // std::max(1, NaN) would be 1
  }
}
