#include "environment.hpp"

#include <charconv>
#include <cstdlib>
#include <optional>
#include <string_view>

namespace layercert {

namespace {

std::optional<int> number_in(const char *variable) {
  const char *text = std::getenv(variable);
  int value = 0;
  if (text == nullptr) {
    return std::nullopt;
  }
  const std::string_view view = text;
  const auto [end, fault] = std::from_chars(view.data(), view.data() + view.size(), value);
  return fault == std::errc() && end == view.data() + view.size() && value >= 0 ? std::optional(value)
                                                                                : std::nullopt;
}

} // namespace

StartedAs started_as() {
  constexpr const char *variables[][2] = {{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
                                          {"PMIX_RANK", "SLURM_NTASKS"}};
  for (const auto &[rank_variable, count_variable] : variables) {
    const std::optional<int> rank = number_in(rank_variable);
    const std::optional<int> count = number_in(count_variable);
    if (rank && count && *rank < *count) {
      return {*rank, *count};
    }
  }
  return {};
}

} // namespace layercert
