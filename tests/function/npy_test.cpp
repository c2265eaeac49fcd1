#define BOOST_TEST_MODULE npy
#include <boost/test/unit_test.hpp>

#include "common/files.hpp"
#include "common/refusal.hpp"
#include "layercert/error.hpp"
#include "layercert/function/sample_table.hpp"

#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>
#include <string>

using namespace layercert;
using layercert::test::refuses;
using layercert::test::TemporaryFolder;
using layercert::test::write_file;
namespace fs = std::filesystem;
using namespace std::string_literals;

namespace {

using Values = std::vector<std::int64_t>;

struct Fixture {
  fs::path file(const std::string &bytes) const { return write_file(folder / "samples", bytes); }
  SampleTable read(const std::string &bytes, std::size_t dimension) const {
    return read_table(file(bytes), dimension);
  }

  TemporaryFolder folder;
};

// As numpy.save writes it.
std::string npy(const std::string &dictionary, const std::string &data, int version = 1) {
  std::string header = dictionary;
  while ((header.size() + (version == 1 ? 11 : 13)) % 64 != 0) {
    header += ' ';
  }
  header += '\n';
  std::string bytes = "\x93NUMPY"s + static_cast<char>(version) + '\0';
  for (std::size_t i = 0, length = header.size(); i < (version == 1 ? 2U : 4U); ++i, length /= 256) {
    bytes += static_cast<char>(length % 256);
  }
  return bytes + header + data;
}

std::string dictionary(const std::string &type, const std::string &shape, bool fortran = false) {
  return "{'descr': '" + type + "', 'fortran_order': " + (fortran ? "True" : "False") +
         ", 'shape': " + shape + ", }";
}

template <class T> std::string data(const std::vector<T> &values, bool big_endian = false) {
  std::string bytes;
  for (const T value : values) {
    std::string one(sizeof value, '\0');
    std::memcpy(one.data(), &value, sizeof value); // this machine is little endian
    bytes += big_endian ? std::string(one.rbegin(), one.rend()) : one;
  }
  return bytes;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(npy_tables, Fixture)

BOOST_AUTO_TEST_CASE(types_and_byte_orders) {
  const auto check = [&]<class T>(const std::string &name, std::initializer_list<T> list,
                                  const Values &numerators, std::int64_t denominator) {
    const std::vector<T> values(list);
    for (const bool big : {false, true}) {
      const std::string type = (sizeof(T) == 1 ? "|" : big ? ">" : "<") + name;
      const SampleTable table =
          read(npy(dictionary(type, "(" + std::to_string(values.size()) + ",)"), data(values, big)), 1);
      BOOST_TEST_CONTEXT(type) {
        BOOST_TEST(table.denominator == denominator);
        BOOST_TEST(table.numerators == numerators, boost::test_tools::per_element());
        BOOST_TEST(table.sides == std::vector<int>{static_cast<int>(values.size())});
        BOOST_TEST(table.dimension == 1);
      }
    }
  };
  check("i1", {std::int8_t{-128}, std::int8_t{127}, std::int8_t{-1}}, {-128, 127, -1}, 1);
  check("u1", {std::uint8_t{255}, std::uint8_t{0}}, {255, 0}, 1);
  check("i2", {std::int16_t{-32768}, std::int16_t{258}}, {-32768, 258}, 1);
  check("u2", {std::uint16_t{65535}, std::uint16_t{258}}, {65535, 258}, 1);
  check("i4", {std::int32_t{-2147483647 - 1}, 16909060}, {-2147483648, 16909060}, 1);
  check("u4", {4294967295U, 1U}, {4294967295, 1}, 1);
  check("i8", {std::int64_t{-1} * (std::int64_t{1} << 58), std::int64_t{72623859790382856}},
        {-(std::int64_t{1} << 58), 72623859790382856}, 1);
  check("u8", {std::uint64_t{1} << 58, std::uint64_t{3}}, {std::int64_t{1} << 58, 3}, 1);
  check("f4", {0.5F, -1.75F, 0.0F, 0x1.000002p+0F}, {4194304, -14680064, 0, 8388609}, 8388608);
  check("f8", {0.5, -1.75, 3.0, -0.0}, {2, -7, 12, 0}, 4);
  // 0.1 is 3602879701896397 2^-55.
  check("f8", {0.1, 1.0}, {3602879701896397, std::int64_t{1} << 55}, std::int64_t{1} << 55);
  check("f8", {1e10, 4.0}, {10000000000, 4}, 1);
}

BOOST_AUTO_TEST_CASE(versions_and_layouts_of_the_header) {
  const std::vector<std::uint8_t> values{1, 2, 3, 4};
  for (const int version : {1, 2, 3}) {
    BOOST_TEST(read(npy(dictionary("|u1", "(2, 2)"), data(values), version), 2).numerators ==
                   (Values{1, 2, 3, 4}),
               boost::test_tools::per_element());
  }
  BOOST_TEST(read(npy("{ \"shape\":(2,2),'descr' :\"<u1\",'fortran_order':False}", data(values)), 2).sides ==
             (std::vector<int>{2, 2}));
  BOOST_TEST(read(npy(dictionary("|u1", "(1, 1, 1, 1)"), data(std::vector<std::uint8_t>{9})), 4).dimension ==
             4);
}

// The last axis is x0, as the columns of a CSV; in Fortran order the file has the first axis fastest.
BOOST_AUTO_TEST_CASE(axes) {
  const SampleTable csv = read_csv(file("1,2\n3,4\n5,6\n7,8\n"), 3); // a[z][y][x]
  const std::vector<std::int16_t> in_c{1, 2, 3, 4, 5, 6, 7, 8};
  const std::vector<std::int16_t> in_fortran{1, 5, 3, 7, 2, 6, 4, 8};
  BOOST_TEST(read(npy(dictionary("<i2", "(2, 2, 2)"), data(in_c)), 3).numerators == csv.numerators,
             boost::test_tools::per_element());
  BOOST_TEST(read(npy(dictionary("<i2", "(2, 2, 2)", true), data(in_fortran)), 3).numerators ==
                 csv.numerators,
             boost::test_tools::per_element());
  // By index: a[i][j] = 10 i + j.
  const SampleTable table = read(npy(dictionary("<i2", "(3, 3)", true),
                                     data(std::vector<std::int16_t>{0, 10, 20, 1, 11, 21, 2, 12, 22})),
                                 2);
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      BOOST_TEST(table.numerators[j + 3 * i] == static_cast<std::int64_t>(10 * i + j));
    }
  }
}

