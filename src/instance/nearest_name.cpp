#include "nearest_name.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace layercert {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Edit distance in which letter case is free.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        cost[i][j] = i + j;
        continue;
      }
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + (same ? 0U : 1U)});
    }
  }
  return cost[a.size()][b.size()];
}

} // namespace

std::string quoted_list(const std::vector<std::string_view> &names) {
  std::string list;
  for (std::size_t i = 0; i < names.size(); ++i) {
    list += fmt::format("{}\"{}\"", i == 0 ? "" : i + 1 == names.size() ? " or " : ", ", names[i]);
  }
  return list;
}

std::string suggestion(std::string_view found, const std::vector<std::string_view> &known) {
  const auto nearest = std::min_element(known.begin(), known.end(), [&](auto a, auto b) {
    return edit_distance(found, a) < edit_distance(found, b);
  });
  if (edit_distance(found, *nearest) <= std::max<std::size_t>(1, found.size() / 2)) {
    return fmt::format("did you mean \"{}\"?", *nearest);
  }
  return "expected " + quoted_list(known);
}

} // namespace layercert
