#include "divided_bounds.hpp"

#include "advice.hpp"
#include "piece_json.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/sha256.hpp"

#include <fmt/format.h>

#include <utility>

namespace layercert {

namespace {

using nlohmann::json;

constexpr std::size_t kDigitsOfName = 12; // of the digest of what is asked, in the name of a piece

// The largest shares, and how many cells there are. The others are not needed, and stand as 0 when they are
// read.
json json_of_shares(const std::vector<double> &share_upper) {
  LevelCertificate worst;
  name_worst_cells(worst, share_upper);
  return json_of_cells(worst.worst_cells);
}

json json_of(const ErrorBounds &error) {
  return {{"lower", exact(error.lower)},
          {"upper", exact(error.upper)},
          {"boxes", error.boxes},
          {"cells", error.share_upper.size()},
          {"worst_cells", json_of_shares(error.share_upper)}};
}

ErrorBounds error_of(const json &found) {
  ErrorBounds error;
  error.lower = exact_number(found.at("lower"));
  error.upper = exact_number(found.at("upper"));
  found.at("boxes").get_to(error.boxes);
  error.share_upper.assign(found.at("cells").get<std::size_t>(), 0.0);
  for (const CellShare &cell : cells_of(found.at("worst_cells"))) {
    error.share_upper.at(cell.cell) = cell.share_upper;
  }
  return error;
}

json json_of(const ModulusLower &lower) {
  return {{"value", exact(lower.value)}, {"shift", exact_list(lower.shift)}};
}

ModulusLower modulus_lower_of(const json &found) {
  return {exact_number(found.at("value")), exact_numbers(found.at("shift"))};
}

json json_of(const ModulusBounds &modulus) {
  return {{"upper", exact(modulus.upper)}, {"lower", json_of(modulus.lower)}, {"boxes", modulus.boxes}};
}

ModulusBounds modulus_of(const json &found) {
  return {exact_number(found.at("upper")), modulus_lower_of(found.at("lower")),
          found.at("boxes").get<std::uint64_t>()};
}

json json_of(const Refinement &refinement) {
  return {{"gap", exact(refinement.relative_gap)}, {"boxes", refinement.most_boxes}};
}

} // namespace

DividedBounds::DividedBounds(const LevelBounds &bounds, const Division &division, PieceStore &pieces,
                             std::string network_sha256)
    : bounds_(bounds), division_(division), pieces_(pieces), network_sha256_(std::move(network_sha256)) {}

ErrorBounds DividedBounds::error(int level, const Refinement &refinement) const {
  return error_of(answer("error", level, Half::Error, json_of(refinement),
                         [&] { return json_of(bounds_.error(level, refinement)); }));
}

double DividedBounds::modulus_upper(int level) const {
  return exact_number(answer("modulus-upper", level, Half::Modulus, json(),
                             [&] { return exact(bounds_.modulus_upper(level)); }));
}

ModulusLower DividedBounds::modulus_lower(int level, const Refinement &refinement) const {
  return modulus_lower_of(answer("modulus-lower", level, Half::Modulus, json_of(refinement), [&] {
    bounds_.modulus_upper(level); // whose search over a table's shifts leaves a good one behind
    return json_of(bounds_.modulus_lower(level, refinement));
  }));
}

void DividedBounds::sharpen_modulus(int level, double tolerance, const IntegralBudget &budget,
                                    ModulusBounds &modulus) const {
  const json asked = {{"tolerance", exact(tolerance)},
                      {"boxes", budget.boxes},
                      {"boxes_of_shift", budget.boxes_of_shift},
                      {"known", json_of(modulus)}};
  modulus = modulus_of(answer("modulus-sharp", level, Half::Modulus, asked, [&] {
    ModulusBounds sharper = modulus;
    bounds_.sharpen_modulus(level, tolerance, budget, sharper);
    return json_of(sharper);
  }));
}

json DividedBounds::answer(const char *what, int level, Half half, const json &asked,
                           const std::function<json()> &compute) const {
  assert_upward();
  const json question = {{"network_sha256", network_sha256_}, {"asked", asked}};
  const std::string part =
      fmt::format("{}-{}-{}", what, level, sha256_hex(question.dump()).substr(0, kDigitsOfName));
  if (const std::optional<std::string> content = pieces_.find(part)) {
    const json piece = json::parse(*content, nullptr, false);
    if (piece.is_object() && piece.contains("question") && piece["question"] == question) {
      return piece.at("found");
    }
  }
  if (!division_.has(level, half)) {
    throw AwaitedPiece();
  }
  json found = compute();
  pieces_.keep(part, json{{"question", question}, {"found", found}}.dump() + "\n");
  return found;
}

} // namespace layercert
