#include "divided_bounds.hpp"

#include "piece_json.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/sha256.hpp"

#include <fmt/format.h>

#include <utility>

namespace layercert {

namespace {

using nlohmann::json;

constexpr std::size_t kDigitsOfName = 12; // of the digest of what is asked, in the name of a piece

json json_of(const ErrorBounds &error) {
  return {{"lower", exact(error.lower)},
          {"upper", exact(error.upper)},
          {"boxes", error.boxes},
          {"worst_cells", json_of_cells(error.worst_cells)}};
}

ErrorBounds error_of(const json &found) {
  ErrorBounds error;
  error.lower = exact_number(found.at("lower"));
  error.upper = exact_number(found.at("upper"));
  found.at("boxes").get_to(error.boxes);
  error.worst_cells = cells_of(found.at("worst_cells"));
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

// Of a block among several.
json json_of(const CellIntegrals &block) {
  json shares = json::array();
  for (const ShareOfCell &share : block.largest) {
    shares.push_back({share.cell, exact(share.upper)});
  }
  return {{"lower", exact(block.lower)},
          {"upper", exact(block.upper)},
          {"overlap", exact(block.overlap)},
          {"overlap_integral_upper", exact(block.overlap_integral_upper)},
          {"boxes", block.boxes},
          {"shares", shares}};
}

CellIntegrals block_of(const json &found) {
  CellIntegrals block;
  block.lower = exact_number(found.at("lower"));
  block.upper = exact_number(found.at("upper"));
  block.overlap = exact_number(found.at("overlap"));
  block.overlap_integral_upper = exact_number(found.at("overlap_integral_upper"));
  found.at("boxes").get_to(block.boxes);
  for (const json &share : found.at("shares")) {
    block.largest.push_back({share.at(0).get<std::uint64_t>(), exact_number(share.at(1))});
  }
  return block;
}

} // namespace

// The blocks of one level's error, to one refinement. Each is a piece. All of ours are kept before another's
// is awaited.
class DividedBounds::Blocks final : public CellBlocks {
public:
  Blocks(const DividedBounds &bounds, int level, const Refinement &refinement)
      : bounds_(bounds), level_(level), refinement_(refinement) {}

  std::vector<CellIntegrals> of_all(std::uint64_t cells, double unit,
                                    const Integrate &integrate) const override {
    const BlockRange ours = bounds_.division_.blocks(level_);
    std::vector<Question> questions;
    bool awaited = false;
    for (std::uint64_t block = 0; block < count_of_blocks(cells); ++block) {
      json asked = json_of(refinement_);
      asked["unit"] = exact(unit);
      asked["block"] = block;
      questions.push_back(bounds_.question(fmt::format("cells-{}", block), level_, asked));
    }
    for (std::uint64_t block = ours.first; block < ours.last; ++block) {
      bounds_.answer(questions[block], true, [&] {
        const CellRange range = cells_of_block(block, cells);
        CellIntegrals found = integrate(range);
        keep_largest(found, range.first);
        return json_of(found);
      });
    }
    for (const Question &question : questions) {
      awaited = awaited || !bounds_.is_answered(question);
    }
    if (awaited) {
      throw AwaitedPiece();
    }
    std::vector<CellIntegrals> blocks;
    for (const Question &question : questions) {
      blocks.push_back(block_of(bounds_.answer(question, false, {})));
    }
    return blocks;
  }

private:
  const DividedBounds &bounds_;
  int level_;
  Refinement refinement_;
};

DividedBounds::DividedBounds(const LevelBounds &bounds, const Division &division, PieceStore &pieces,
                             std::string network_sha256)
    : bounds_(bounds), division_(division), pieces_(pieces), network_sha256_(std::move(network_sha256)) {}

ErrorBounds DividedBounds::error(int level, const Refinement &refinement) const {
  if (division_.has_blocks(level)) {
    return bounds_.error_from(Blocks(*this, level, refinement), level, refinement);
  }
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

DividedBounds::Question DividedBounds::question(const std::string &what, int level, const json &asked) const {
  Question question{{{"network_sha256", network_sha256_}, {"asked", asked}}, {}};
  question.part =
      fmt::format("{}-{}-{}", what, level, sha256_hex(question.text.dump()).substr(0, kDigitsOfName));
  return question;
}

bool DividedBounds::is_answered(const Question &question) const {
  {
    const std::scoped_lock lock(mutex_);
    if (known_.contains(question.part)) {
      return true;
    }
  }
  const std::optional<std::string> content = pieces_.find(question.part);
  const json piece = content ? json::parse(*content, nullptr, false) : json();
  if (!piece.is_object() || !piece.contains("question") || piece["question"] != question.text) {
    return false;
  }
  const std::scoped_lock lock(mutex_);
  known_.emplace(question.part, piece.at("found"));
  return true;
}

json DividedBounds::answer(const Question &question, bool ours, const std::function<json()> &compute) const {
  assert_upward();
  if (is_answered(question)) {
    const std::scoped_lock lock(mutex_);
    return known_.at(question.part);
  }
  if (!ours) {
    throw AwaitedPiece();
  }
  json found = compute();
  pieces_.keep(question.part, json{{"question", question.text}, {"found", found}}.dump() + "\n");
  const std::scoped_lock lock(mutex_);
  known_.emplace(question.part, found);
  return found;
}

json DividedBounds::answer(const char *what, int level, Half half, const json &asked,
                           const std::function<json()> &compute) const {
  return answer(question(what, level, asked), division_.has(level, half), compute);
}

} // namespace layercert
