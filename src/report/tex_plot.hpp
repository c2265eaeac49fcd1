// Plots for pgfplots, in the paper's own fonts.
#pragma once

#include "plot.hpp"

namespace layercert {

// A tikzpicture; colours are layercert0 to layercert5 (tex_colours). `image` is the file of the picture, if
// the plot has one. The frame is as wide as `width` says, in LaTeX.
std::string tex_of(const Plot &plot, const std::string &width, const std::string &image);

// Definitions of the colours, for xcolor.
std::string tex_colours();

// Of a label, as text.
std::string tex_text_of(const std::string &label);

} // namespace layercert
