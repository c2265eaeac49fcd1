#define BOOST_TEST_MODULE exact_number
#include <boost/test/unit_test.hpp>

#include "layercert/instance/exact_number.hpp"

#include <stdexcept>
#include <string>

using layercert::parse_exact_number;

namespace {

mpq_class fraction(long numerator, long denominator) {
  mpq_class value(numerator, denominator);
  value.canonicalize();
  return value;
}

} // namespace

BOOST_AUTO_TEST_CASE(decimals_are_taken_exactly) {
  BOOST_TEST(parse_exact_number("0.1") == fraction(1, 10));
  BOOST_TEST(parse_exact_number("3.5") == fraction(7, 2));
  BOOST_TEST(parse_exact_number("1e-3") == fraction(1, 1000));
  BOOST_TEST(parse_exact_number("-2") == fraction(-2, 1));
  BOOST_TEST(parse_exact_number("+2.50E+2") == fraction(250, 1));
  BOOST_TEST(parse_exact_number("-0.125e1") == fraction(-5, 4));
  BOOST_TEST(parse_exact_number(".5") == fraction(1, 2));
  BOOST_TEST(parse_exact_number("5.") == fraction(5, 1));
  BOOST_TEST(parse_exact_number("-0") == 0);
  BOOST_TEST(parse_exact_number("0010") == 10); // decimal, not octal
  BOOST_TEST(parse_exact_number("0.00") == 0);
}

BOOST_AUTO_TEST_CASE(fractions_come_in_lowest_terms) {
  BOOST_TEST(parse_exact_number("7/2") == fraction(7, 2));
  BOOST_TEST(parse_exact_number("-6/4").get_str() == "-3/2");
  BOOST_TEST(parse_exact_number("0.50").get_str() == "1/2");
  BOOST_TEST(parse_exact_number("1/2^30").get_str() == "1/1073741824");
  BOOST_TEST(parse_exact_number("-6/2^3").get_str() == "-3/4");
  BOOST_TEST(parse_exact_number("6/7^0") == 6);
}

BOOST_AUTO_TEST_CASE(long_numbers_keep_every_digit) {
  const std::string digits = "1234567890123456789012345678901234567890";
  BOOST_TEST(parse_exact_number(digits).get_str() == digits);
  mpq_class scaled = parse_exact_number("0." + digits);
  for (std::size_t i = 0; i < digits.size(); ++i) {
    scaled *= 10;
  }
  BOOST_TEST(scaled.get_str() == digits);
  BOOST_TEST(parse_exact_number("1e10000").get_str().size() == 10001U);
  BOOST_TEST((parse_exact_number("1e10000") * parse_exact_number("1e-10000")) == 1);
}

BOOST_AUTO_TEST_CASE(everything_else_is_refused) {
  for (const char *text : {"",
                           "-",
                           "+",
                           ".",
                           "e5",
                           "1e",
                           "1e+",
                           "abc",
                           "nan",
                           "inf",
                           "1 ",
                           " 1",
                           "1,5",
                           "0x10",
                           "1/",
                           "/2",
                           "1/0",
                           "1/-2",
                           "1.5/2",
                           "1/2/3",
                           "--1",
                           "1e1.5",
                           "1e10001",
                           "1e-10001",
                           "1e99999999999999999999",
                           "1_000",
                           "1/2^",
                           "1/^2",
                           "1/2^-1",
                           "2^3",
                           "1/0^2",
                           "1/2^99999",
                           "1/10^99999999999999999999999",
                           "1/2^3^2"}) {
    BOOST_TEST_CONTEXT("text " << text) {
      BOOST_CHECK_THROW(parse_exact_number(text), std::invalid_argument);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_message_quotes_what_was_found) {
  BOOST_CHECK_EXCEPTION(parse_exact_number("12x"), std::invalid_argument,
                        [](const std::invalid_argument &error) {
                          return std::string(error.what()).find("\"12x\"") != std::string::npos;
                        });
}
