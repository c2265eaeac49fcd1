#include "report_text.hpp"

#include "decimal.hpp"

#include "layercert/certify/effort.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace layercert {

namespace {

// For a shell.
std::string quoted(const std::string &word) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/+:,=@%";
  if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) {
    return word;
  }
  std::string text = "'";
  for (const char c : word) {
    text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return text + "'";
}

} // namespace

std::string verdict_text(const Certificate &certificate) {
  std::string open;
  for (const LevelCertificate &level : certificate.levels) {
    if (level.status != Status::Certified) {
      open += fmt::format("{}level {} is {}", open.empty() ? "" : ", ", level.level, name_of(level.status));
    } else if (level.hoelder_bound_lower && level.hoelder_status != Status::Certified) {
      open += fmt::format("{}level {} is {} as to the Hoelder bound", open.empty() ? "" : ", ", level.level,
                          name_of(level.hoelder_status));
    }
  }
  const int last = certificate.levels.back().level;
  return !open.empty() ? open
         : last == 1   ? "certified at level 1"
                       : fmt::format("certified at every level from 1 to {}", last);
}

std::string target_text(const ReportInput &input) {
  const Instance &instance = input.instance;
  return !instance.expression.empty() ? instance.expression
         : !instance.image.empty()    ? "image " + input.samples_origin
                                      : "table " + input.samples_origin;
}

std::string heading_text(const ReportInput &input) {
  return input.instance.title.empty() ? target_text(input) : input.instance.title;
}

std::string certify_command_text(const ReportInput &input) {
  std::string command = fmt::format(
      "layercert certify instance.toml --out {} --boxes {} --tolerance {} --format {}", quoted(input.folder),
      input.boxes, input.certificate.tolerance, input.network_file.ends_with(".json") ? "json" : "binary");
  if (input.certificate.effort != default_effort().name) {
    command += " --effort " + input.certificate.effort;
  }
  if (input.certificate.accuracy) {
    command += " --accuracy " + input.certificate.accuracy->accuracy.get_str();
  }
  return command + (input.subdivisions ? "" : " --no-subdivisions");
}

std::string check_command_text(const ReportInput &input) { return "layercert check " + quoted(input.folder); }

double slope_line_at(const ReportInput &input, int level) {
  for (const LevelCertificate &first : input.certificate.levels) {
    if (std::isfinite(first.error_upper) && first.error_upper > 0 && first.bound_lower > 0) {
      return std::sqrt(first.error_upper * first.bound_lower) *
             std::pow(static_cast<double>(input.instance.N), first.level - level);
    }
  }
  return 0;
}

std::uint64_t weight_bits(const Network &network, int level) {
  std::uint64_t bits = 0;
  for (const Unit &unit : network.hidden[static_cast<std::size_t>(level) + 1].units) {
    if (unit.role == Role::SecondSine) {
      for (const Connection &connection : unit.weights) {
        bits = std::max<std::uint64_t>(bits, connection.weight->mantissa_bits());
      }
    }
  }
  return bits;
}

} // namespace layercert
