// Tables in the NPY format of NumPy, versions 1.0, 2.0 and 3.0: numpy.lib.format describes it. A header as a
// dictionary in Python's notation, then the samples.
#include "layercert/error.hpp"
#include "layercert/function/sample_table.hpp"
#include "sample_file.hpp"

#include <fmt/format.h>
#include <gmpxx.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <climits>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

namespace layercert {

namespace {

constexpr std::string_view kMagic = internal::kNpyMagic;
struct Header {
  std::string type; // such as "<f8"
  bool fortran_order = false;
  std::vector<std::uint64_t> shape;
};

class NpyReader {
public:
  NpyReader(std::string name, std::string_view bytes, std::size_t dimension)
      : name_(std::move(name)), bytes_(bytes), dimension_(dimension) {}

  std::vector<int> sides() {
    const Header header = read_header();
    dimension_ = header.shape.size();
    return check_shape(header);
  }

  SampleTable run() {
    const Header header = read_header();
    SampleTable table;
    table.dimension = dimension_;
    table.sides = check_shape(header);
    const std::string_view kinds = "biuf";
    const bool known =
        header.type.size() == 3 && kinds.find(header.type[1]) != std::string_view::npos &&
        std::string_view(header.type[1] == 'f'   ? "248"
                         : header.type[1] == 'b' ? "1"
                                                 : "1248")
                .find(header.type[2]) != std::string_view::npos &&
        (header.type[0] == '<' || header.type[0] == '>' || (header.type[0] == '|' && header.type[2] == '1'));
    if (!known) {
      fail(fmt::format(
          "found samples of the type \"{}\"; expected b1, f2, f4, f8, i1, i2, i4, i8, u1, u2, u4 or "
          "u8, such as \"<f8\"",
          internal::shown_bytes(header.type)));
    }
    const auto width = static_cast<std::uint64_t>(header.type[2] - '0');
    check_size(table.sides, width);
    read_samples(header, width, table);
    return table;
  }

private:
  [[noreturn]] void fail(const std::string &message) const { throw InputError(name_, 0, message); }

  // ---- header ----------------------------------------------------------------------------------------

  Header read_header() {
    assert(bytes_.starts_with(kMagic));
    const auto byte = [&](std::size_t at) {
      if (at >= bytes_.size()) {
        fail("the file ends in its header; expected a table in the NPY format");
      }
      return static_cast<std::uint64_t>(static_cast<unsigned char>(bytes_[at]));
    };
    const std::uint64_t version = byte(6);
    if (version < 1 || version > 3 || byte(7) != 0) {
      fail(fmt::format("found version {}.{} of the NPY format; expected 1.0, 2.0 or 3.0", version, byte(7)));
    }
    std::uint64_t length = byte(8) + 256 * byte(9);
    std::size_t begin = 10;
    if (version > 1) {
      length += 65536 * byte(10) + 16777216 * byte(11);
      begin = 12;
    }
    if (length > bytes_.size() - begin) {
      fail(fmt::format("found a header of {} bytes in a file of {}", length, bytes_.size()));
    }
    rest_ = bytes_.substr(begin, length);
    data_ = bytes_.substr(begin + length);
    return read_dictionary();
  }

  void skip_blanks() {
    while (!rest_.empty() && std::string_view(" \t\r\n").find(rest_.front()) != std::string_view::npos) {
      rest_.remove_prefix(1);
    }
  }
  bool take(std::string_view text) {
    skip_blanks();
    const bool found = rest_.starts_with(text);
    rest_.remove_prefix(found ? text.size() : 0);
    return found;
  }
  void expect(std::string_view text) {
    if (!take(text)) {
      unexpected(fmt::format("\"{}\"", text));
    }
  }
  [[noreturn]] void unexpected(const std::string &expected) {
    skip_blanks();
    fail(fmt::format("header: found \"{}\"; expected {}", internal::shown_bytes(rest_), expected));
  }

  std::string take_string(const std::string &expected) {
    skip_blanks();
    const char quote = rest_.empty() ? ' ' : rest_.front();
    const std::size_t end = quote == '\'' || quote == '"' ? rest_.find(quote, 1) : std::string_view::npos;
    if (end == std::string_view::npos) {
      unexpected(expected);
    }
    std::string text(rest_.substr(1, end - 1));
    rest_.remove_prefix(end + 1);
    return text;
  }

