#include "layercert/report/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace layercert {

namespace {

constexpr std::size_t kShownCells = 10; // the certificate names them all

} // namespace

std::string table_of(const Instance &instance, const Certificate &certificate) {
  std::string out = fmt::format("{:>5} {:>9} {:>11} {:>11} {:>11} {:>11} {:>8}  {}\n", "level", "cells",
                                "scale N^-l", "error <=", "modulus >=", "bound", "ratio", "verdict");
  for (const LevelCertificate &level : certificate.levels) {
    out +=
        fmt::format("{:>5} {:>9} {:>11.5g} {:>11.5g} {:>11.5g} {:>11.5g} {:>8.4g}  {}\n", level.level,
                    level.cells, std::pow(static_cast<double>(instance.N), -level.level), level.error_upper,
                    level.modulus_lower, level.bound_lower, level.ratio_upper, name_of(level.status));
    if (level.hoelder_bound_lower) {
      out += fmt::format("      Hoelder bound {:.5g}: {}\n", *level.hoelder_bound_lower,
                         name_of(level.hoelder_status));
    }
    if (level.status != Status::Certified) {
      out += "      " + level.reason + "\n      largest shares of the p-th power: cells";
      const std::size_t shown = std::min(kShownCells, level.worst_cells.size());
      for (std::size_t i = 0; i < shown; ++i) {
        out += fmt::format(" {} ({:.3g})", level.worst_cells[i].cell, level.worst_cells[i].share_upper);
      }
      if (shown < level.worst_cells.size()) {
        out += fmt::format(" and {} more", level.worst_cells.size() - shown);
      }
      out += "\n";
    }
  }
  const Architecture &a = certificate.architecture;
  out += fmt::format(
      "width {} (theorem {}), units used {}, hidden layers {}, sine units a layer {}, parameters {}\n",
      a.width, a.theorem_width, a.units_used, a.hidden_layers, a.sine_units, a.parameters);
  return out;
}

} // namespace layercert
