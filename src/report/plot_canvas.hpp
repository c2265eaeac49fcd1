// What a plot is drawn on, and the drawing: places and inks, in units of the picture, y downward.
#pragma once

#include "plot.hpp"

#include <array>
#include <string>
#include <string_view>

namespace layercert {

// A band is an enclosure, and has an edge that shows where it is too narrow to see; an area is none.
enum class Ink { Grid, Axis, Line, DashedLine, Band, Area, Mark, Leader };
enum class Lettering { Text, Label, Series }; // of ticks; of axes; in a series' colour

class PlotCanvas {
public:
  virtual ~PlotCanvas() = default;
  // A path of M, L, H, V, and the relative h, v, l, c, z, as SVG has them. The tooltip may be empty.
  virtual void path(Ink ink, int colour, const std::string &commands, const std::string &tooltip) = 0;
  virtual void text(Lettering lettering, int colour, double x, double y, std::string_view anchor,
                    const std::string &label) = 0;
  virtual void picture(double x, double y, double width, double height, const PlotPicture &picture) = 0;
  virtual void begin_clip(double x, double y, double width, double height) = 0;
  virtual void end_clip() = 0;
};

inline constexpr double kPlotWidth = 380;

// Draws the plot and returns its height.
double draw(const Plot &plot, PlotCanvas &canvas);

// Okabe and Ito's colours, which people with any kind of colour vision tell apart, darker on white and
// lighter on black.
inline constexpr std::array<const char *, kPlotColours> kColoursOnLight = {"#0067a3", "#c04a00", "#00805c",
                                                                           "#a83f7d", "#8a6500", "#5a5a5a"};
inline constexpr std::array<const char *, kPlotColours> kColoursOnDark = {"#56b4e9", "#ff8f3f", "#2fc59a",
                                                                          "#e69ac6", "#e6b800", "#b0b0b0"};

} // namespace layercert
