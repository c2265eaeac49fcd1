#include "layers_table.hpp"

#include "decimal.hpp"
#include "report_text.hpp"

#include "digits.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/relative_width.hpp"

#include <fmt/format.h>

#include <cmath>

namespace layercert {

namespace {

constexpr std::size_t kShownName = 14;

std::string percent(double lower, double upper) {
  const UpwardScope upward;
  const double percents = 100 * relative_width_upper(lower, upper);
  return std::isfinite(percents) ? fmt::format("{:.2g}%", percents) : "-";
}

} // namespace

std::string layers_table(const Instance &instance, const LayersCertificate &certificate, Colour colour) {
  const bool claim = !certificate.at_most;
  std::string out = fmt::format("{:<14} {:>11} {:>11} {:>7}", "readout", "error >=", "error <=", "width");
  out += claim ? fmt::format(" {:>5} {:>11} {:>7} {:>11} {:>8}  verdict\n", "level", "modulus >=", "width",
                             "bound", "ratio <=")
               : "  verdict\n";
  bool wide = false;
  for (const ReadoutCertificate &readout : certificate.readouts) {
    const LevelCertificate &level = readout.level;
    out += fmt::format("{:<14} {:>11} {:>11} {:>7}", readout.name.substr(0, kShownName),
                       decimal_lower(level.error_lower, kDigits), decimal_upper(level.error_upper, kDigits),
                       percent(level.error_lower, level.error_upper));
    if (claim) {
      out += fmt::format(
          " {:>5} {:>11} {:>7} {:>11} {:>8}", level.level, decimal_lower(level.modulus_lower, kDigits),
          percent(level.modulus_lower, level.modulus_upper), decimal_lower(level.bound_lower, kDigits),
          decimal_upper(level.ratio_upper, kDigitsOfRatio));
    }
    out += fmt::format("  {}\n", painted(name_of(level.status), level.status, colour));
    if (readout.sup) {
      out += fmt::format("      |f - Phi| at most {}, and at least {} somewhere\n",
                         decimal_upper(readout.sup->second, kDigits),
                         decimal_lower(readout.sup->first, kDigits));
    }
    if (level.status != Status::Certified) {
      out += "      " + level.reason + "\n";
      out += "      the error sits in " + places_text(readout, " x ") + "\n";
    }
    const UpwardScope upward;
    wide = wide || wider_than(level.error_lower, level.error_upper, certificate.tolerance);
  }
  if (claim) {
    out += fmt::format("bound: (2d+1) omega_p(f, {}^-level), p = {}\n", instance.N, instance.p.get_str());
  } else {
    out += fmt::format("asked: every error at most {}, p = {}\n", certificate.at_most->get_str(),
                       instance.p.get_str());
  }
  if (wide) {
    out += fmt::format("a width of the error above {:.3g}% is what the boxes allowed (--boxes)\n",
                       certificate.tolerance * 100);
  }
  out += fmt::format("network: {}, {} parameters, read as exact real arithmetic\n",
                     certificate.count.activations.empty() ? "affine" : certificate.count.activations,
                     certificate.count.parameters);
  return out;
}

} // namespace layercert
