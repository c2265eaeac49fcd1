#include "advice.hpp"

#include "function/constant_value.hpp"

#include <fmt/format.h>

#include <cmath>

namespace layercert {

std::string what_would_decide(const LevelCertificate &level, const Target &target,
                              const std::string &not_in_lp) {
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
  if (level.modulus_lower == 0 && level.error_lower == 0 && !surely_varies(target)) {
    return "the modulus has no lower bound above 0: if the target is constant almost everywhere, which its "
           "normal form does not show, no "
           "subdivision decides it; if it is not, more subdivision may (--boxes)";
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
