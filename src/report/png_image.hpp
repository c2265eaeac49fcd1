// Pictures of numbers as PNG, within a page.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace layercert {

struct Colour8 {
  std::uint8_t red = 0, green = 0, blue = 0;
};
using Palette = std::array<Colour8, 256>;

// columns * rows colours of a palette, row by row from the top.
struct IndexedImage {
  std::uint32_t columns = 0, rows = 0;
  std::vector<std::uint8_t> pixels;
};

// Requires: at least one pixel.
std::string png_of(const IndexedImage &image, const Palette &palette);

// "data:TYPE;base64,...", such as of type "image/png".
std::string data_url_of(const std::string &type, const std::string &bytes);

} // namespace layercert
