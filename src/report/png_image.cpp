#include "png_image.hpp"

#include <openssl/evp.h>
#include <png.h>

#include <cassert>
#include <new>

namespace layercert {

namespace {

void append_bytes(png_struct *png, png_byte *bytes, png_size_t count) {
  static_cast<std::string *>(png_get_io_ptr(png))->append(reinterpret_cast<const char *>(bytes), count);
}

void nothing_to_flush(png_struct *) {}

// libpng leaves by longjmp when it fails: nothing here has a destructor. False: out of memory.
bool write_image(std::string *out, const IndexedImage *image, const png_color *palette) {
  png_struct *png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_info *info = png != nullptr ? png_create_info_struct(png) : nullptr;
  bool good = false;
  if (info != nullptr && setjmp(png_jmpbuf(png)) == 0) {
    png_set_write_fn(png, out, append_bytes, nothing_to_flush);
    png_set_IHDR(png, info, image->columns, image->rows, 8, PNG_COLOR_TYPE_PALETTE, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_PLTE(png, info, palette, 256);
    png_write_info(png, info);
    for (std::size_t row = 0; row < image->rows; ++row) {
      png_write_row(png, image->pixels.data() + row * image->columns);
    }
    png_write_end(png, nullptr);
    good = true;
  }
  png_destroy_write_struct(&png, &info);
  return good;
}

} // namespace

std::string png_of(const IndexedImage &image, const Palette &palette) {
  assert(image.columns > 0 && image.rows > 0 &&
         image.pixels.size() == std::size_t{image.columns} * image.rows);
  std::array<png_color, 256> colours{};
  for (std::size_t i = 0; i < colours.size(); ++i) {
    colours[i] = {palette[i].red, palette[i].green, palette[i].blue};
  }
  std::string bytes;
  if (!write_image(&bytes, &image, colours.data())) {
    throw std::bad_alloc();
  }
  return bytes;
}

std::string data_url_of(const std::string &type, const std::string &bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0'); // and the 0 that OpenSSL ends it with
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char *>(text.data()),
                      reinterpret_cast<const unsigned char *>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return "data:" + type + ";base64," + text;
}

} // namespace layercert
