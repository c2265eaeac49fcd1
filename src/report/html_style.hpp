// The look of the HTML report.
#pragma once

#include <string>

namespace layercert {

// Style rules that build on plot_style().
std::string html_style();

} // namespace layercert
