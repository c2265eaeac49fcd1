#include "kept_levels.hpp"

#include "piece_json.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/sha256.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <exception>

namespace layercert {

namespace {

using nlohmann::json;

constexpr std::size_t kDigitsOfNetwork = 12; // in the name of a piece

void append(std::string &text, const Dyadic &number) { text += number.to_string() + "\n"; }

} // namespace

std::string sha256_of(const NetworkParameters &parameters, const std::string &name) {
  const DecoderWeights decoder = decoder_weights(parameters, name);
  std::string text = fmt::format("{} {} {} {} {}\n", parameters.dimension, parameters.N, parameters.depth,
                                 parameters.ramp_exponent, decoder.b);
  for (const Dyadic &multiplier : decoder.multipliers) {
    append(text, multiplier);
  }
  for (const Dyadic &amplitude : parameters.A) {
    append(text, amplitude);
  }
  append(text, parameters.M);
  append(text, parameters.Phi_0.dyadic());
  append(text, parameters.Phi_0.pi_factor());
  for (const std::string &constant : parameters.Phi_0.constants()) {
    text += constant + "\n";
  }
  return sha256_hex(text);
}

namespace {

json json_of(const LevelCertificate &level) {
  return {{"level", level.level},
          {"cells", level.cells},
          {"error_lower", exact(level.error_lower)},
          {"error_upper", exact(level.error_upper)},
          {"modulus_lower", exact(level.modulus_lower)},
          {"modulus_upper", exact(level.modulus_upper)},
          {"shift", exact_list(level.shift)},
          {"boxes", level.boxes},
          {"modulus_boxes", level.modulus_boxes},
          {"worst_cells", json_of_cells(level.worst_cells)},
          {"error_subdivision", level.error_subdivision},
          {"modulus_subdivision", level.modulus_subdivision}};
}

// Throws a std::exception for what json_of() does not write.
LevelCertificate level_of(const json &root, std::size_t dimension) {
  LevelCertificate level;
  root.at("level").get_to(level.level);
  root.at("cells").get_to(level.cells);
  level.error_lower = exact_number(root.at("error_lower"));
  level.error_upper = exact_number(root.at("error_upper"));
  level.modulus_lower = exact_number(root.at("modulus_lower"));
  level.modulus_upper = exact_number(root.at("modulus_upper"));
  level.shift = exact_numbers(root.at("shift"));
  root.at("boxes").get_to(level.boxes);
  root.at("modulus_boxes").get_to(level.modulus_boxes);
  level.worst_cells = cells_of(root.at("worst_cells"));
  root.at("error_subdivision").get_to(level.error_subdivision);
  root.at("modulus_subdivision").get_to(level.modulus_subdivision);
  judge(level, dimension);
  return level;
}

} // namespace

KeptLevels::KeptLevels(PieceStore *pieces, const NetworkParameters &parameters, const std::string &name)
    : pieces_(pieces), dimension_(parameters.dimension),
      network_sha256_(pieces == nullptr ? std::string() : sha256_of(parameters, name)) {}

std::optional<LevelCertificate> KeptLevels::bounds_of(int level) const {
  std::optional<ListedLevel> found = find("level", level);
  return found ? std::optional(std::move(found->level)) : std::nullopt;
}

void KeptLevels::keep_bounds(const LevelCertificate &level) const { keep("level", level, false); }

std::optional<ListedLevel> KeptLevels::list_of(int level) const { return find("list", level); }

void KeptLevels::keep_list(const LevelCertificate &level, bool proves) const { keep("list", level, proves); }

std::optional<ListedLevel> KeptLevels::find(const char *what, int level) const {
  assert_upward();
  const std::optional<std::string> content =
      pieces_ == nullptr ? std::nullopt : pieces_->find(part(what, level));
  if (!content) {
    return std::nullopt;
  }
  try {
    const json root = json::parse(*content);
    ListedLevel found{level_of(root.at("bounds"), dimension_), root.at("proves").get<bool>()};
    const bool ours = root.at("network_sha256") == json(network_sha256_) && found.level.level == level;
    return ours ? std::optional(std::move(found)) : std::nullopt;
  } catch (const std::exception &) { // sealed, and still nothing that keep() writes
    return std::nullopt;
  }
}

void KeptLevels::keep(const char *what, const LevelCertificate &level, bool proves) const {
  if (pieces_ != nullptr) {
    pieces_->keep(
        part(what, level.level),
        json{{"network_sha256", network_sha256_}, {"bounds", json_of(level)}, {"proves", proves}}.dump() +
            "\n");
  }
}

std::string KeptLevels::part(const char *what, int level) const {
  return fmt::format("{}-{}-{}", what, level, network_sha256_.substr(0, kDigitsOfNetwork));
}

} // namespace layercert