  std::uint64_t take_number() {
    skip_blanks();
    std::uint64_t value = 0;
    std::size_t digits = 0;
    for (; digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9'; ++digits) {
      if (digits == 18) {
        unexpected("a length of at most 18 digits");
      }
      value = 10 * value + static_cast<std::uint64_t>(rest_[digits] - '0');
    }
    if (digits == 0) {
      unexpected("a length");
    }
    rest_.remove_prefix(digits);
    return value;
  }

  Header read_dictionary() {
    Header header;
    std::optional<bool> order;
    bool has_shape = false;
    expect("{");
    while (!take("}")) {
      const std::string key = take_string("'descr', 'fortran_order' or 'shape'");
      expect(":");
      if (key == "descr" && header.type.empty()) {
        header.type = take_string("the type of a number, such as '<f8'");
      } else if (key == "fortran_order" && !order) {
        order = take("True");
        if (!*order) {
          expect("False");
        }
      } else if (key == "shape" && !has_shape) {
        has_shape = true;
        expect("(");
        while (!take(")")) {
          header.shape.push_back(take_number());
          if (!take(",")) {
            expect(")");
            break;
          }
        }
      } else {
        fail(fmt::format(
            "header: found the key \"{}\"; expected 'descr', 'fortran_order' and 'shape', each once",
            internal::shown_bytes(key)));
      }
      if (!take(",")) {
        expect("}");
        break;
      }
    }
    skip_blanks();
    if (!rest_.empty()) {
      unexpected("its end");
    }
    if (header.type.empty() || !order || !has_shape) {
      fail(fmt::format("header: the key '{}' is missing", header.type.empty() ? "descr"
                                                          : !order            ? "fortran_order"
                                                                              : "shape"));
    }
    header.fortran_order = *order;
    return header;
  }

  // ---- shape -----------------------------------------------------------------------------------------

  // x0 is the last axis.
  std::vector<int> check_shape(const Header &header) const {
    const std::string shape = fmt::format("({})", fmt::join(header.shape, ", "));
    const auto axes = dimension_;
    if (header.shape.size() != axes) {
      fail(fmt::format("found an array of {} axes, shape {}; expected {}, the dimension", header.shape.size(),
                       shape, axes));
    }
    std::vector<int> sides;
    for (const auto side : header.shape) {
      if (side == 0 || side > INT_MAX) {
        fail(
            fmt::format("found an array of shape {}; expected axes of lengths from 1 to {}", shape, INT_MAX));
      }
      sides.push_back(static_cast<int>(side));
    }
    std::reverse(sides.begin(), sides.end());
    return sides;
  }

  // Before anything of the table's size is allocated.
  void check_size(const std::vector<int> &sides, std::uint64_t width) const {
    mpz_class count = 1;
    for (const int side : sides) {
      count *= side;
    }
    if (count * width != data_.size()) {
      fail(fmt::format("found {} bytes of samples; expected {}: {} samples of {} bytes", data_.size(),
                       mpz_class(count * width).get_str(), count.get_str(), width));
    }
  }

  // ---- samples ---------------------------------------------------------------------------------------

  std::uint64_t word(std::uint64_t index, std::uint64_t width, bool big_endian) const {
    std::uint64_t value = 0;
    for (std::uint64_t i = 0; i < width; ++i) {
      const std::uint64_t at = big_endian ? i : width - 1 - i; // most significant first
      value = 256 * value + static_cast<unsigned char>(data_[index * width + at]);
    }
    return value;
  }

  // Exact: all finite numbers of these types are doubles.
  static double float_of_bits(std::uint64_t bits, std::uint64_t width) {
    if (width == 8) {
      double value = 0;
      std::memcpy(&value, &bits, sizeof value);
      return value;
    }
    if (width == 4) {
      const auto short_bits = static_cast<std::uint32_t>(bits);
      float value = 0;
      std::memcpy(&value, &short_bits, sizeof value);
      return static_cast<double>(value);
    }
    // Sign, 5 bits of exponent, 10 of fraction, as IEEE 754 has them.
    const auto exponent = static_cast<int>(bits >> 10U & 31U);
    const auto fraction = static_cast<double>(bits & 1023U);
    const double size = exponent == 31  ? (fraction == 0 ? std::numeric_limits<double>::infinity()
                                                         : std::numeric_limits<double>::quiet_NaN())
                        : exponent == 0 ? std::ldexp(fraction, -24)
                                        : std::ldexp(fraction + 1024, exponent - 25);
    return (bits >> 15U & 1U) != 0 ? -size : size;
  }

