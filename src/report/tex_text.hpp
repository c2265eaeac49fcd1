// Text and numbers for LaTeX.
#pragma once

#include <string>
#include <string_view>

namespace layercert {

// Text that LaTeX takes as it stands, whatever is in it; characters beyond ASCII become a question mark.
std::string tex_text(std::string_view text);

// A decimal as printf's %g writes it, typeset.
std::string tex_number(const std::string &decimal);

} // namespace layercert
