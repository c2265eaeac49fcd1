// The bounds of a level as pieces: each is found where some share has kept it, and computed by the share that
// has to.
#pragma once

#include "division.hpp"
#include "level_bounds.hpp"

#include "layercert/result/piece_store.hpp"

#include <nlohmann/json.hpp>

#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace layercert {

// A bound is another share's to find, and not there yet.
class AwaitedPiece : public std::exception {
public:
  const char *what() const noexcept override { return "a piece of another share is awaited"; }
};

// Every bound is a function of what is asked, so that the name of its piece follows from that, and what is
// found is what would be computed: all doubles are kept exactly.
// error(), modulus_upper(), modulus_lower() and sharpen_modulus() throw AwaitedPiece.
class DividedBounds final : public LevelBounds {
public:
  // `bounds` and `pieces` must outlive it. `network_sha256`: of the network whose levels are bounded.
  DividedBounds(const LevelBounds &bounds, const Division &division, PieceStore &pieces,
                std::string network_sha256);

  // Of an error in blocks each share finds its own, and sums those of all.
  ErrorBounds error(int level, const Refinement &refinement) const override;
  double modulus_upper(int level) const override;
  ModulusLower modulus_lower(int level, const Refinement &refinement) const override;
  void sharpen_modulus(int level, double tolerance, const IntegralBudget &budget,
                       ModulusBounds &modulus) const override;

  bool gets_sharper() const override { return bounds_.gets_sharper(); }
  std::size_t boxes_of_integral(std::size_t most_boxes) const override {
    return bounds_.boxes_of_integral(most_boxes);
  }
  // Not divided here: a list is a piece of KeptLevels.
  bool list_subdivisions(std::size_t most_boxes, const Decided &decided,
                         LevelCertificate &level) const override {
    return bounds_.list_subdivisions(most_boxes, decided, level);
  }
  const std::string &not_in_lp() const override { return bounds_.not_in_lp(); }

private:
  class Blocks;

  // What is asked of a level, and the name of the piece with the answer.
  struct Question {
    nlohmann::json text;
    std::string part;
  };
  Question question(const std::string &what, int level, const nlohmann::json &asked) const;
  bool is_answered(const Question &question) const;
  // As JSON: found, or computed where it is ours to compute.
  nlohmann::json answer(const Question &question, bool ours,
                        const std::function<nlohmann::json()> &compute) const;
  nlohmann::json answer(const char *what, int level, Half half, const nlohmann::json &asked,
                        const std::function<nlohmann::json()> &compute) const;

  const LevelBounds &bounds_;
  const Division &division_;
  PieceStore &pieces_;
  std::string network_sha256_;
  mutable std::mutex mutex_;                            // of what follows
  mutable std::map<std::string, nlohmann::json> known_; // answers by their parts
};

} // namespace layercert
