#include "report_text.hpp"

#include "decimal.hpp"

#include "layercert/certify/effort.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace layercert {

namespace {

// For a shell.
std::string shell_word(const std::string &word) {
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

std::string verdict_text(const LayersCertificate &certificate) {
  std::string open;
  for (const ReadoutCertificate &readout : certificate.readouts) {
    if (readout.level.status != Status::Certified) {
      open += fmt::format("{}readout {} is {}", open.empty() ? "" : ", ", readout.name,
                          name_of(readout.level.status));
    }
  }
  return !open.empty()                      ? open
         : certificate.readouts.size() == 1 ? "the readout is certified"
                                            : "every readout is certified";
}

std::string places_text(const ReadoutCertificate &readout, std::string_view times) {
  constexpr std::size_t kShownPlaces = 3;
  std::string text;
  const std::size_t shown = std::min(kShownPlaces, readout.places.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const PlaceShare &place = readout.places[i];
    text += i == 0 ? "" : ", ";
    for (std::size_t j = 0; j < place.lower.size(); ++j) {
      text += fmt::format("{}[{:g}, {:g}]", j == 0 ? "" : times, place.lower[j], place.lower[j] + place.side);
    }
    text += fmt::format(" ({:.0f}% of the p-th power)", 100 * std::min(1.0, place.share));
  }
  return text;
}

std::string target_text(const ReportFacts &input) {
  const Instance &instance = input.instance;
  return !instance.expression.empty() ? instance.expression
         : !instance.image.empty()    ? "image " + input.samples_origin
                                      : "table " + input.samples_origin;
}

std::string name_of_result(const ReportFacts &input) {
  // The file of a result is instance.toml, whose name says nothing: that of the folder does.
  return !input.instance.name.empty()
             ? input.instance.name
             : std::filesystem::path(input.folder).lexically_normal().filename().string();
}

std::string heading_text(const ReportFacts &input) {
  return input.instance.title.empty() ? name_of_result(input) : input.instance.title;
}

std::string certify_command_text(const ReportInput &input) {
  std::string command =
      fmt::format("layercert certify instance.toml --out {} --boxes {} --tolerance {} --format {}",
                  shell_word(input.folder), input.boxes, input.certificate.tolerance,
                  input.network_file.ends_with(".json") ? "json" : "binary");
  if (input.certificate.effort != default_effort().name) {
    command += " --effort " + input.certificate.effort;
  }
  if (input.certificate.accuracy) {
    command += " --accuracy " + input.certificate.accuracy->accuracy.get_str();
  }
  return command + (input.subdivisions ? "" : " --no-subdivisions");
}

std::string certify_command_text(const LayersReportInput &input) {
  std::string readouts;
  for (const ReadoutCertificate &readout : input.certificate.readouts) {
    readouts += (readouts.empty() ? "" : ",") + readout.name +
                (input.certificate.at_most ? "" : fmt::format("={}", readout.level.level));
  }
  std::string command = fmt::format(
      "layercert certify instance.toml --network {} --readouts {} --out {} --boxes {} --tolerance {}",
      input.model_sha256.empty() ? input.network_file : "network.onnx", shell_word(readouts),
      shell_word(input.folder), input.boxes, input.certificate.tolerance);
  if (input.certificate.at_most) {
    command += " --at-most " + input.certificate.at_most->get_str();
  }
  const auto has_sup = [](const ReadoutCertificate &readout) { return readout.sup.has_value(); };
  return command + (std::any_of(input.certificate.readouts.begin(), input.certificate.readouts.end(), has_sup)
                        ? " --sup"
                        : "");
}

std::string check_command_text(const ReportFacts &input) {
  return "layercert check " + shell_word(input.folder);
}

std::optional<FormulaNode> formula_of(const ReportFacts &input) {
  if (input.instance.expression.empty()) {
    return std::nullopt;
  }
  FormulaNode formula = parse_formula(input.instance.expression);
  return size_of(formula) <= kMostTypeset ? std::optional(std::move(formula)) : std::nullopt;
}

bool names_letters(const ReportFacts &input) {
  return !input.instance.expression.empty() &&
         names_letters(parse_formula(input.instance.expression), input.instance.dimension);
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