BOOST_AUTO_TEST_CASE(bad_headers) {
  const std::string good = npy(dictionary("<f8", "(2,)"), data<double>({1, 2}));
  for (std::size_t length = 6; length < good.size(); ++length) { // cut off anywhere
    BOOST_CHECK_THROW(read(good.substr(0, length), 1), InputError);
  }
  refuses([&] { read(good + "x", 1); }, 0, {"found 17 bytes of samples; expected 16: 2 samples of 8 bytes"});
  std::string version = good;
  version[6] = 4;
  refuses([&] { read(version, 1); }, 0, {"version 4.0", "1.0, 2.0 or 3.0"});
  const std::string two = data<double>({1, 2});
  refuses([&] { read(npy("{}", two), 1); }, 0, {"'descr' is missing"});
  refuses([&] { read(npy("{'descr': '<f8', 'shape': (2,)}", two), 1); }, 0, {"'fortran_order' is missing"});
  refuses([&] { read(npy("{'descr': '<f8', 'fortran_order': False}", two), 1); }, 0, {"'shape' is missing"});
  refuses([&] { read(npy("{'descr': '<f8', 'descr': '<f8'}", two), 1); }, 0,
          {"the key \"descr\"", "each once"});
  refuses([&] { read(npy("{'desc': '<f8'}", two), 1); }, 0, {"the key \"desc\""});
  refuses([&] { read(npy("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (2,)}", two), 1); }, 0,
          {"found \"[('a'", "the type of a number"});
  refuses([&] { read(npy(dictionary("<f8", "(2"), two), 1); }, 0, {"found \"}", "expected a length"});
  refuses([&] { read(npy(dictionary("<f8", "(-2,)"), two), 1); }, 0, {"found \"-2,)"});
  refuses([&] { read(npy(dictionary("<f8", "(2,)") + " 1", two), 1); }, 0, {"found \"1", "expected its end"});
  for (const char *type : {"<f3", "|b2", "<c8", "<f16", "<U3", "|O", "f8", "<f80", "=f8", "|f8", "<i3", ""}) {
    BOOST_CHECK_THROW(read(npy(dictionary(type, "(2,)"), two), 1), InputError);
  }
  refuses([&] { read(npy(dictionary("<c16", "(1,)"), two), 1); }, 0,
          {"the type \"<c16\"", "expected b1, f2, f4, f8"});
}

BOOST_AUTO_TEST_CASE(shapes_and_sizes) {
  const std::string four = data<std::uint8_t>({1, 2, 3, 4});
  refuses([&] { read(npy(dictionary("|u1", "(4,)"), four), 2); }, 0,
          {"1 axes, shape (4); expected 2, the dimension"});
  refuses([&] { read(npy(dictionary("|u1", "()"), four), 1); }, 0, {"0 axes"});
  refuses([&] { read(npy(dictionary("|u1", "(0,)"), ""), 1); }, 0, {"shape (0)"});
  // Sizes that would not fit anywhere, or wrap around.
  refuses([&] { read(npy(dictionary("|u1", "(4294967296,)"), four), 1); }, 0,
          {"axes of lengths from 1 to 2147483647"});
  refuses([&] { read(npy(dictionary("<f8", "(2147483647, 2147483647)"), four), 2); }, 0, {"found 4 bytes"});
  refuses([&] { read(npy(dictionary("<f8", "(65536, 65536, 65536, 65536)"), four), 4); }, 0,
          {"expected 147573952589676412928: 18446744073709551616 samples"});
  refuses([&] { read(npy(dictionary("|u1", "(99999999999999999999,)"), four), 1); }, 0,
          {"at most 18 digits"});
}

