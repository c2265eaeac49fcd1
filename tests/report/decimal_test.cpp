#define BOOST_TEST_MODULE report_decimal
#include <boost/test/unit_test.hpp>

#include "layercert/instance/exact_number.hpp"
#include "report/decimal.hpp"
#include "report/decimal_column.hpp"
#include "report/markup.hpp"

#include <limits>
#include <random>

using namespace layercert;

BOOST_AUTO_TEST_CASE(decimals_lie_on_their_side_and_are_as_near_as_their_digits_allow) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 2000; ++i) {
    const double size = std::ldexp(1.0, static_cast<int>(random() % 400) - 200);
    const double x = (static_cast<double>(random() % (1U << 30U)) / (1U << 29U) - 1) * size;
    for (const int digits : {1, 3, 6, 17}) {
      const mpq_class lower = parse_exact_number(decimal_lower(x, digits));
      const mpq_class upper = parse_exact_number(decimal_upper(x, digits));
      const mpq_class exact(x);
      BOOST_TEST((lower <= exact && exact <= upper), x);
      mpz_class scale;
      mpz_ui_pow_ui(scale.get_mpz_t(), 10, static_cast<unsigned long>(digits - 1));
      BOOST_TEST((upper - lower <= abs(upper) / scale + abs(lower) / scale), x << " with " << digits);
    }
  }
  BOOST_TEST(decimal_lower(0.1, 3) == "0.1");
  BOOST_TEST(decimal_upper(0.1, 3) == "0.101"); // the double is above one tenth
  BOOST_TEST(decimal_upper(1e-9, 3) == "1.01e-09");
  BOOST_TEST(decimal_lower(0, 5) == "0");
  BOOST_TEST(decimal_upper(std::numeric_limits<double>::infinity(), 5) == "inf");
}

BOOST_AUTO_TEST_CASE(markup_holds_text_only) {
  BOOST_TEST(escaped("a<b>&'\"\n") == "a&lt;b&gt;&amp;&#39;&quot;\n");
  BOOST_TEST(escaped("\u03c9 \U0001d453 \u2016") == "\u03c9 \U0001d453 \u2016");
  const std::string unknown = "\uFFFD";
  BOOST_TEST(escaped("\x01\x7f") == unknown + unknown);
  BOOST_TEST(escaped("\xff"
                     "a\xc3") == unknown + "a" + unknown);
  BOOST_TEST(escaped("\xc0\x80") == unknown + unknown);               // overlong
  BOOST_TEST(escaped("\xed\xa0\x80") == unknown + unknown + unknown); // a surrogate
  BOOST_TEST(count_characters("\u03c9p") == 2U);
}

BOOST_AUTO_TEST_CASE(a_column_is_written_alike_on_the_safe_side) {
  const auto check = [](std::initializer_list<double> numbers, const std::string &last, bool powers) {
    DecimalColumn column(5);
    for (const double x : numbers) {
      column.add(x);
    }
    BOOST_TEST(column.has_powers() == powers);
    BOOST_TEST(column.upper(*(numbers.end() - 1)) == last);
    std::size_t behind = std::string::npos;
    for (const double x : numbers) {
      const std::string lower = column.lower(x);
      const std::string upper = column.upper(x);
      BOOST_TEST((parse_exact_number(lower) <= mpq_class(x) && parse_exact_number(upper) >= mpq_class(x)));
      const std::size_t decimals = lower.substr(0, lower.find('e')).size() - lower.find('.');
      BOOST_TEST((behind == std::string::npos || behind == decimals));
      behind = decimals;
    }
  };
  check({0.25, 0.5, 0.03125}, "0.031250", false);
  check({1.0 / 3, 1.0 / 300}, "0.0033334", false);
  check({1, 20, 300}, "300.0000", false);
  check({0.5, 1e-9}, "1.0001e-09", true); // 1e-9 is no double; the nearest is above
  check({0, 0.125}, "0.12500", false);
  DecimalColumn column(5);
  column.add(0);
  column.add(std::numeric_limits<double>::infinity());
  BOOST_TEST(column.upper(0) == "0.0000");
  BOOST_TEST(column.upper(std::numeric_limits<double>::infinity()) == "inf");
}
