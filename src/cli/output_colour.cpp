#include "output_colour.hpp"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace layercert::cli {

Colour output_colour() {
  const char *refused = std::getenv("NO_COLOR");
  const char *terminal = std::getenv("TERM");
  const bool wanted = refused == nullptr || *refused == '\0';
  const bool able = terminal != nullptr && std::string_view(terminal) != "dumb";
  return wanted && able && ::isatty(STDOUT_FILENO) != 0 ? Colour::On : Colour::Off;
}

} // namespace layercert::cli
