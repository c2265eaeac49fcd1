#define BOOST_TEST_MODULE sample_table
#include <boost/test/unit_test.hpp>

#include "common/files.hpp"
#include "common/paths.hpp"
#include "common/refusal.hpp"
#include "layercert/error.hpp"
#include "layercert/function/sample_table.hpp"

#include <algorithm>
#include <filesystem>
#include <string>

using layercert::InputError;
using layercert::read_csv;
using layercert::read_image;
using layercert::SampleOptions;
using layercert::SampleTable;
using layercert::test::refuses;
using layercert::test::TemporaryFolder;
using layercert::test::write_file;

namespace fs = std::filesystem;
using namespace std::string_literals;

namespace {

using Values = std::vector<std::int64_t>;
using Sides = std::vector<int>;

SampleOptions column(const std::string &name) {
  SampleOptions options;
  options.column_name = name;
  return options;
}
SampleOptions column(int number) {
  SampleOptions options;
  options.column = number;
  return options;
}
SampleOptions header(bool is_there) {
  SampleOptions options;
  options.header = is_there;
  return options;
}
SampleOptions rounded_to(const mpq_class &step) {
  SampleOptions options;
  options.round = step;
  return options;
}

bool same_samples(const SampleTable &table, const std::vector<mpq_class> &values) {
  bool same = table.size() == values.size();
  for (std::size_t i = 0; same && i < values.size(); ++i) {
    same = table.exact(i) == values[i];
  }
  return same;
}

struct Fixture {
  fs::path file(const std::string &bytes) const { return write_file(folder / "samples", bytes); }
  SampleTable image(const std::string &bytes) const { return read_image(file(bytes)); }
  SampleTable csv(const std::string &bytes, std::size_t dimension, const SampleOptions &options = {}) const {
    return read_csv(file(bytes), dimension, options);
  }