BOOST_AUTO_TEST_CASE(unequal_axes) {
  const std::vector<std::uint8_t> values{1, 2, 3, 4, 5, 6};
  const SampleTable table = read(npy(dictionary("|u1", "(2, 3)"), data(values)), 2);
  BOOST_TEST(table.sides == (std::vector<int>{3, 2})); // the last axis is x0
  BOOST_TEST(table.numerators == (Values{1, 2, 3, 4, 5, 6}), boost::test_tools::per_element());
  const SampleTable fortran =
      read(npy(dictionary("|u1", "(2, 3)", true), data(std::vector<std::uint8_t>{1, 4, 2, 5, 3, 6})), 2);
  BOOST_TEST(fortran.sides == table.sides);
  BOOST_TEST(fortran.numerators == table.numerators, boost::test_tools::per_element());
  BOOST_TEST(layercert::npy_sides(file(npy(dictionary("<f8", "(4, 3, 2)"), ""))) ==
             (std::vector<int>{2, 3, 4}));
}

BOOST_AUTO_TEST_CASE(truth_values_and_half_floats) {
  BOOST_TEST(read(npy(dictionary("|b1", "(3,)"), "\1\0\1"s), 1).numerators == (Values{1, 0, 1}),
             boost::test_tools::per_element());
  refuses([&] { read(npy(dictionary("|b1", "(2,)"), "\1\2"s), 1); }, 0, {"sample [1]", "the byte 2"});
  // 1, -2, 65504 (the largest), 2^-24 (the least), 2^-14 (the least normal one), 0.333251953125.
  const std::vector<std::uint16_t> halves{0x3c00, 0xc000, 0x7bff, 0x0001, 0x0400, 0x3555};
  const std::vector<double> expected{1, -2, 65504, 0x1p-24, 0x1p-14, 0.333251953125};
  for (const bool big : {false, true}) {
    const SampleTable table = read(npy(dictionary(big ? ">f2" : "<f2", "(6,)"), data(halves, big)), 1);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      BOOST_TEST(table.exact(i) == mpq_class(expected[i]));
    }
  }
  refuses([&] { read(npy(dictionary("<f2", "(1,)"), data<std::uint16_t>({0x7c00})), 1); }, 0, {"found inf"});
  refuses([&] { read(npy(dictionary("<f2", "(1,)"), data<std::uint16_t>({0x7e00})), 1); }, 0, {"found nan"});
}

BOOST_AUTO_TEST_CASE(any_finite_number_is_exact) {
  const double infinity = std::numeric_limits<double>::infinity();
  const auto one = [&](double value) {
    return read(npy(dictionary("<f8", "(2,)"), data<double>({1, value})), 1);
  };
  for (const double value : {1e-300, 1e300, -0x1p-1074, 0x1p-60, 0x1p-59, 1.7976931348623157e308}) {
    const SampleTable table = one(value);
    BOOST_TEST(table.numerators.empty());
    BOOST_TEST(table.exact(1) == mpq_class(value));
    BOOST_TEST(table.exact(0) == 1);
  }
  BOOST_TEST(one(0x1p-58).doubles.empty()); // 59 bits over 2^58
  refuses([&] { one(infinity); }, 0, {"sample [1]: found inf; expected finite numbers"});
  refuses([&] { one(std::nan("")); }, 0, {"sample [1]: found nan"});
  refuses(
      [&] {
        read(npy(dictionary("<f8", "(2, 3)"), data<double>({0, 0, 0, 0, 0, -infinity})), 2);
      },
      0, {"sample [1, 2]: found -inf"});
  refuses(
      [&] {
        read(npy(dictionary("<f8", "(2, 3)", true), data<double>({0, infinity, 0, 0, 0, 0})), 2);
      },
      0, {"sample [1, 0]"});
  const SampleTable large =
      read(npy(dictionary("<u8", "(2,)"), data<std::uint64_t>({~std::uint64_t{0}, 1})), 1);
  BOOST_TEST(large.exact(0) == mpq_class("18446744073709551615"));
  BOOST_TEST(large.exact(1) == 1);
  BOOST_TEST(read(npy(dictionary("<i8", "(1,)"), data<std::int64_t>({INT64_MIN})), 1).exact(0) ==
             mpq_class(-0x1p63));
  refuses([&] { read_npy(file("1,2"), 1); }, 0, {"found \"1,2\"", "NPY"});
  refuses([&] { read_npy(folder / "none", 1); }, 0, {"no such file"});
  layercert::SampleOptions options;
  options.column = 1;
  refuses([&] { read_table(file(npy(dictionary("<f8", "(1,)"), data<double>({1}))), 1, options); }, 0,
          {"\"column\"", "CSV"});
}

BOOST_AUTO_TEST_SUITE_END()
