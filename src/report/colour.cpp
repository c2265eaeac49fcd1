#include "layercert/report/colour.hpp"

#include <fmt/color.h>

namespace layercert {

std::string painted(std::string_view word, Status status, Colour colour) {
  if (colour == Colour::Off) {
    return std::string(word);
  }
  const fmt::terminal_color hue = status == Status::Certified ? fmt::terminal_color::green
                                  : status == Status::Refuted ? fmt::terminal_color::red
                                                              : fmt::terminal_color::yellow;
  return fmt::format(fmt::fg(hue), "{}", word);
}

} // namespace layercert
