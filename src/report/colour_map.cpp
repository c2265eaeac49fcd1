#include "colour_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace layercert {

namespace {

constexpr std::size_t kScale = kNoValue; // colours of the scale
constexpr Colour8 kNoValueColour = {136, 136, 136};

// Equally far apart; S. van der Walt and N. Smith's maps (matplotlib, public domain).
constexpr std::array<Colour8, 10> kViridis = {{{68, 1, 84},
                                               {72, 40, 120},
                                               {62, 73, 137},
                                               {49, 104, 142},
                                               {38, 130, 142},
                                               {31, 158, 137},
                                               {53, 183, 121},
                                               {110, 206, 88},
                                               {181, 222, 43},
                                               {253, 231, 37}}};
// C. Brewer's blue to red, reversed, with white in the middle.
constexpr std::array<Colour8, 9> kSigned = {{{33, 102, 172},
                                             {67, 147, 195},
                                             {146, 197, 222},
                                             {209, 229, 240},
                                             {247, 247, 247},
                                             {253, 219, 199},
                                             {244, 165, 130},
                                             {214, 96, 77},
                                             {178, 24, 43}}};
constexpr std::array<Colour8, 2> kGrey = {{{0, 0, 0}, {255, 255, 255}}};

std::span<const Colour8> anchors_of(ColourMap map) {
  switch (map) {
  case ColourMap::Viridis:
    return kViridis;
  case ColourMap::Signed:
    return kSigned;
  default:
    return kGrey;
  }
}

std::uint8_t between(std::uint8_t a, std::uint8_t b, double part) {
  return static_cast<std::uint8_t>(std::lround(a + part * (b - a)));
}

} // namespace

Palette palette_of(ColourMap map) {
  const std::span<const Colour8> anchors = anchors_of(map);
  Palette palette;
  for (std::size_t i = 0; i < kScale; ++i) {
    const double at = static_cast<double>(i * (anchors.size() - 1)) / static_cast<double>(kScale - 1);
    const std::size_t k = std::min(static_cast<std::size_t>(at), anchors.size() - 2);
    const double part = at - static_cast<double>(k);
    palette[i] = {between(anchors[k].red, anchors[k + 1].red, part),
                  between(anchors[k].green, anchors[k + 1].green, part),
                  between(anchors[k].blue, anchors[k + 1].blue, part)};
  }
  palette[kNoValue] = kNoValueColour;
  return palette;
}

std::vector<std::uint8_t> colours_of(std::span<const double> values, double least, double most) {
  std::vector<std::uint8_t> colours;
  colours.reserve(values.size());
  for (const double value : values) {
    const double part = most > least ? std::clamp((value - least) / (most - least), 0.0, 1.0) : 0.0;
    colours.push_back(std::isnan(value)
                          ? kNoValue
                          : static_cast<std::uint8_t>(std::lround(part * static_cast<double>(kScale - 1))));
  }
  return colours;
}

std::string css_gradient_of(ColourMap map) {
  std::string stops;
  for (const Colour8 &colour : anchors_of(map)) {
    stops +=
        fmt::format("{}#{:02x}{:02x}{:02x}", stops.empty() ? "" : ",", colour.red, colour.green, colour.blue);
  }
  return "linear-gradient(90deg," + stops + ")";
}

} // namespace layercert
