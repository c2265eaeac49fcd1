// From numbers to colours.
#pragma once

#include "png_image.hpp"

#include <span>

namespace layercert {

// Viridis: its lightness rises evenly, so that it reads the same in grey and with any kind of colour vision.
// Signed: blue below, white at and red above the middle.
enum class ColourMap { Viridis, Signed, Grey };

inline constexpr std::uint8_t kNoValue = 255; // colours 0..254 are the scale

Palette palette_of(ColourMap map);

// Values from `least` to `most` as colours; values beyond are drawn as the ends, NaN as kNoValue.
std::vector<std::uint8_t> colours_of(std::span<const double> values, double least, double most);

// The scale as stops of a CSS gradient, from least to most.
std::string css_gradient_of(ColourMap map);

} // namespace layercert
