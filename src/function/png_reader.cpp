// Images in the PNG format, by libpng: the samples as they stand in the file, without the gamma and other
// corrections that viewers apply. Of several channels one is taken, or luma, a sum of three with exact
// weights.
#include "layercert/error.hpp"
#include "layercert/function/sample_table.hpp"
#include "sample_file.hpp"

#include <fmt/format.h>
#include <png.h>

#include <algorithm>
#include <cstring>

namespace layercert {

namespace {

constexpr std::string_view kPngSignature = "\x89PNG\r\n\x1a\n";
constexpr std::size_t kHeaderEnds = 33; // signature, and the chunk IHDR with its checksum

// What libpng works on, and what it found wrong. It leaves by longjmp: nothing here has a destructor.
struct Reading {
  const unsigned char *bytes;
  std::size_t size;
  std::size_t at;
  png_struct *png;
  png_info *info;
  char message[128];
};

// The layout of the samples once palettes, few bits and a transparent colour are written out.
struct Layout {
  std::uint64_t width, height;
  int colour; // one of PNG_COLOR_TYPE_GRAY, GRAY_ALPHA, RGB and RGB_ALPHA
  int depth;  // 8 or 16
  std::uint64_t channels() const {
    return (colour & PNG_COLOR_MASK_COLOR) != 0 ? ((colour & PNG_COLOR_MASK_ALPHA) != 0 ? 4 : 3)
                                                : ((colour & PNG_COLOR_MASK_ALPHA) != 0 ? 2 : 1);
  }
  std::uint64_t row_bytes() const { return width * channels() * static_cast<std::uint64_t>(depth / 8); }
};

void take_bytes(png_struct *png, png_byte *out, png_size_t count) {
  auto *reading = static_cast<Reading *>(png_get_io_ptr(png));
  if (count > reading->size - reading->at) {
    png_error(png, "the file ends early");
  }
  std::memcpy(out, reading->bytes + reading->at, count);
  reading->at += count;
}

[[noreturn]] void keep_error(png_struct *png, const char *message) {
  auto *reading = static_cast<Reading *>(png_get_error_ptr(png));
  std::strncpy(reading->message, message, sizeof reading->message - 1);
  png_longjmp(png, 1);
}

void ignore_warning(png_struct *, const char *) {}

// A pass over the image, protected from libpng's longjmp: false, with a message, if the file is damaged.
template <class Work> bool with_libpng(Reading *reading, const Work &work) {
  reading->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, reading, keep_error, ignore_warning);
  reading->info = reading->png != nullptr ? png_create_info_struct(reading->png) : nullptr;
  bool good = false;
  if (reading->info != nullptr && setjmp(png_jmpbuf(reading->png)) == 0) {
    png_set_read_fn(reading->png, reading, take_bytes);
    png_set_crc_action(reading->png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
    png_read_info(reading->png, reading->info);
    png_set_expand(
        reading->png); // to 8 bit or more, palettes to colours, a transparent colour to alpha: all exact
    png_set_interlace_handling(reading->png);
    png_read_update_info(reading->png, reading->info);
    work(reading->png, reading->info);
    good = true;
  }
  png_destroy_read_struct(&reading->png, &reading->info, nullptr);
  return good;
}

bool read_layout(Reading *reading, Layout *layout) {
  return with_libpng(reading, [layout](png_struct *png, png_info *info) {
    layout->colour = png_get_color_type(png, info);
    layout->depth = png_get_bit_depth(png, info);
  });
}

// Fills the rows, each of `row_bytes` bytes.
bool read_rows(Reading *reading, png_byte **rows, std::size_t row_bytes) {
  return with_libpng(reading, [=](png_struct *png, png_info *info) {
    if (png_get_rowbytes(png, info) != row_bytes) {
      png_error(png, "unexpected length of a row");
    }
    png_read_image(png, rows);
    png_read_end(png, nullptr);
  });
}

std::string_view name_of(int colour) {
  return colour == PNG_COLOR_TYPE_GRAY         ? "a grey image"
         : colour == PNG_COLOR_TYPE_GRAY_ALPHA ? "a grey image with transparency"
         : colour == PNG_COLOR_TYPE_RGB        ? "a colour image"
                                               : "a colour image with transparency";
}

std::string_view name_of(Channel channel) {
  constexpr std::string_view names[] = {"grey", "luma", "red", "green", "blue", "alpha"};
  return names[static_cast<std::size_t>(channel)];
}

class PngReader {
public:
  PngReader(std::string name, std::string_view bytes, Channel channel)
      : name_(std::move(name)), bytes_(bytes), channel_(channel) {}

