// Verdicts in colour, for terminals.
#pragma once

#include "layercert/result/certificate.hpp"

#include <string>
#include <string_view>

namespace layercert {

enum class Colour { Off, On };

// `word` in the colour of such a status, or as it is.
std::string painted(std::string_view word, Status status, Colour colour);

} // namespace layercert
