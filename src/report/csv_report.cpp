#include "report.hpp"

#include "decimal.hpp"
#include "markup.hpp"

#include <fmt/format.h>

namespace layercert {

namespace {

constexpr int kDigitsOfDouble =
    17; // rounded to the safe side, at most one unit in the last place from the bound

} // namespace

std::string csv_report(const ReportInput &input) {
  const bool corollary = input.certificate.levels.front().hoelder_bound_lower.has_value();
  std::string text =
      "level,cells,error_lower,error_upper,modulus_lower,modulus_upper,bound,ratio_lower,ratio_upper,"
      "projection_bound,status";
  text += corollary ? ",hoelder_bound,hoelder_status\n" : "\n";
  const auto lower = [](double x) { return decimal_lower(x, kDigitsOfDouble); };
  const auto upper = [](double x) { return decimal_upper(x, kDigitsOfDouble); };
  for (const LevelCertificate &level : input.certificate.levels) {
    text += fmt::format("{},{},{},{},{},{},{},{},{},{},{}", level.level, level.cells,
                        lower(level.error_lower), upper(level.error_upper), lower(level.modulus_lower),
                        upper(level.modulus_upper), lower(level.bound_lower), lower(level.ratio_lower),
                        upper(level.ratio_upper), upper(level.projection_upper), name_of(level.status));
    text += corollary
                ? fmt::format(",{},{}\n", lower(*level.hoelder_bound_lower), name_of(level.hoelder_status))
                : "\n";
  }
  return text;
}

std::string csv_report(const LayersReportInput &input) {
  const bool claim = !input.certificate.at_most;
  std::string text = "readout,error_lower,error_upper,sup_lower,sup_upper,";
  text +=
      claim ? "level,modulus_lower,modulus_upper,bound,ratio_lower,ratio_upper,status\n" : "at_most,status\n";
  const auto lower = [](double x) { return decimal_lower(x, kDigitsOfDouble); };
  const auto upper = [](double x) { return decimal_upper(x, kDigitsOfDouble); };
  for (const ReadoutCertificate &readout : input.certificate.readouts) {
    const LevelCertificate &level = readout.level;
    text += fmt::format("{},{},{},{},{},", csv_field(readout.name), lower(level.error_lower),
                        upper(level.error_upper), readout.sup ? lower(readout.sup->first) : "",
                        readout.sup ? upper(readout.sup->second) : "");
    text += claim ? fmt::format("{},{},{},{},{},{},", level.level, lower(level.modulus_lower),
                                upper(level.modulus_upper), lower(level.bound_lower),
                                lower(level.ratio_lower), upper(level.ratio_upper))
                  : input.certificate.at_most->get_str() + ",";
    text += std::string(name_of(level.status)) + "\n";
  }
  return text;
}

} // namespace layercert
