// A plot as data: a few series with enclosures, or a picture, in a frame with ticks. svg_plot, pdf_plot and
// tex_plot draw it. For the eye; the claims are in numbers.
#pragma once

#include "png_image.hpp"

#include <optional>
#include <string>
#include <vector>

namespace layercert {

// An enclosure of a value, or the value itself where lower == upper. On a logarithmic axis an end at 0 or
// below goes on to the frame's edge, as an infinite end does on every axis.
struct PlotPoint {
  double x = 0;
  double lower = 0;
  double upper = 0;
};

// Which end of the enclosures the line and the marks follow. Where that end cannot be drawn, the line is
// interrupted.
enum class PlotEdge { None, Lower, Upper };

// What a series is drawn as. Steps: a point's value holds from its x to the next point's.
enum class PlotShape { Line, Steps };

inline constexpr int kPlotColours = 6;

// Names and labels are text in which *l* is an italic letter, _{...} an index and ^{...} an exponent; each
// may hold letters of all alphabets.
struct PlotSeries {
  std::string name = {};              // at its end or in the legend; a series without a name is in neither
  int colour = 0;                     // below kPlotColours, also chooses the shape of the marks
  std::vector<PlotPoint> points = {}; // by rising x
  PlotEdge edge = PlotEdge::Upper;
  PlotShape shape = PlotShape::Line;
  bool marks = true; // with the numbers as a tooltip, rounded outward
  bool dashed = false;
};

struct PlotAxis {
  std::string label = {};
  bool logarithmic = false;
  bool whole = false;                          // ticks at whole numbers only; of a linear axis
  std::optional<double> least = {}, most = {}; // else from the points
  std::vector<double> ticks = {};              // else chosen
  std::vector<std::string> tick_labels = {};   // of `ticks`, in this order; else the numbers
};

// A text at a place of the plot; y in units of the picture below that place.
struct PlotText {
  double x = 0, y = 0;
  std::string text = {};
  double down = 0;
  int colour = 5;
};

struct PlotPicture {
  IndexedImage image;
  Palette palette;
};

enum class PlotNames { AtEnds, InLegend };

struct Plot {
  std::string title; // for those who do not see the picture
  PlotAxis x, y;
  std::vector<PlotSeries> series;
  double height = 200; // of the frame; the whole is 380 wide
  PlotNames names = PlotNames::AtEnds;
  std::optional<PlotPicture> picture = {}; // fills the frame, which is then square
  std::vector<PlotText> texts = {};        // right of the place
  std::vector<PlotText> row =
      {}; // below the ticks, at their x; without what would not fit between its neighbours
  std::string row_label = {};
};

// A label in its parts. Letters of an index or exponent are italic, its digits and signs are not.
enum class LabelPlace { Line, Index, Exponent };
struct LabelPart {
  std::string text;
  LabelPlace place = LabelPlace::Line;
  bool italic = false;
};
std::vector<LabelPart> parts_of(const std::string &label);
// Its width in characters of a plain text, about.
double characters_of(const std::string &label);

} // namespace layercert
