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

// Of a block: its largest shares by their places in it.
json json_of(const CellIntegrals &block) {
  json shares = json::array();
  for (std::size_t i = 0; i < block.share_upper.size(); ++i) {
    if (block.share_upper[i] != 0) {
      shares.push_back({i, exact(block.share_upper[i])});
    }
  }
  return {{"lower", exact(block.lower)},
          {"upper", exact(block.upper)},
          {"overlap", exact(block.overlap)},
          {"overlap_integral_upper", exact(block.overlap_integral_upper)},
          {"boxes", block.boxes},
          {"cells", block.share_upper.size()},
          {"shares", shares}};
}

CellIntegrals block_of(const json &found) {
  CellIntegrals block;
  block.lower = exact_number(found.at("lower"));
  block.upper = exact_number(found.at("upper"));
  block.overlap = exact_number(found.at("overlap"));
  block.overlap_integral_upper = exact_number(found.at("overlap_integral_upper"));
  found.at("boxes").get_to(block.boxes);
  block.share_upper.assign(found.at("cells").get<std::size_t>(), 0.0);
  for (const json &share : found.at("shares")) {
    block.share_upper.at(share.at(0).get<std::size_t>()) = exact_number(share.at(1));
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
        CellIntegrals found = integrate(cells_of_block(block, cells));
        keep_largest(found.share_upper);
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
