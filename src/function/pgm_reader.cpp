#include "layercert/error.hpp"
#include "layercert/function/sample_table.hpp"
#include "sample_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <climits>
#include <optional>
#include <string_view>

namespace layercert {

namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

class PgmReader {
public:
  PgmReader(std::string name, std::string_view bytes) : name_(std::move(name)), bytes_(bytes) {}

  SampleTable run() {
    const std::string_view magic = bytes_.substr(0, 2);
    const bool letters_only =
        bytes_.size() == 2 || (bytes_.size() > 2 && (is_space(bytes_[2]) || bytes_[2] == '#'));
    if ((magic != "P2" && magic != "P5") || !letters_only) {
      fail(fmt::format(
          "found \"{}\"; expected a grey image in PGM format, which begins with P2 or P5, or in PNG format",
          internal::shown_bytes(bytes_.substr(0, 8))));
    }
    at_ = 2;
    const std::int64_t width = number("the width", 1, INT_MAX);
    const std::int64_t height = number("the height", 1, INT_MAX);
    const std::int64_t most = number("the largest value", 1, 65535);

    SampleTable table;
    table.dimension = 2;
    table.sides = {static_cast<int>(width), static_cast<int>(height)};
    table.denominator = most;
    const std::uint64_t count = static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height);
    if (magic == "P5") {
      binary_samples(count, table);
    } else {
      text_samples(count, table);
    }
    return table;
  }

private:
  [[noreturn]] void fail(const std::string &message) const { throw InputError(name_, line_, message); }

  // Passes blanks and comments; a comment runs from # to the end of its line.
  void skip_blanks() {
    bool comment = false;
    for (; at_ < bytes_.size(); ++at_) {
      const char c = bytes_[at_];
      comment = (comment || c == '#') && c != '\n' && c != '\r';
      if (!comment && !is_space(c)) {
        return;
      }
      line_ += c == '\n' ? 1 : 0;
    }
  }

  // The next number of the text, nothing at the end of the file.
  std::optional<std::int64_t> optional_number(std::string_view what, std::int64_t least, std::int64_t most) {
    skip_blanks();
    if (at_ == bytes_.size()) {
      return std::nullopt;
    }
    std::int64_t value = 0;
    const std::size_t begin = at_;
    bool good = true;
    for (; at_ < bytes_.size() && !is_space(bytes_[at_]) && bytes_[at_] != '#'; ++at_) {
      const char c = bytes_[at_];
      good = good && c >= '0' && c <= '9';
      value =
          good && value <= most ? 10 * value + (c - '0') : value; // past `most` the digits no longer matter
    }
    if (!good || value < least || value > most) {
      fail(fmt::format("{}: found \"{}\"; expected an integer from {} to {}", what,
                       internal::shown_bytes(bytes_.substr(begin, at_ - begin)), least, most));
    }
    return value;
  }

  std::int64_t number(std::string_view what, std::int64_t least, std::int64_t most) {
    const std::optional<std::int64_t> value = optional_number(what, least, most);
    if (!value) {
      fail(fmt::format("the file ends before {}", what));
    }
    return *value;
  }

  void text_samples(std::uint64_t count, SampleTable &table) {
    table.numerators.reserve(std::min<std::uint64_t>(count, bytes_.size() / 2 + 1)); // the header may lie
    while (table.numerators.size() < count) {
      const std::optional<std::int64_t> value = optional_number("a sample", 0, table.denominator);
      if (!value) {
        fail(fmt::format("the file ends after {} samples; expected {}", table.numerators.size(), count));
      }
      table.numerators.push_back(*value);
    }
    skip_blanks();
    if (at_ != bytes_.size()) {
      fail(fmt::format("found \"{}\" after the last of {} samples; expected the end of the file",
                       internal::shown_bytes(bytes_.substr(at_)), count));
    }
  }

  void binary_samples(std::uint64_t count, SampleTable &table) {
    // One blank ends the header; a byte after it that looks like a blank is already a sample.
    if (at_ == bytes_.size() || !is_space(bytes_[at_])) {
      fail("the header ends early; expected a blank after the largest value, then the samples");
    }
    ++at_;
    line_ = 0; // lines mean nothing from here on
    const std::uint64_t width = table.denominator > 255 ? 2 : 1;
    const std::uint64_t found = bytes_.size() - at_;
    if (found != count * width) {
      fail(fmt::format("found {} bytes of samples; expected {}: {} samples of {} byte{}", found,
                       count * width, count, width, width == 1 ? "" : "s"));
    }
    table.numerators.reserve(count);
    for (std::uint64_t i = 0; i < count; ++i) {
      std::int64_t value = 0;
      for (std::uint64_t byte = 0; byte < width; ++byte) { // 16 bit samples are big endian
        value = 256 * value + static_cast<unsigned char>(bytes_[at_++]);
      }
      if (value > table.denominator) {
        fail(fmt::format("sample {}: found {}; expected at most {}, the largest value of the header", i,
                         value, table.denominator));
      }
      table.numerators.push_back(value);
    }
  }

  std::string name_;
  std::string_view bytes_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

} // namespace

SampleTable internal::parse_pgm(std::string_view bytes, const std::string &name) {
  return PgmReader(name, bytes).run();
}

SampleTable read_pgm(const std::filesystem::path &file, const SampleOptions &options) {
  return internal::rounded(
      internal::parse_pgm(internal::read_sample_file(file, "a grey image in PGM format"), file.string()),
      file.string(), options);
}

} // namespace layercert
