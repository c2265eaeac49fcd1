#include "advice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace layercert {

namespace {

constexpr std::size_t kWorstCells = 10;

} // namespace

void name_worst_cells(LevelCertificate &level, const std::vector<double> &share_upper) {
  std::vector<std::uint64_t> order(share_upper.size());
  for (std::uint64_t k = 0; k < order.size(); ++k) {
    order[k] = k;
  }
  // Cells without an upper bound are all named.
  const auto unbounded = static_cast<std::size_t>(
      std::count_if(share_upper.begin(), share_upper.end(), [](double share) { return std::isinf(share); }));
  const std::size_t kept = std::min(std::max(kWorstCells, unbounded), order.size());
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept), order.end(),
                    [&](std::uint64_t a, std::uint64_t b) {
                      return share_upper[a] != share_upper[b] ? share_upper[a] > share_upper[b] : a < b;
                    });
  for (std::size_t i = 0; i < kept; ++i) {
    level.worst_cells.push_back({order[i], share_upper[order[i]]});
  }
}

std::string what_would_decide(const LevelCertificate &level, const std::string &not_in_lp) {
  if (level.status == Status::Refuted) {
    return fmt::format("the error is at least {:.6g}, above every possible value of the right side",
                       level.error_lower);
  }
  if (!not_in_lp.empty()) {
    return not_in_lp;
  }
  if (std::isinf(level.error_upper)) {
    return level.worst_cells.empty() || std::isfinite(level.worst_cells.front().share_upper)
               ? "the target may be unbounded or have no value somewhere in the cube"
               : fmt::format("the target may be unbounded or have no value on cell {}",
                             level.worst_cells.front().cell);
  }
  if (level.error_lower <= level.bound_lower) {
    return fmt::format(
        "the error lies in [{:.6g}, {:.6g}] and the bound {:.6g} between: more subdivision (--boxes)",
        level.error_lower, level.error_upper, level.bound_lower);
  }
  return fmt::format("a larger lower bound of the modulus, now {:.6g}, or a smaller upper bound, now {:.6g}",
                     level.modulus_lower, level.modulus_upper);
}

} // namespace layercert
