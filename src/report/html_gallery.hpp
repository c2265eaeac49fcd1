// The readouts beside the target, coarse to fine, and where the error sits.
#pragma once

#include "cell_pictures.hpp"

#include <string>

namespace layercert {

std::string gallery_section(const ReportInput &input, const CellPictures &pictures);

} // namespace layercert
