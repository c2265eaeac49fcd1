#define BOOST_TEST_MODULE dyadic_text
#include <boost/test/unit_test.hpp>

#include "layercert/numeric/dyadic.hpp"

#include <algorithm>
#include <random>
#include <stdexcept>

using namespace layercert;

namespace {

class RandomBits {
public:
  RandomBits() : source_(gmp_randinit_default) { source_.seed(11); }
  // Of exactly so many bits (0 for none).
  mpz_class operator()(std::size_t bits) {
    mpz_class value = source_.get_z_bits(static_cast<mp_bitcnt_t>(bits));
    if (bits > 0) {
      mpz_setbit(value.get_mpz_t(), static_cast<mp_bitcnt_t>(bits - 1));
    }
    return value;
  }

private:
  gmp_randclass source_;
};

} // namespace

BOOST_AUTO_TEST_CASE(texts_agree_with_gmp) {
  RandomBits random;
  std::mt19937_64 engine(3);
  for (int i = 0; i < 3000; ++i) {
    const std::size_t bits = i < 400 ? static_cast<std::size_t>(i) : engine() % 20000;
    mpz_class odd = random(bits);
    if (bits > 0) {
      mpz_setbit(odd.get_mpz_t(), 0);
    }
    const bool negative = engine() % 2 == 0;
    const auto exponent = bits == 0 ? 0 : static_cast<std::int64_t>(engine() % 2000001) - 1000000;
    const std::string digits = odd.get_str(16);
    const std::string power = (exponent < 0 ? "p" : "p+") + std::to_string(exponent);
    const std::string sign = negative && bits > 0 ? "-" : "";
    const std::string expected = sign + "0x" + digits + power;
    const Dyadic value(negative ? mpz_class(-odd) : odd, exponent);
    BOOST_TEST_INFO("bits = " << bits << ", text = " << expected.substr(0, 60));
    BOOST_REQUIRE(value.to_string() == expected);
    BOOST_REQUIRE(Dyadic::parse(expected) == value);

    std::string text = "before ";
    value.append_to(text);
    BOOST_REQUIRE(text == "before " + expected);

    // Not in lowest terms, upper case, zeros in front, a point anywhere: each tells the same number.
    const std::size_t zeros = engine() % 40;
    std::string longer = std::string(engine() % 40, '0') + digits + std::string(zeros, '0');
    std::transform(longer.begin(), longer.end(), longer.begin(),
                   [](char c) { return static_cast<char>(std::toupper(c)); });
    const std::size_t point = engine() % (longer.size() + 1);
    const std::int64_t moved =
        exponent + 4 * (static_cast<std::int64_t>(longer.size() - point) - static_cast<std::int64_t>(zeros));
    longer.insert(point, ".");
    longer = sign + "0X" + longer + "P" + std::to_string(moved);
    BOOST_REQUIRE_MESSAGE(Dyadic::parse(longer) == value, longer);
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_number) {
  for (const char *text : {"",
                           "-",
                           "0",
                           "0x",
                           "x1p0",
                           "1p0",
                           "0xp0",
                           "0x.p0",
                           "0x-1p0",
                           "0x1",
                           "0x1p",
                           "0x1p+",
                           "0x1p-",
                           "0x1p0 ",
                           " 0x1p0",
                           "0x1.2.3p0",
                           "0x1..p0",
                           "0x1gp0",
                           "0x1p1.5",
                           "0x1p0x",
                           "--0x1p0",
                           "0x1 p0",
                           "0x1p1099511627777",
                           "0x2p1099511627776",
                           "0x0.1p-1099511627776",
                           "0x1p99999999999999999999999999",
                           "0x\xff"
                           "1p0"}) {
    BOOST_TEST_INFO(text);
    BOOST_CHECK_THROW(Dyadic::parse(text), std::invalid_argument);
  }
  BOOST_CHECK(Dyadic::parse("+0x.8p1") == Dyadic::from_integer(1));
  BOOST_CHECK(Dyadic::parse("-0x0.00p5").is_zero());
  BOOST_CHECK(Dyadic::parse("0x1p1099511627776").exponent() == std::int64_t{1} << 40);
}

// a - b against sums of rationals.
BOOST_AUTO_TEST_CASE(differences) {
  RandomBits random;
  std::mt19937_64 engine(5);
  for (int i = 0; i < 2000; ++i) {
    const auto number = [&] {
      const mpz_class magnitude = random(engine() % 150);
      const auto exponent = static_cast<std::int64_t>(engine() % 200) - 100;
      return Dyadic(engine() % 2 == 0 ? mpz_class(-magnitude) : magnitude, exponent);
    };
    const Dyadic a = number();
    const Dyadic b = i % 10 == 0 ? a : number();
    BOOST_TEST_INFO(a.to_string() << " - " << b.to_string());
    BOOST_REQUIRE((a - b).to_rational() == mpq_class(a.to_rational() - b.to_rational()));
    BOOST_REQUIRE((a - b) == a + (-b));
    BOOST_REQUIRE((a <=> b) == (cmp(a.to_rational(), b.to_rational()) <=> 0));
  }
}
