// One level: the bounds of its error and its modulus, until claim R is decided, then as sharp as wanted.
#pragma once

#include "level_bounds.hpp"
#include "remainder.hpp"

#include "layercert/certify/certify.hpp"

namespace layercert {

// The bounds of one level that are known so far, and the verdict that follows from them. Levels may be looked
// at in any order, since none depends on another. Every call requires an open UpwardScope, and what is
// referred to must outlive it.
class LevelSearch {
public:
  // `remainder_upper` >= |f - g|.
  LevelSearch(const Setting &setting, const LevelBounds &bounds, double remainder_upper, int level);

  // First tries, then harder ones, until claim R is proved or refuted, with at most so many boxes for an
  // integral.
  void decide(std::size_t most_boxes);
  // Both enclosures as sharp as wanted. Requires: the bounds get sharper.
  void sharpen(double tolerance, const IntegralBudget &budget);

  // In a divided run: whether the error or the modulus waits for another share. Then there is no verdict.
  // decide() takes it that the first try decides the level, as it nearly always does, and sharpen() goes on
  // with the half that is there: this finds no other bound, but finds it earlier.
  bool waits() const noexcept { return error_waits_ || modulus_waits_; }

  const LevelCertificate &found() const noexcept { return level_; }
  // With the cells that weigh most, unless the level is certified.
  LevelCertificate result() &&;

private:
  void bound_error(double gap, std::size_t boxes);
  void bound_modulus(double gap, std::size_t boxes);
  void judge_bounds();

  const Setting &setting_;
  const LevelBounds &bounds_;
  Remainder remainder_;
  LevelCertificate level_;
  ModulusBounds modulus_; // for g, as all that enters it
  std::vector<CellShare> worst_cells_;
  bool error_waits_ = false;
  bool modulus_waits_ = false;
};

} // namespace layercert
