#define BOOST_TEST_MODULE constant_value
#include <boost/test/unit_test.hpp>

#include "common/constant_cases.hpp"
#include "function/constant_value.hpp"

#include <ctime>

using namespace layercert;

namespace {

constexpr double kMostSeconds = 10; // of the processor, sanitized, too: others may be at work on the machine

std::string constant(const std::string &f, std::size_t dimension = 2) {
  const std::clock_t begin = std::clock();
  const std::string found =
      constant_value(Target{dimension, parse_expression(f, dimension), 0}).value_or("none");
  BOOST_TEST(static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC < kMostSeconds, f);
  return found;
}

} // namespace

BOOST_AUTO_TEST_CASE(identities) {
  for (const auto &[f, value] : kConstants) {
    BOOST_TEST(constant(f) == value, f << " is " << constant(f) << ", expected " << value);
  }
}

// Without a value on a part of the cube of positive measure, or not a constant.
BOOST_AUTO_TEST_CASE(no_constants) {
  for (const char *f : kNoConstants) {
    BOOST_TEST(constant(f) == "none", f << " is not " << constant(f));
  }
}

BOOST_AUTO_TEST_CASE(large_expressions_are_given_up) {
  for (const char *f :
       {"(x + y + 1)^4000 - (x + y + 1)^4000", "sum(k, 1, 4000, sin(k*x)) - sum(k, 1, 4000, sin(k*x))",
        "sum(k,1,400,x^k)*sum(k,1,400,y^k) - sum(k,1,400,y^k)*sum(k,1,400,x^k)",
        "((((2^2000)*x + 1)^100 + 1)^100 + 1)^100*0", "sum(k,1,3000,x^k/k)", "sin(x)^1000 - sin(x)^1000*1"}) {
    const std::string found = constant(f);
    BOOST_TEST((found == "none" || found == "0"), f << " is " << found);
  }
}
