// Plots of a few series as SVG: axes with ticks, a legend, enclosures as bands. Pictures for people; the claims are in numbers.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace layercert {

// An enclosure of a value, or the value itself where lower == upper. On a logarithmic axis an end at 0 or below goes on to the
// frame's edge, as an infinite end does on every axis.
struct PlotPoint {
  double x = 0;
  double lower = 0;
  double upper = 0;
};

// Which end of the enclosures the line and the marks follow. Where that end cannot be drawn, the line is interrupted.
enum class PlotEdge { None, Lower, Upper };

// What a series is drawn as. Steps: a point's value holds from its x to the next point's.
enum class PlotShape { Line, Steps };

inline constexpr int kPlotColours = 6;

struct PlotSeries {
  std::string name = {};              // in the legend; a series without a name is not in it
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
  std::vector<double> ticks = {};              // else chosen; labelled as numbers
};

struct Plot {
  std::string title; // for those who do not see the picture
  PlotAxis x, y;
  std::vector<PlotSeries> series;
  double height = 200; // of the frame; the picture is 380 wide
};

// An <svg> element for a page that holds plot_style() in a style element. No width is set: it is as wide as its surroundings.
std::string svg_of(const Plot &plot);

// A whole SVG file.
std::string svg_file_of(const Plot &plot);

// Style rules of all plots, for light and dark screens and for paper. Names of classes and variables begin with "plot-".
std::string plot_style();

} // namespace layercert
