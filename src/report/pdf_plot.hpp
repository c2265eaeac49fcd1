// Plots as PDF, one page of the plot's size.
#pragma once

#include "plot.hpp"

namespace layercert {

// The bytes of the file. Its fonts are of the standard 14, which no reader lacks; they are not embedded.
std::string pdf_of(const Plot &plot);

} // namespace layercert
