#define BOOST_TEST_MODULE report_decimal
#include <boost/test/unit_test.hpp>

#include "layercert/instance/exact_number.hpp"
#include "report/decimal.hpp"
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
