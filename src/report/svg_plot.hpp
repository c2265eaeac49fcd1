// Plots as SVG.
#pragma once

#include "plot.hpp"

namespace layercert {

// An <svg> element for a page that holds plot_style() in a style element. No width is set: it is as wide as
// its surroundings.
std::string svg_of(const Plot &plot);

// A whole SVG file, with colours for paper. Its style rules use no variables, which Inkscape and others do
// not know.
std::string svg_file_of(const Plot &plot);

// Style rules of all plots, for light and dark screens and for paper. Names of classes and variables begin
// with "plot-".
std::string plot_style();

// Of a label, for a <text>.
std::string svg_text_of(const std::string &label);

} // namespace layercert
