#include "commands.hpp"

#include "report/citation.hpp"

#include <fmt/format.h>

namespace layercert::cli {

int version_command() {
  fmt::print("layercert {}\n", LAYERCERT_VERSION);
  return 0;
}

int cite_command() {
  fmt::print("{}", citation_text());
  return 0;
}

} // namespace layercert::cli