  TemporaryFolder folder;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(sample_table, Fixture)

BOOST_AUTO_TEST_CASE(text_image) {
  const SampleTable table = image("P2\n# a comment\n2 2 # another\n9\n0 1\n\n  8\t9 # last\n");
  BOOST_TEST(table.dimension == 2);
  BOOST_TEST(table.sides == (Sides{2, 2}));
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
  const fs::path images = paths::data() / "images";
  const SampleTable small = read_image(images / "jacksboro64.pgm");
  const SampleTable large = read_image(images / "jacksboro256.pgm");
  BOOST_TEST(small.sides == (Sides{64, 64}));
  BOOST_TEST(large.sides == (Sides{256, 256}));
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
  BOOST_TEST(table.sides == (Sides{2, 2}));
  BOOST_TEST(table.denominator == 1000);
  BOOST_TEST(table.numerators == (Values{100, -2000, 1, 3500}), boost::test_tools::per_element());

  const SampleTable least = csv("0.500,1.0", 1);
  BOOST_TEST(least.denominator == 2); // not 1000
  BOOST_TEST(least.numerators == (Values{1, 2}), boost::test_tools::per_element());
  BOOST_TEST(csv("1,2", 1).denominator == 1);
  BOOST_TEST(csv("0.999999999999999999", 1).numerators == (Values{999999999999999999}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(shapes) {
  BOOST_TEST(csv("1,2,3,4", 1).sides == Sides{4});
  BOOST_TEST(csv("1\n2\n3\n4\n", 1).sides == Sides{4});
  BOOST_TEST(csv("1", 1).sides == Sides{1});
  const SampleTable cube = csv("1,2\n3,4\n5,6\n7,8\n", 3);
  BOOST_TEST(cube.sides == (Sides{2, 2, 2}));
  BOOST_TEST(cube.numerators == (Values{1, 2, 3, 4, 5, 6, 7, 8}), boost::test_tools::per_element());
  refuses([&] { csv("1,2\n3,4\n", 1); }, 0, {"2 rows of 2", "expected 1 rows", "single column"});
  BOOST_TEST(csv("1,2\n3,4\n5,6\n", 2).sides == (Sides{2, 3})); // columns, then rows
  refuses([&] { csv("1,2\n3,4\n", 3); }, 0, {"2 rows of 2", "expected 4 rows"});
  refuses([&] { csv("1,2\n\n3\n", 2); }, 3, {"found 1 numbers", "expected 2"});
  refuses([&] { csv("1,2\n3,4,5\n", 2); }, 2, {"found 3 numbers", "expected 2"});
}

BOOST_AUTO_TEST_CASE(bad_tables) {
  refuses([&] { csv("", 1); }, 0, {"no numbers"});
  refuses([&] { csv("# only\n\n", 1); }, 0, {"no numbers"});
  refuses([&] { csv("1,2\n3,nan\n", 2); }, 2, {"column 2", "\"nan\""});
  refuses([&] { csv("1,2,\n", 1); }, 1, {"column 3", "\"\""});
  refuses([&] { csv(",1\n", 1); }, 1, {"column 1", "\"\""});
  refuses([&] { csv("1/3,1\n", 1); }, 1, {"\"1/3\"", "decimal"});
  refuses([&] { csv("1\n1e309\n", 1); }, 2, {"column 1", "beyond the largest double"});
  refuses([&] { csv("-1e10000\n", 1); }, 1, {"beyond the largest double"});
  refuses([&] { csv("1,2\n3,4\n5,-2e308", 2); }, 3, {"column 2", "beyond the largest double"});
  refuses([&] { read_csv(folder.path(), 1); }, 0, {"folder"});
  refuses([&] { read_csv(folder / "none.csv", 1); }, 0, {"no such file"});
}

// As numpy.savetxt writes them.
BOOST_AUTO_TEST_CASE(decimals_of_any_length) {
  const SampleTable table = csv("4.967141530112326980e-01\n-1.382643011711846630e-01\n1.0e-25\n1e300\n", 1);
  mpq_class first("4967141530112326980/10000000000000000000");
  mpq_class second("-1382643011711846630/10000000000000000000");
  mpz_class small("10000000000000000000000000");
  first.canonicalize();
  second.canonicalize();
  mpz_class large;
  mpz_ui_pow_ui(large.get_mpz_t(), 10, 300);
  BOOST_TEST(table.numerators.empty());
  BOOST_TEST(same_samples(table, {first, second, mpq_class(1, small), mpq_class(large)}));
  BOOST_TEST(table.nearest(0) == 0.496714153011232698);
  // A value that is a double, far from the others.
  const SampleTable doubles = csv("0.5\n20000000000000000000\n", 1);
  BOOST_TEST(doubles.doubles == (std::vector<double>{0.5, 2e19}), boost::test_tools::per_element());
  BOOST_TEST(csv("1e-10000\n", 1).exact(0) > 0);
}

BOOST_AUTO_TEST_CASE(names_of_columns) {
  const std::string text = "t, \"height, m\",note\r\n0,1.5,a\r\n1,2.5,b\r\n\r\n2,4,c\r\n";
  const SampleTable heights = csv(text, 1, column("height, m"));
  BOOST_TEST(same_samples(heights, {mpq_class(3, 2), mpq_class(5, 2), 4}));
  BOOST_TEST(heights.note.find("line 1: found a header row") != std::string::npos);
  BOOST_TEST(same_samples(csv(text, 1, column(2)), {mpq_class(3, 2), mpq_class(5, 2), 4}));
  BOOST_TEST(same_samples(csv("# x y\n1 2\n3 4\n", 1, column("y")), {2, 4})); // as numpy.savetxt names them
  refuses([&] { csv(text, 1, column("depth")); }, 1, {"\"t\"", "\"note\"", "\"depth\""});
  refuses([&] { csv(text, 1, column(4)); }, 1, {"found 3 columns", "a column 4"});
  refuses([&] { csv(text, 1, column(3)); }, 2, {"column 3", "\"a\""});
  refuses([&] { csv("a,a\n1,2\n", 1, column("a")); }, 1, {"more than once"});
  refuses([&] { csv("1,2\n", 1, column("a")); }, 0, {"no names", "\"a\""});
  refuses([&] { csv("t,x\n1,2\n3,4\n", 1); }, 0, {"2 rows of 2", "column = 2"});
  BOOST_TEST(same_samples(csv("v\n1\n2\n3\n4\n", 2, column("v")), {1, 2, 3, 4})); // row by row
  refuses([&] { csv("v\n1\n2\n3\n", 2, column("v")); }, 0, {"a column of 3 numbers", "side^2"});
}

BOOST_AUTO_TEST_CASE(header_rows) {
  const SampleTable found = csv("value\n1\n2\n", 1);
  BOOST_TEST(same_samples(found, {1, 2}));
  BOOST_TEST(found.note.find("\"value\"") != std::string::npos);
  BOOST_TEST(csv("1\n2\n", 1).note.empty());
  // Years are names if the user says so.
  BOOST_TEST(same_samples(csv("2020,2021\n1,2\n3,4\n", 2, header(true)), {1, 2, 3, 4}));
  BOOST_TEST(csv("2020,2021\n1,2\n3,4\n", 2).sides == (Sides{2, 3}));
  refuses([&] { csv("value\n1\n2\n", 1, header(false)); }, 1, {"column 1", "\"value\""});
  refuses([&] { csv("1,x\n1,2\n", 2); }, 1, {"column 2", "\"x\"", "header = true"}); // half a header is none
  refuses([&] { csv("nan\n1\n", 1); }, 1, {"column 1", "\"nan\"", "finite"});
  refuses([&] { csv("value\n", 1); }, 1, {"column 1", "\"value\"", "header = true"});
  refuses([&] { csv("value\n1\n-INF\n", 1); }, 3, {"column 1", "\"-INF\"", "finite"});
}

BOOST_AUTO_TEST_CASE(separators) {
  const std::vector<mpq_class> values{1, -2, mpq_class(1, 2), 4};
  for (const char *text :
       {"1,-2\n.5,4\n", "1;-2\n.5;4", "1\t-2\r\n.5\t4\r\n\r\n", "1 -2\n.5   4\n", "  1 \t -2\n.5\t4 \n",
        "\xef\xbb\xbf"
        "1 , -2\n\n# between\n.5 ,4\n\n\n",
        "\"1\",\"-2\"\n\".5\",\"4\"\n", "a b,c\n1,-2\n.5,4\n"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(same_samples(csv(text, 2), values)); }
  }
  refuses([&] { csv("1,5;2,5\n", 1); }, 1, {"\"1,5\"", "a point, not a comma"});
  refuses([&] { csv("1,2\t3\n", 1); }, 1, {"column 2"});
  refuses([&] { csv("1 2\n3\n", 2); }, 2, {"found 1 numbers; expected 2", "separated by"});
}

BOOST_AUTO_TEST_CASE(rounding) {
  const SampleTable table = csv("0.3\n-0.3\n0.125\n2\n", 1, rounded_to(mpq_class(1, 4)));
  BOOST_TEST(table.denominator == 4);
  BOOST_TEST(table.numerators == (Values{1, -1, 1, 8}), boost::test_tools::per_element()); // 1/8 goes up
  BOOST_TEST(table.rounding == mpq_class(1, 8));
  BOOST_TEST(csv("0.25\n", 1, rounded_to(mpq_class(1, 4))).rounding == 0);
  BOOST_TEST(csv("0.25\n", 1).rounding == 0);
  BOOST_TEST(
      same_samples(read_image(file("P2 1 2 9\n1 5"), rounded_to(mpq_class(1, 2))), {0, mpq_class(1, 2)}));
}

BOOST_AUTO_TEST_CASE(unequal_sides) {
  const SampleTable table = image("P2\n3 2\n9\n1 2 3 4 5 6");
  BOOST_TEST(table.sides == (Sides{3, 2}));
  BOOST_TEST(table.numerators == (Values{1, 2, 3, 4, 5, 6}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
