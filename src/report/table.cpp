#include "layercert/report/table.hpp"

#include "decimal.hpp"
#include "exact_level.hpp"

#include "digits.hpp"
#include "layercert/certify/effort.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/relative_width.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace layercert {

namespace {

constexpr std::size_t kShownCells = 10; // the certificate names them all

std::string percent(double part) {
  const double percents = part * 100;
  return percents == 0         ? "0%"
         : percents < 0.01     ? "<0.01%"
         : percents < 10       ? fmt::format("{:.2g}%", percents)
         : percents <= 1000    ? fmt::format("{:.0f}%", percents)
         : std::isfinite(part) ? ">1000%"
                               : "-";
}

double width_upper(double lower, double upper) {
  const UpwardScope upward;
  return relative_width_upper(lower, upper);
}

} // namespace

std::string table_of(const Instance &instance, const Certificate &certificate, Colour colour) {
  std::string out =
      fmt::format("{:>5} {:>9} {:>10} {:>11} {:>6} {:>11} {:>6} {:>11} {:>8}  {}\n", "level", "cells",
                  "scale N^-l", "error <=", "width", "modulus >=", "width", "bound", "ratio <=", "verdict");
  const bool lipschitz = certificate.hoelder && !certificate.hoelder->declared;
  const auto verdict = [&](Status status) { return painted(name_of(status), status, colour); };
  const bool verdicts_alone =
      certificate.tolerance == 1 && effort_named(certificate.effort, "effort").ends_at_verdicts;
  bool wide = false;
  for (const LevelCertificate &level : certificate.levels) {
    const double error_width = width_upper(level.error_lower, level.error_upper);
    const double modulus_width = width_upper(level.modulus_lower, level.modulus_upper);
    wide = wide || (level.modulus_lower > 0 && !verdicts_alone &&
                    (error_width > certificate.tolerance || modulus_width > certificate.tolerance));
    out += fmt::format(
        "{:>5} {:>9} {:>10.4g} {:>11} {:>6} {:>11} {:>6} {:>11} {:>8}  {}\n", level.level, level.cells,
        std::pow(static_cast<double>(instance.N), -level.level), decimal_upper(level.error_upper, kDigits),
        percent(error_width), decimal_lower(level.modulus_lower, kDigits), percent(modulus_width),
        decimal_lower(level.bound_lower, kDigits),
        is_exact(level) ? "-" : decimal_upper(level.ratio_upper, kDigitsOfRatio), verdict(level.status));
    if (level.hoelder_bound_lower && (!lipschitz || level.hoelder_status != Status::Certified)) {
      out += fmt::format("      {} bound {}: {}\n", lipschitz ? "1-Lipschitz" : "Hoelder",
                         decimal_lower(*level.hoelder_bound_lower, kDigits), verdict(level.hoelder_status));
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
  if (is_exact(certificate)) {
    out += "f is constant almost everywhere, and every readout is f: claim R reads 0 <= 0\n";
  }
  if (verdicts_alone) {
    out += fmt::format("effort {}: once its verdict is proved, a level's bounds are left as they are\n",
                       certificate.effort);
  }
  if (wide) {
    out += fmt::format("a width above {:.3g}% is what the boxes allowed (--boxes)\n",
                       certificate.tolerance * 100);
  }
  if (const std::optional<HoelderCorollary> &corollary = certificate.hoelder) {
    out += lipschitz             ? fmt::format("1-Lipschitz (found): every error is within {} N^-l\n",
                                               2 * instance.dimension + 1)
           : corollary->verified ? fmt::format("Hoelder hypothesis verified: the constant is at most {}\n",
                                               decimal_upper(corollary->constant_upper, kDigits + 1))
                                 : std::string("Hoelder hypothesis assumed: it was not verified\n");
  }
  if (const std::optional<AccuracyResult> &accuracy = certificate.accuracy) {
    out +=
        accuracy->level == 0
            ? fmt::format("accuracy {:.6g}: no level up to {} has a certified error so small\n",
                          accuracy->accuracy.get_d(), certificate.levels.back().level)
            : fmt::format(
                  "accuracy {:.6g}: level {} is the first with a certified error so small{}; the network is "
                  "cut there\n",
                  accuracy->accuracy.get_d(), accuracy->level,
                  accuracy->smallest_proved ? ", and the errors before are proved larger" : "");
  }
  const Architecture &a = certificate.architecture;
  out += fmt::format(
      "width {} (theorem {}), units used {}, hidden layers {}, sine units a layer {}, parameters {}\n",
      a.width, a.theorem_width, a.units_used, a.hidden_layers, a.sine_units, a.parameters);
  return out;
}

} // namespace layercert
