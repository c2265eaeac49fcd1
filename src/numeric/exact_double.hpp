// Doubles in files, as the numbers that they are.
#pragma once

#include <optional>
#include <string_view>

namespace layercert {

// The finite double that a text such as "0x1.8p-3" (Dyadic::parse) is exactly; nothing if it is none.
std::optional<double> exact_double(std::string_view text);

} // namespace layercert
