#define BOOST_TEST_MODULE png
#include <boost/test/unit_test.hpp>

#include "common/files.hpp"
#include "common/refusal.hpp"
#include "layercert/error.hpp"
#include "layercert/function/sample_table.hpp"

#include <filesystem>
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
  fs::path file(const std::string &bytes) const { return write_file(folder / "image", bytes); }
  SampleTable read(const std::string &bytes, layercert::Channel channel = layercert::Channel::Grey) const {
    layercert::SampleOptions options;
    options.channel = channel;
    return read_image(file(bytes), options);
  }

  TemporaryFolder folder;
};

std::string word(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes += static_cast<char>(value >> shift & 0xFF);
  }
  return bytes;
}

std::string chunk(const std::string &type, const std::string &data) {
  std::uint32_t crc = ~0U;
  for (const char c : type + data) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) {
      crc = crc >> 1 ^ (crc % 2 != 0 ? 0xEDB88320U : 0U);
    }
  }
  return word(static_cast<std::uint32_t>(data.size())) + type + data + word(~crc);
}

// One stored block of deflate, at most 65535 bytes.
std::string compressed(const std::string &data) {
  std::uint32_t a = 1;
  std::uint32_t b = 0;
  for (const char c : data) {
    a = (a + static_cast<unsigned char>(c)) % 65521;
    b = (b + a) % 65521;
  }
  const auto size = static_cast<std::uint32_t>(data.size());
  const auto low = [](std::uint32_t v) { return static_cast<char>(v & 0xFF); };
  return "\x78\x01\x01"s + low(size) + low(size >> 8) + low(~size) + low(~size >> 8) + data +
         word(b << 16 | a);
}

const std::string kSignature = "\x89PNG\r\n\x1a\n";

std::string header(std::uint32_t width, std::uint32_t height, int depth, int colour, int interlace = 0) {
  return chunk("IHDR", word(width) + word(height) + static_cast<char>(depth) + static_cast<char>(colour) +
                           '\0' + '\0' + static_cast<char>(interlace));
}