  SampleTable run() const {
    if (bytes_.size() < kHeaderEnds || bytes_.substr(12, 4) != "IHDR") {
      fail("the file ends in its header; expected an image in PNG format");
    }
    Layout layout{word(16), word(20), 0, 0};
    constexpr std::uint64_t kLargestSide = 65535;
    for (const std::uint64_t side : {layout.width, layout.height}) {
      if (side == 0 || side > kLargestSide) {
        fail(fmt::format("found an image of {} x {} samples; expected sides from 1 to {}", layout.width,
                         layout.height, kLargestSide));
      }
    }
    Reading of_header = reading();
    if (!read_layout(&of_header, &layout)) {
      fail(fmt::format("damaged: {}", internal::shown_bytes(of_header.message)));
    }
    require_channel(layout);
    // Deflate makes no more than 1032 bytes of one, and every row of the file has one more than its samples.
    const int in_file = static_cast<unsigned char>(bytes_[25]); // the colour type, which libpng has accepted
    const std::uint64_t bits = static_cast<unsigned char>(bytes_[24]) *
                               static_cast<std::uint64_t>(in_file == PNG_COLOR_TYPE_RGB          ? 3
                                                          : in_file == PNG_COLOR_TYPE_GRAY_ALPHA ? 2
                                                          : in_file == PNG_COLOR_TYPE_RGB_ALPHA  ? 4
                                                                                                 : 1);
    if (layout.height * ((layout.width * bits + 7) / 8 + 1) >
        1032 * static_cast<std::uint64_t>(bytes_.size())) {
      fail(fmt::format("found a file of {} bytes, too small for {} x {} samples", bytes_.size(), layout.width,
                       layout.height));
    }
    const std::uint64_t row_bytes = layout.row_bytes();
    std::vector<png_byte> samples(layout.height * row_bytes);
    std::vector<png_byte *> rows(layout.height);
    for (std::uint64_t i = 0; i < layout.height; ++i) {
      rows[i] = samples.data() + i * row_bytes;
    }
    Reading of_rows = reading();
    if (!read_rows(&of_rows, rows.data(), row_bytes)) {
      fail(fmt::format("damaged: {}", internal::shown_bytes(of_rows.message)));
    }
    if (of_rows.at != bytes_.size()) {
      fail(fmt::format("found {} bytes after the image; expected the end of the file",
                       bytes_.size() - of_rows.at));
    }
    return table_of(layout, samples);
  }

private:
  [[noreturn]] void fail(const std::string &message) const { throw InputError(name_, 0, message); }

  Reading reading() const {
    return {reinterpret_cast<const unsigned char *>(bytes_.data()), bytes_.size(), 0, nullptr, nullptr, {}};
  }

  void require_channel(const Layout &layout) const {
    const bool has_colours = (layout.colour & PNG_COLOR_MASK_COLOR) != 0;
    const bool has_alpha = (layout.colour & PNG_COLOR_MASK_ALPHA) != 0;
    const bool is_there = channel_ == Channel::Grey    ? layout.colour == PNG_COLOR_TYPE_GRAY
                          : channel_ == Channel::Luma  ? true
                          : channel_ == Channel::Alpha ? has_alpha
                                                       : has_colours;
    if (!is_there) {
      fail(fmt::format(
          "found {}; expected {}", name_of(layout.colour),
          channel_ == Channel::Grey
              ? fmt::format("a grey image without transparency, or channel = \"luma\"{}{}, which takes "
                            "one channel",
                            has_colours ? ", \"red\", \"green\" or \"blue\"" : "",
                            has_alpha ? " or \"alpha\"" : "")
              : fmt::format("one with the channel \"{}\"", name_of(channel_))));
    }
  }

  // Luma has the weights 299, 587 and 114 over 1000, which add up to 1.
  SampleTable table_of(const Layout &layout, const std::vector<png_byte> &samples) const {
    const std::uint64_t channels = layout.channels();
    const bool has_colours = channels >= 3;
    const bool luma = channel_ == Channel::Luma && has_colours;
    const std::uint64_t first = channel_ == Channel::Green   ? 1
                                : channel_ == Channel::Blue  ? 2
                                : channel_ == Channel::Alpha ? channels - 1
                                                             : 0;
    const std::uint64_t bytes = layout.depth == 16 ? 2 : 1;
    const auto value = [&](std::uint64_t pixel, std::uint64_t channel) -> std::int64_t {
      const png_byte *at = samples.data() + (pixel * channels + channel) * bytes;
      return bytes == 2 ? 256 * at[0] + at[1] : at[0]; // big endian
    };
    SampleTable table;
    table.dimension = 2;
    table.sides = {static_cast<int>(layout.width), static_cast<int>(layout.height)};
    table.denominator = std::int64_t{layout.depth == 16 ? 65535 : 255} * (luma ? 1000 : 1);
    table.numerators.reserve(layout.width * layout.height);
    for (std::uint64_t i = 0; i < layout.width * layout.height; ++i) {
      table.numerators.push_back(luma ? 299 * value(i, 0) + 587 * value(i, 1) + 114 * value(i, 2)
                                      : value(i, first));
    }
    return table;
  }

  std::uint64_t word(std::size_t at) const {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      value = 256 * value + static_cast<unsigned char>(bytes_[at + i]);
    }
    return value;
  }

  std::string name_;
  std::string_view bytes_;
  Channel channel_;
};

} // namespace

SampleTable internal::parse_png(std::string_view bytes, const std::string &name, Channel channel) {
  if (!bytes.starts_with(kPngSignature)) {
    throw InputError(name, 0,
                     fmt::format("found \"{}\"; expected an image in PNG format",
                                 internal::shown_bytes(bytes.substr(0, 8))));
  }
  return PngReader(name, bytes, channel).run();
}

SampleTable read_png(const std::filesystem::path &file, const SampleOptions &options) {
  return internal::rounded(internal::parse_png(internal::read_sample_file(file, "an image in PNG format"),
                                               file.string(), options.channel),
                           file.string(), options);
}

} // namespace layercert
