#define BOOST_TEST_MODULE sample_table
#include <boost/test/unit_test.hpp>

#include "common/files.hpp"
#include "common/refusal.hpp"
#include "layercert/error.hpp"
#include "layercert/function/sample_table.hpp"

#include <algorithm>
#include <filesystem>
#include <string>

using layercert::InputError;
using layercert::read_csv;
using layercert::read_image;
using layercert::require_power_side;
using layercert::SampleTable;
using layercert::test::refuses;
using layercert::test::TemporaryFolder;
using layercert::test::write_file;

namespace fs = std::filesystem;
using namespace std::string_literals;

namespace {

using Values = std::vector<std::int64_t>;

struct Fixture {
  fs::path file(const std::string &bytes) const { return write_file(folder / "samples", bytes); }
  SampleTable image(const std::string &bytes) const { return read_image(file(bytes)); }
  SampleTable csv(const std::string &bytes, int dimension) const { return read_csv(file(bytes), dimension); }

  TemporaryFolder folder;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(sample_table, Fixture)

BOOST_AUTO_TEST_CASE(text_image) {
  const SampleTable table = image("P2\n# a comment\n2 2 # another\n9\n0 1\n\n  8\t9 # last\n");
  BOOST_TEST(table.dimension == 2);
  BOOST_TEST(table.side == 2);
  BOOST_TEST(table.denominator == 9);
  BOOST_TEST(table.numerators == (Values{0, 1, 8, 9}),
             boost::test_tools::per_element()); // row by row from the top
  BOOST_TEST(image("P2 1 1 65535 65535").numerators == (Values{65535}), boost::test_tools::per_element());
  BOOST_TEST(image("P2#c\r\n1 1\r\n7\r\n3\r\n").numerators == (Values{3}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(binary_image) {
  // Samples that look like blanks, comments and line ends are samples.
  const SampleTable bytes = image("P5 # c\n2 2\n255\n\n#\xff\0"s);
  BOOST_TEST(bytes.numerators == (Values{10, 35, 255, 0}), boost::test_tools::per_element());
  BOOST_TEST(bytes.denominator == 255);
  const SampleTable words = image("P5\n1\n1\n256 \x01\x00"s);
  BOOST_TEST(words.numerators == (Values{256}), boost::test_tools::per_element()); // big endian
  BOOST_TEST(words.denominator == 256);
}

BOOST_AUTO_TEST_CASE(bad_images) {
  refuses([&] { image(""); }, 1, {"P2 or P5"});
  refuses([&] { image("P6\n1 1\n255\nabc"); }, 1, {"\"P6", "P2 or P5"});
  refuses([&] { image("P25 1 1 1"); }, 1, {"P2 or P5"});
  refuses([&] { image("\x89PNG\r\n"); }, 0, {"?PNG", "PNG format"});
  refuses([&] { image("P2"); }, 1, {"ends before the width"});
  refuses([&] { image("P2\n3"); }, 2, {"ends before the height"});
  refuses([&] { image("P5\n3 3\n"); }, 3, {"ends before the largest value"});
  refuses([&] { image("P2\n3 2\n9\n1 2 3 4 5 6"); }, 2, {"3 x 2", "square"});
  refuses([&] { image("P2\n0 0\n9\n"); }, 2, {"width", "\"0\""});
  refuses([&] { image("P2\n-1 1\n9\n1"); }, 2, {"width", "\"-1\""});
  refuses([&] { image("P2\n99999999999999999999 1\n9\n1"); }, 2, {"width", "99999999999999999999"});
  refuses([&] { image("P2\n1 1\n0\n0"); }, 3, {"largest value", "\"0\"", "1 to 65535"});
  refuses([&] { image("P2\n1 1\n65536\n0"); }, 3, {"largest value", "\"65536\"", "1 to 65535"});
  refuses([&] { image("P2\n1 1\n9\n\n10"); }, 5, {"a sample", "\"10\"", "0 to 9"});
  refuses([&] { image("P2\n1 1\n9\n1.5"); }, 4, {"a sample", "\"1.5\""});
  refuses([&] { image("P2\n2 2\n9\n1 2 3\n"); }, 5, {"after 3 samples", "expected 4"});
  refuses([&] { image("P2\n1000000000 1000000000\n9\n1 2 3\n"); }, 5, {"after 3 samples"});
  refuses([&] { image("P2\n1 1\n9\n1\n2"); }, 5, {"\"2\"", "end of the file"});
  refuses([&] { image("P5\n2 2\n255\nabc"); }, 0, {"found 3 bytes", "expected 4"});
  refuses([&] { image("P5\n2 2\n256\nabcdefg"); }, 0, {"found 7 bytes", "expected 8"});
  refuses([&] { image("P5\n2000000000 2000000000\n255\nabc"); }, 0, {"found 3 bytes"});
  refuses([&] { image("P5\n2 2\n255\nabcde"); }, 0, {"found 5 bytes", "expected 4"});
  refuses([&] { image("P5\n2 2\n255"); }, 3, {"ends early"});
  refuses([&] { image("P5\n1 1\n100\n\x65"); }, 0, {"sample 0", "101", "at most 100"});
  refuses([&] { read_image(folder.path()); }, 0, {"folder"});
  refuses([&] { read_image(folder / "none.pgm"); }, 0, {"no such file"});
}

BOOST_AUTO_TEST_CASE(images_of_the_repository) {
  const fs::path images = fs::path(LAYERCERT_DATA) / "images";
  const SampleTable small = read_image(images / "jacksboro64.pgm");
  const SampleTable large = read_image(images / "jacksboro256.pgm");
  BOOST_TEST(small.side == 64);
  BOOST_TEST(large.side == 256);
  BOOST_TEST(small.numerators.size() == 64U * 64U);
  for (const SampleTable *table : {&small, &large}) {
    BOOST_TEST(*std::max_element(table->numerators.begin(), table->numerators.end()) == table->denominator);
  }
  // data/README.md: windows at (140, 170) and (44, 73) of one array, so the text and the binary file must
  // agree.
  bool same = true;
  for (std::size_t row = 0; row < 64; ++row) {
    for (std::size_t column = 0; column < 64; ++column) {
      same = same && small.numerators[column + 64 * row] == large.numerators[column + 97 + 256 * (row + 96)];
    }
  }
  BOOST_TEST(same);
}

BOOST_AUTO_TEST_CASE(tables_are_exact) {
  const SampleTable table = csv("# two rows\r\n0.1, -2\r\n\r\n 1e-3 ,3.50\r\n", 2);
  BOOST_TEST(table.dimension == 2);
  BOOST_TEST(table.side == 2);
  BOOST_TEST(table.denominator == 1000);
  BOOST_TEST(table.numerators == (Values{100, -2000, 1, 3500}), boost::test_tools::per_element());

  const SampleTable least = csv("0.500,1.0", 1);
  BOOST_TEST(least.denominator == 10); // not 1000
  BOOST_TEST(least.numerators == (Values{5, 10}), boost::test_tools::per_element());
  BOOST_TEST(csv("1,2", 1).denominator == 1);
  BOOST_TEST(csv("0.999999999999999999", 1).numerators == (Values{999999999999999999}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(shapes) {
  BOOST_TEST(csv("1,2,3,4", 1).side == 4);
  BOOST_TEST(csv("1\n2\n3\n4\n", 1).side == 4);
  BOOST_TEST(csv("1", 1).side == 1);
  const SampleTable cube = csv("1,2\n3,4\n5,6\n7,8\n", 3);
  BOOST_TEST(cube.side == 2);
  BOOST_TEST(cube.numerators == (Values{1, 2, 3, 4, 5, 6, 7, 8}), boost::test_tools::per_element());
  refuses([&] { csv("1,2\n3,4\n", 1); }, 0, {"2 rows of 2", "expected 1 rows", "single column"});
  refuses([&] { csv("1,2\n3,4\n5,6\n", 2); }, 0, {"3 rows of 2", "expected 2 rows"});
  refuses([&] { csv("1,2\n3,4\n", 3); }, 0, {"2 rows of 2", "expected 4 rows"});
  refuses([&] { csv("1,2\n\n3\n", 2); }, 3, {"found 1 numbers", "expected 2"});
  refuses([&] { csv("1,2\n3,4,5\n", 2); }, 2, {"found 3 numbers", "expected 2"});
}

BOOST_AUTO_TEST_CASE(bad_tables) {
  refuses([&] { csv("", 1); }, 0, {"no numbers"});
  refuses([&] { csv("# only\n\n", 1); }, 0, {"no numbers"});
  refuses([&] { csv("x,y\n1,2\n", 2); }, 1, {"column 1", "\"x\"", "decimal"});
  refuses([&] { csv("1,2\n3,nan\n", 2); }, 2, {"column 2", "\"nan\""});
  refuses([&] { csv("1,2,\n", 1); }, 1, {"column 3", "\"\""});
  refuses([&] { csv(",1\n", 1); }, 1, {"column 1", "\"\""});
  refuses([&] { csv("1 2\n", 1); }, 1, {"\"1 2\""});
  refuses([&] { csv("1/3,1\n", 1); }, 1, {"\"1/3\"", "decimal"});
  refuses([&] { csv("1\n0.0000000000000000001\n", 1); }, 2, {"19 decimal places", "at most 18"});
  refuses([&] { csv("1e-10000\n", 1); }, 1, {"decimal places"});
  refuses([&] { csv("1\n1000000000000000000\n", 1); }, 2, {"more than 18 digits"});
  refuses([&] { csv("-1e10000\n", 1); }, 1, {"more than 18 digits"});
  // Each alone fits, together they do not: the common denominator is 10^9, and 10^10 * 10^9 has 20 digits.
  refuses([&] { csv("0.000000001\n10000000000\n", 1); }, 2, {"more than 18 digits", "9 decimal places"});
  refuses([&] { read_csv(folder.path(), 1); }, 0, {"folder"});
  refuses([&] { read_csv(folder / "none.csv", 1); }, 0, {"no such file"});
}

BOOST_AUTO_TEST_CASE(the_side_must_be_a_power_of_N) {
  SampleTable table;
  table.dimension = 1;
  for (const auto &[side, N] :
       {std::pair{64, 2}, {2, 2}, {1, 7}, {81, 3}, {25, 5}, {1000, 10}, {1 << 30, 2}}) {
    table.side = side;
    BOOST_CHECK_NO_THROW(require_power_side(table, N, 3, "i.toml", 3));
  }
  table.side = 100;
  refuses([&] { require_power_side(table, 2, 6, "i.toml", 3); }, 3, {"100", "N = 2", "64 or 128"});
  refuses([&] { require_power_side(table, 3, 6, "i.toml", 3); }, 3, {"N = 3", "81 or 243"});
  table.side = 2147483647;
  refuses([&] { require_power_side(table, 2, 6, "i.toml", 3); }, 3, {"1073741824 or 2147483648"});
}

BOOST_AUTO_TEST_SUITE_END()