  mpq_class integer_of_bits(std::uint64_t bits, const Header &header, std::uint64_t width,
                            std::uint64_t index) const {
    if (header.type[1] == 'b' && bits > 1) {
      fail(fmt::format("sample {}: found the byte {}; expected 0 or 1, a truth value",
                       shown_index(index, header), bits));
    }
    if (header.type[1] != 'i') {
      return mpq_class(mpz_class(static_cast<unsigned long>(bits)));
    }
    const std::uint64_t sign = std::uint64_t{1} << (8 * width - 1);
    return mpq_class(static_cast<long>((bits ^ sign) - sign)); // extends the sign
  }

  // As NumPy would have it: a[i, j].
  static std::string shown_index(std::uint64_t at, const Header &header) {
    std::vector<std::uint64_t> index(header.shape.size());
    for (std::size_t i = 0; i < index.size(); ++i) {
      const std::size_t axis = header.fortran_order ? i : index.size() - 1 - i; // the fastest first
      index[axis] = at % header.shape[axis];
      at /= header.shape[axis];
    }
    return fmt::format("[{}]", fmt::join(index, ", "));
  }

  // The last axis is x0: in C order the file is in the order of the table; in Fortran order the first axis
  // runs fastest.
  std::uint64_t place_in_table(std::uint64_t at, const Header &header) const {
    if (!header.fortran_order) {
      return at;
    }
    std::uint64_t place = 0;
    for (const std::uint64_t length : header.shape) {
      place = place * length + at % length;
      at /= length;
    }
    return place;
  }

  void read_samples(const Header &header, std::uint64_t width, SampleTable &table) const {
    const std::uint64_t count = data_.size() / width;
    const bool big_endian = header.type[0] == '>';
    if (header.type[1] != 'f') {
      std::vector<mpq_class> values(count);
      for (std::uint64_t at = 0; at < count; ++at) {
        values[place_in_table(at, header)] = integer_of_bits(word(at, width, big_endian), header, width, at);
      }
      internal::set_samples(table, std::move(values)); // no 64 bits are beyond the doubles
      return;
    }
    table.doubles.resize(count);
    for (std::uint64_t at = 0; at < count; ++at) {
      const double value = float_of_bits(word(at, width, big_endian), width);
      if (!std::isfinite(value)) {
        fail(fmt::format("sample {}: found {}; expected finite numbers", shown_index(at, header), value));
      }
      table.doubles[place_in_table(at, header)] = value;
    }
    shorten(table);
  }

  // Puts doubles over a common denominator 2^places, where that and all numerators have at most 59 bits: sums
  // of them are exact then.
  static void shorten(SampleTable &table) {
    constexpr int kMostBits = 59;
    int places = 0;
    int most = std::numeric_limits<int>::min(); // |x| < 2^most
    for (const double value : table.doubles) {
      if (value != 0) {
        int exponent = 0;
        const double fraction = std::frexp(value, &exponent);
        const auto digits = static_cast<std::int64_t>(std::ldexp(std::fabs(fraction), 53)); // exact
        places = std::max(places, 53 - exponent - std::countr_zero(static_cast<std::uint64_t>(digits)));
        most = std::max(most, exponent);
      }
    }
    if (places > kMostBits || (most > 0 ? most : 0) + places > kMostBits) {
      return;
    }
    for (const double value : table.doubles) {
      table.numerators.push_back(static_cast<std::int64_t>(std::ldexp(value, places))); // exact
    }
    table.denominator = std::int64_t{1} << places;
    table.doubles.clear();
  }

  std::string name_;
  std::string_view bytes_;
  std::string_view rest_; // of the header
  std::string_view data_;
  std::size_t dimension_;
};

} // namespace

namespace {

void require_magic(std::string_view bytes, const std::string &name) {
  if (!bytes.starts_with(kMagic)) {
    throw InputError(
        name, 0,
        fmt::format("found \"{}\"; expected a table in the NPY format, which begins with \\x93NUMPY",
                    internal::shown_bytes(bytes.substr(0, 8))));
  }
}

} // namespace

SampleTable internal::parse_npy(std::string_view bytes, const std::string &name, std::size_t dimension) {
  assert(dimension >= 1);
  require_magic(bytes, name);
  return NpyReader(name, bytes, dimension).run();
}

SampleTable read_npy(const std::filesystem::path &file, std::size_t dimension, const SampleOptions &options) {
  return internal::rounded(internal::parse_npy(internal::read_sample_file(file, "a table in the NPY format"),
                                               file.string(), dimension),
                           file.string(), options);
}

std::vector<int> npy_sides(const std::filesystem::path &file) {
  const std::string bytes = internal::read_sample_file(file, "a table in the NPY format");
  require_magic(bytes, file.string());
  return NpyReader(file.string(), bytes, 0).sides();
}

} // namespace layercert
