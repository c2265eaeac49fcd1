// Tables in the NPY format of NumPy, versions 1.0, 2.0 and 3.0: numpy.lib.format describes it. A header as a dictionary in Python's
// notation, then the samples.
#include "layercert/error.hpp"
#include "layercert/function/sample_table.hpp"
#include "sample_file.hpp"

#include <fmt/format.h>
#include <gmpxx.h>

#include <algorithm>
#include <cassert>
#include <climits>
#include <cmath>
#include <cstring>
#include <optional>

namespace layercert {

namespace {

constexpr std::string_view kMagic = internal::kNpyMagic;
constexpr int kMostBits =
    59; // of numerators and of the denominator: both are then below 10^18, as those of decimals

struct Header {
  std::string type; // such as "<f8"
  bool fortran_order = false;
  std::vector<std::uint64_t> shape;
};

// mantissa * 2^exponent, the mantissa odd or 0.
struct Sample {
  std::int64_t mantissa = 0;
  int exponent = 0;
};

class NpyReader {
public:
  NpyReader(std::string name, std::string_view bytes, int dimension)
      : name_(std::move(name)), bytes_(bytes), dimension_(dimension) {}

  SampleTable run() {
    const Header header = read_header();
    SampleTable table;
    table.dimension = dimension_;
    table.side = check_shape(header);
    const std::string_view kinds = "fiu";
    const bool known =
        header.type.size() == 3 && kinds.find(header.type[1]) != std::string_view::npos &&
        std::string_view(header.type[1] == 'f' ? "48" : "1248").find(header.type[2]) !=
            std::string_view::npos &&
        (header.type[0] == '<' || header.type[0] == '>' || (header.type[0] == '|' && header.type[2] == '1'));
    if (!known) {
      fail(fmt::format("found samples of the type \"{}\"; expected f4, f8, i1, i2, i4, i8, u1, u2, u4 or u8, "
                       "such as \"<f8\"",
                       internal::shown_bytes(header.type)));
    }
    const auto width = static_cast<std::uint64_t>(header.type[2] - '0');
    check_size(table.side, width);
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

  int check_shape(const Header &header) const {
    const std::string shape = fmt::format("({})", fmt::join(header.shape, ", "));
    const auto axes = static_cast<std::size_t>(dimension_);
    if (header.shape.size() != axes) {
      fail(fmt::format("found an array of {} axes, shape {}; expected {}, the dimension", header.shape.size(),
                       shape, axes));
    }
    const std::uint64_t side = header.shape[0];
    if (side == 0 || side > INT_MAX ||
        std::any_of(header.shape.begin(), header.shape.end(), [&](std::uint64_t s) { return s != side; })) {
      fail(fmt::format("found an array of shape {}; expected axes of one length from 1 to {}", shape,
                       INT_MAX));
    }
    return static_cast<int>(side);
  }

  // Before anything of the table's size is allocated.
  void check_size(int side, std::uint64_t width) const {
    const mpz_class count = [&] {
      mpz_class power;
      mpz_ui_pow_ui(power.get_mpz_t(), static_cast<unsigned long>(side),
                    static_cast<unsigned long>(dimension_));
      return power;
    }();
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

  // The sample at a position of the file.
  Sample decode(const Header &header, std::uint64_t index, std::uint64_t width) const {
    const std::uint64_t bits = word(index, width, header.type[0] == '>');
    Sample sample;
    if (header.type[1] == 'f') {
      double value = 0;
      if (width == 8) {
        std::memcpy(&value, &bits, sizeof value);
      } else {
        const auto short_bits = static_cast<std::uint32_t>(bits);
        float short_value = 0;
        std::memcpy(&short_value, &short_bits, sizeof short_value);
        value = static_cast<double>(short_value); // exact
      }
      if (!std::isfinite(value)) {
        fail(fmt::format("sample {}: found {}; expected finite numbers", index, value));
      }
      const double fraction = std::frexp(value, &sample.exponent);
      sample.mantissa = static_cast<std::int64_t>(std::ldexp(fraction, 53)); // exact
      sample.exponent -= 53;
    } else if (header.type[1] == 'u') {
      if (bits > INT64_MAX) {
        too_long(index, 64);
      }
      sample.mantissa = static_cast<std::int64_t>(bits);
    } else {
      const std::uint64_t sign = std::uint64_t{1} << (8 * width - 1);
      sample.mantissa = static_cast<std::int64_t>((bits ^ sign) - sign); // extends the sign
    }
    while (sample.mantissa != 0 && sample.mantissa % 2 == 0) {
      sample.mantissa /= 2;
      ++sample.exponent;
    }
    return sample;
  }

  [[noreturn]] void too_long(std::uint64_t index, int bits) const {
    fail(fmt::format(
        "sample {}: needs {} bits over the common denominator of all samples; expected at most {}: "
        "round them first, for example numpy.round(a * 2.0**40) / 2.0**40",
        index, bits, kMostBits));
  }

  void read_samples(const Header &header, std::uint64_t width, SampleTable &table) const {
    const std::uint64_t count = data_.size() / width;
    int places = 0; // the denominator is 2^places
    for (std::uint64_t i = 0; i < count; ++i) {
      const Sample sample = decode(header, i, width);
      if (sample.mantissa != 0 && -sample.exponent > places) {
        places = -sample.exponent;
        if (places > kMostBits) {
          too_long(i, places);
        }
      }
    }
    table.denominator = std::int64_t{1} << places;
    table.numerators.resize(count);
    const auto side = static_cast<std::uint64_t>(table.side);
    for (std::uint64_t i = 0; i < count; ++i) {
      const Sample sample = decode(header, i, width);
      int bits = 0;
      for (std::uint64_t m = sample.mantissa < 0 ? 0 - static_cast<std::uint64_t>(sample.mantissa)
                                                 : static_cast<std::uint64_t>(sample.mantissa);
           m != 0; m /= 2) {
        ++bits;
      }
      const int shift = sample.mantissa == 0 ? 0 : sample.exponent + places;
      if (bits + shift > kMostBits) {
        too_long(i, bits + shift);
      }
      // The last axis is x0: in C order the file is in the order of the table; in Fortran order the first axis runs fastest.
      std::uint64_t at = i;
      if (header.fortran_order) {
        at = 0;
        std::uint64_t rest = i;
        for (int axis = 0; axis < dimension_; ++axis) {
          at = at * side + rest % side;
          rest /= side;
        }
      }
      table.numerators[at] = sample.mantissa * (std::int64_t{1} << shift);
    }
  }

  std::string name_;
  std::string_view bytes_;
  std::string_view rest_; // of the header
  std::string_view data_;
  int dimension_;
};

} // namespace

SampleTable internal::parse_npy(std::string_view bytes, const std::string &name, int dimension) {
  assert(dimension >= 1);
  if (!bytes.starts_with(kMagic)) {
    throw InputError(
        name, 0,
        fmt::format("found \"{}\"; expected a table in the NPY format, which begins with \\x93NUMPY",
                    internal::shown_bytes(bytes.substr(0, 8))));
  }
  return NpyReader(name, bytes, dimension).run();
}

SampleTable read_npy(const std::filesystem::path &file, int dimension) {
  return internal::parse_npy(internal::read_sample_file(file, "a table in the NPY format"), file.string(),
                             dimension);
}

} // namespace layercert
