// Grey images in the PNG format, by libpng: the samples as they stand in the file, without the gamma and other corrections that viewers
// apply.
#include "layercert/error.hpp"
#include "layercert/function/sample_table.hpp"
#include "sample_file.hpp"

#include <fmt/format.h>
#include <png.h>

#include <algorithm>
#include <cstring>

namespace layercert {

namespace {

constexpr std::string_view kMagic = "\x89PNG\r\n\x1a\n";
constexpr std::size_t kHeaderEnds = 33; // signature, and the chunk IHDR with its checksum

// What libpng works on, and what it found wrong. It leaves by longjmp: nothing here has a destructor.
struct Reading {
  const unsigned char *bytes;
  std::size_t size;
  std::size_t at;
  png_struct *png;
  png_info *info;
  char message[128];
  bool is_transparent;
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

// Fills the rows, each of `row_bytes` bytes; false, with a message, if the file is damaged.
bool read_rows(Reading *reading, png_byte **rows, std::size_t row_bytes) {
  reading->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, reading, keep_error, ignore_warning);
  reading->info = reading->png != nullptr ? png_create_info_struct(reading->png) : nullptr;
  bool good = false;
  if (reading->info != nullptr && setjmp(png_jmpbuf(reading->png)) == 0) {
    png_set_read_fn(reading->png, reading, take_bytes);
    png_set_crc_action(reading->png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
    png_read_info(reading->png, reading->info);
    reading->is_transparent = png_get_valid(reading->png, reading->info, PNG_INFO_tRNS) != 0;
    if (!reading->is_transparent) {
      png_set_interlace_handling(reading->png);
      png_read_update_info(reading->png, reading->info);
      if (png_get_rowbytes(reading->png, reading->info) != row_bytes) {
        png_error(reading->png, "unexpected length of a row");
      }
      png_read_image(reading->png, rows);
      png_read_end(reading->png, nullptr);
    }
    good = true;
  }
  png_destroy_read_struct(&reading->png, &reading->info, nullptr);
  return good;
}

class PngReader {
public:
  PngReader(std::string name, std::string_view bytes) : name_(std::move(name)), bytes_(bytes) {}

  SampleTable run() const {
    if (bytes_.size() < kHeaderEnds || bytes_.substr(12, 4) != "IHDR") {
      fail("the file ends in its header; expected an image in PNG format");
    }
    const std::uint64_t width = word(16);
    const std::uint64_t height = word(20);
    const int depth = static_cast<unsigned char>(bytes_[24]);
    const int colour = static_cast<unsigned char>(bytes_[25]);
    if (colour != PNG_COLOR_TYPE_GRAY) {
      fail(fmt::format("found {}; expected a grey image without transparency",
                       colour == PNG_COLOR_TYPE_GRAY_ALPHA  ? "a grey image with transparency"
                       : colour == PNG_COLOR_TYPE_RGB       ? "a colour image"
                       : colour == PNG_COLOR_TYPE_PALETTE   ? "an image with a palette"
                       : colour == PNG_COLOR_TYPE_RGB_ALPHA ? "a colour image with transparency"
                                                            : "an image of unknown type"));
    }
    if (depth != 8 && depth != 16) {
      fail(fmt::format("found samples of {} bit; expected 8 or 16", depth));
    }
    if (width != height || width == 0) {
      fail(fmt::format("found an image of {} x {} samples; expected a square one", width, height));
    }
    constexpr std::uint64_t kLargestSide = 65535;
    if (width > kLargestSide) {
      fail(fmt::format("found a side of {} samples; expected at most {}", width, kLargestSide));
    }
    const std::uint64_t sample_bytes = depth == 16 ? 2 : 1;
    const std::uint64_t row_bytes = width * sample_bytes;
    // Deflate makes no more than 1032 bytes of one, and every row has one more than its samples.
    if (height * (row_bytes + 1) > 1032 * static_cast<std::uint64_t>(bytes_.size())) {
      fail(fmt::format("found a file of {} bytes, too small for {} x {} samples", bytes_.size(), width,
                       height));
    }
    std::vector<png_byte> samples(height * row_bytes);
    std::vector<png_byte *> rows(height);
    for (std::uint64_t i = 0; i < height; ++i) {
      rows[i] = samples.data() + i * row_bytes;
    }
    Reading reading{reinterpret_cast<const unsigned char *>(bytes_.data()),
                    bytes_.size(),
                    0,
                    nullptr,
                    nullptr,
                    {},
                    false};
    if (!read_rows(&reading, rows.data(), row_bytes)) {
      fail(fmt::format("damaged: {}", internal::shown_bytes(reading.message)));
    }
    if (reading.is_transparent) {
      fail("found a grey image with a transparent grey; expected one without transparency");
    }
    if (reading.at != bytes_.size()) {
      fail(fmt::format("found {} bytes after the image; expected the end of the file",
                       bytes_.size() - reading.at));
    }
    SampleTable table;
    table.dimension = 2;
    table.side = static_cast<int>(width);
    table.denominator = depth == 16 ? 65535 : 255;
    table.numerators.reserve(height * width);
    for (std::uint64_t i = 0; i < samples.size(); i += sample_bytes) { // 16 bit samples are big endian
      table.numerators.push_back(sample_bytes == 2 ? 256 * samples[i] + samples[i + 1] : samples[i]);
    }
    return table;
  }

private:
  [[noreturn]] void fail(const std::string &message) const { throw InputError(name_, 0, message); }

  std::uint64_t word(std::size_t at) const {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      value = 256 * value + static_cast<unsigned char>(bytes_[at + i]);
    }
    return value;
  }

  std::string name_;
  std::string_view bytes_;
};

} // namespace

SampleTable internal::parse_png(std::string_view bytes, const std::string &name) {
  if (!bytes.starts_with(kMagic)) {
    throw InputError(name, 0,
                     fmt::format("found \"{}\"; expected a grey image in PNG format",
                                 internal::shown_bytes(bytes.substr(0, 8))));
  }
  return PngReader(name, bytes).run();
}

SampleTable read_png(const std::filesystem::path &file) {
  return internal::parse_png(internal::read_sample_file(file, "a grey image in PNG format"), file.string());
}

} // namespace layercert
