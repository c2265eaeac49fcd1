// The manual page.
#pragma once

#include "description.hpp"

namespace layercert::cli {

// In roff with the macros of man(7).
std::string manual_page(const Description &description);

} // namespace layercert::cli
