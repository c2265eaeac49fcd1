#define BOOST_TEST_MODULE box_list
#include <boost/test/unit_test.hpp>

#include "integrate/box_list.hpp"

#include <vector>

namespace {

using namespace layercert;

Box box_of(std::uint64_t cell, std::initializer_list<double> lower, std::initializer_list<double> upper) {
  Box box;
  std::copy(lower.begin(), lower.end(), box.lower.begin());
  std::copy(upper.begin(), upper.end(), box.upper.begin());
  box.cell = cell;
  return box;
}

void check_equal(const Box &a, const Box &b) {
  BOOST_TEST(a.lower == b.lower, boost::test_tools::per_element());
  BOOST_TEST(a.upper == b.upper, boost::test_tools::per_element());
  BOOST_TEST(a.cell == b.cell);
}

} // namespace

BOOST_AUTO_TEST_CASE(gives_back_what_was_put_in) {
  const std::vector<Box> boxes{box_of(7, {0.125, 0.25, 0}, {0.5, 0.75, 1}),
                               box_of(9, {0.5, 0.25, 0.5}, {0.625, 1, 0.75})};
  const BoxList list(3, boxes);
  BOOST_TEST_REQUIRE(list.size() == 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    check_equal(list[i], boxes[i]);
    BOOST_TEST(list.cell(i) == boxes[i].cell);
    for (std::size_t j = 0; j < 3; ++j) {
      BOOST_TEST(list.lower(i, j) == boxes[i].lower[j]);
      BOOST_TEST(list.upper(i, j) == boxes[i].upper[j]);
    }
  }
}

BOOST_AUTO_TEST_CASE(halves_share_a_face_and_nothing_else_changes) {
  const std::vector<Box> boxes{box_of(1, {0, 0}, {1, 1}), box_of(5, {0.25, 0.5}, {0.5, 1})};
  BoxList list(2, boxes);
  list.halve(1, 1);
  BOOST_TEST_REQUIRE(list.size() == 3U);
  check_equal(list[0], boxes[0]);
  check_equal(list[1], box_of(5, {0.25, 0.5}, {0.5, 0.75}));
  check_equal(list[2], box_of(5, {0.25, 0.75}, {0.5, 1}));
  list.set(0, list[2]);
  check_equal(list[0], list[2]);
}