// `rows` with the filter byte before each row.
std::string png(const std::string &head, const std::string &rows, const std::string &between = "") {
  return kSignature + head + between + chunk("IDAT", compressed(rows)) + chunk("IEND", "");
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(png_images, Fixture)

BOOST_AUTO_TEST_CASE(samples_as_they_stand) {
  const SampleTable bytes = read(png(header(2, 2, 8, 0), "\0\x01\xff\0\x80\x00"s));
  BOOST_TEST(bytes.dimension == 2);
  BOOST_TEST(bytes.sides == (std::vector<int>{2, 2}));
  BOOST_TEST(bytes.denominator == 255);
  BOOST_TEST(bytes.numerators == (Values{1, 255, 128, 0}), boost::test_tools::per_element());
  const SampleTable words = read(png(header(2, 2, 16, 0), "\0\x01\x02\xff\xff\0\0\0\x80\0"s));
  BOOST_TEST(words.denominator == 65535);
  BOOST_TEST(words.numerators == (Values{258, 65535, 0, 32768}), boost::test_tools::per_element());
  // Filters (1: the difference from the left) and no correction for gamma or significant bits.
  const std::string corrections = chunk("gAMA", word(45455)) + chunk("sBIT", "\x04");
  const SampleTable filtered = read(png(header(2, 2, 8, 0), "\1\x10\x05\2\x01\x01"s, corrections));
  BOOST_TEST(filtered.numerators == (Values{16, 21, 17, 22}), boost::test_tools::per_element());
  // Interlaced 2 x 2: pass 1 has the first sample, pass 6 the second, pass 7 the second row.
  const SampleTable interlaced = read(png(header(2, 2, 8, 0, 1), "\0\x01\0\x02\0\x03\x04"s));
  BOOST_TEST(interlaced.numerators == (Values{1, 2, 3, 4}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(channels) {
  using layercert::Channel;
  // Two pixels beside one another, (1, 2, 3) and (250, 0, 255).
  const std::string rgb = png(header(2, 1, 8, 2), "\0\1\2\3\xfa\0\xff"s);
  BOOST_TEST(read(rgb, Channel::Red).numerators == (Values{1, 250}), boost::test_tools::per_element());
  BOOST_TEST(read(rgb, Channel::Green).numerators == (Values{2, 0}), boost::test_tools::per_element());
  BOOST_TEST(read(rgb, Channel::Blue).numerators == (Values{3, 255}), boost::test_tools::per_element());
  const SampleTable luma = read(rgb, Channel::Luma);
  BOOST_TEST(luma.sides == (std::vector<int>{2, 1}));
  BOOST_TEST(luma.denominator == 255000);
  BOOST_TEST(luma.numerators == (Values{299 + 2 * 587 + 3 * 114, 250 * 299 + 255 * 114}),
             boost::test_tools::per_element());
  const std::string white = png(header(1, 1, 16, 2), "\0\xff\xff\xff\xff\xff\xff"s);
  BOOST_TEST(read(white, Channel::Luma).exact(0) == 1); // the weights add up to 1
  const std::string rgba = png(header(1, 1, 8, 6), "\0\1\2\3\4"s);
  BOOST_TEST(read(rgba, Channel::Alpha).exact(0) == mpq_class(4, 255));
  BOOST_TEST(read(rgba, Channel::Blue).numerators == Values{3}, boost::test_tools::per_element());
  const std::string grey_alpha = png(header(1, 1, 8, 4), "\0\x09\x08"s);
  BOOST_TEST(read(grey_alpha, Channel::Luma).numerators == Values{9}, boost::test_tools::per_element());
  BOOST_TEST(read(grey_alpha, Channel::Alpha).numerators == Values{8}, boost::test_tools::per_element());
  // A palette of two colours, 1 bit a pixel: 0 and 1.
  const std::string palette = png(header(2, 1, 1, 3), "\0\x40"s, chunk("PLTE", "\1\2\3\x0a\x0b\x0c"s));
  BOOST_TEST(read(palette, Channel::Green).numerators == (Values{2, 11}), boost::test_tools::per_element());
  // 4 bit: 0xf is 255, 0x8 is 136.
  BOOST_TEST(read(png(header(2, 1, 4, 0), "\0\xf8"s)).numerators == (Values{255, 136}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(refused) {
  const std::string rows = "\0\x01\xff\0\x80\x00"s;
  const std::string good = png(header(2, 2, 8, 0), rows);
  for (std::size_t length = 4; length < good.size(); ++length) {
    BOOST_CHECK_THROW(read(good.substr(0, length)), InputError);
  }
  for (std::size_t at = 8; at < good.size(); ++at) { // every byte is under a checksum, or a length
    std::string damaged = good;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    BOOST_CHECK_THROW(read(damaged), InputError);
  }
  refuses([&] { read(good + "x"); }, 0, {"found 1 bytes after the image"});
  const std::string colours = "\0\1\2\3\4\5\6\0\7\x08\x09\x0a\x0b\x0c"s;
  refuses([&] { read(png(header(2, 2, 8, 2), colours)); }, 0,
          {"found a colour image; expected a grey image", "channel = \"luma\"", "\"blue\""});
  refuses([&] { read(png(header(2, 2, 8, 4), rows)); }, 0, {"a grey image with transparency", "\"alpha\""});
  refuses([&] { read(png(header(2, 2, 8, 6), rows)); }, 0, {"a colour image with transparency"});
  refuses([&] { read(png(header(2, 2, 8, 0), rows, chunk("tRNS", "\0\x05"s))); }, 0, {"transparency"});
  refuses([&] { read(png(header(2, 2, 8, 0), rows), layercert::Channel::Alpha); }, 0,
          {"found a grey image; expected one with the channel \"alpha\""});
  refuses([&] { read(png(header(2, 2, 8, 0), rows), layercert::Channel::Red); }, 0, {"\"red\""});
  refuses([&] { read(png(header(2, 2, 8, 3), rows)); }, 0, {"damaged"}); // no palette
  refuses([&] { read(png(header(0, 0, 8, 0), "")); }, 0, {"0 x 0"});
  refuses([&] { read(png(header(60000, 60000, 16, 0), rows)); }, 0, {"too small for 60000 x 60000"});
  refuses([&] { read(png(header(0x7fffffff, 0x7fffffff, 8, 0), rows)); }, 0, {"from 1 to 65535"});
  refuses([&] { read(png(header(3, 3, 8, 0), rows)); }, 0, {"damaged"});
  refuses([&] { read_png(file("P2\n1 1\n1\n1\n")); }, 0, {"found \"P2", "PNG"});
  refuses([&] { read_png(folder / "none"); }, 0, {"no such file"});
}

BOOST_AUTO_TEST_SUITE_END()
